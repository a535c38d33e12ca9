import { execa } from 'execa';

/** Installs all that an example needs, tools of its developers included; without a registry if npm has it already. */
export const npmCi = async (folder: string): Promise<void> => {
  const install = ['ci', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await execa('npm', install, { cwd: folder });
};
