/** Tools in pinned versions, installed once and kept between runs. */
import { access, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../../src/dev-server/cache-directory.ts';

/** Installs packages of npm in the folder. */
export const npm = (folder: string, packages: readonly string[]) =>
  execa('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]);

/** Makes an environment of Python of the folder, with these packages. */
export async function pip(folder: string, packages: readonly string[]): Promise<void> {
  await execa('python3', ['-m', 'venv', folder]);
  await execa(path.join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...packages]);
}

/** Where npm puts the commands of what it installed in the folder. */
export const npmBin = (folder: string): string => path.join(folder, 'node_modules', '.bin');

/** A folder in the cache for packages of these versions, filled once. */
export async function kept(
  name: string,
  packages: readonly string[],
  fill: (folder: string, packages: readonly string[]) => Promise<unknown>,
): Promise<string> {
  const versions = packages.join(' ').replace(/[^\w.]+/g, '-');
  const folder = path.join(cacheDirectory(), 'test-tools', name, versions);
  const filled = await access(`${folder}/.filled`).then(
    () => true,
    () => false,
  );
  if (filled) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // In place, since environments of Python know their path.
  await fill(folder, packages);
  await mkdir(`${folder}/.filled`);
  return folder;
}
