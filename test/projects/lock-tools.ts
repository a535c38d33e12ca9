/** Tools that keep lock files, in pinned versions, kept between runs; those of this machine are taken as they are. */
import { access, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../../src/dev-server/cache-directory.ts';
import { placeOnPath } from '../../src/processes/on-path.ts';

const OF_NPM = ['pnpm@10.34.9', 'bun@1.3.4'];
/** Two majors of yarn have one name. */
const YARNS = { classic: 'yarn@1.22.22', berry: '@yarnpkg/cli-dist@4.9.1' } as const;
const OF_PYTHON = ['uv==0.9.5', 'poetry==2.2.1'];

export type YarnMajor = keyof typeof YARNS;

/** The folders with the commands of all tools that could be installed. */
export async function lockTools(): Promise<{
  readonly paths: readonly string[];
  readonly yarn: Readonly<Record<YarnMajor, string>>;
}> {
  const node = await kept('node', async (folder) => {
    await npm(folder, OF_NPM);
    // Puts the program of this system in its place; npm may be told to run no scripts.
    await execa('node', ['install.js'], { cwd: path.join(folder, 'node_modules', 'bun') });
  });
  const yarns = await Promise.all(
    Object.entries(YARNS).map(
      async ([major, name]) => [major, await kept(`yarn-${major}`, (folder) => npm(folder, [name]))] as const,
    ),
  );
  const bin = (folder: string) => path.join(folder, 'node_modules', '.bin');
  const python =
    (await placeOnPath('python3')) === undefined ? [] : [path.join(await kept('python', pip), 'bin')];
  return {
    paths: [bin(node), ...python],
    yarn: Object.fromEntries(yarns.map(([major, folder]) => [major, bin(folder)])) as Record<
      YarnMajor,
      string
    >,
  };
}

const npm = (folder: string, packages: readonly string[]) =>
  execa('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, ...packages]);

async function pip(folder: string): Promise<void> {
  await execa('python3', ['-m', 'venv', folder]);
  await execa(path.join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', ...OF_PYTHON]);
}

/** A folder in the cache, filled once. */
async function kept(name: string, fill: (folder: string) => Promise<unknown>): Promise<string> {
  const versions = [...OF_NPM, ...Object.values(YARNS), ...OF_PYTHON].join(' ').replace(/[^\w.]+/g, '-');
  const folder = path.join(cacheDirectory(), 'lock-tools', versions, name);
  if (
    await access(`${folder}/.filled`).then(
      () => true,
      () => false,
    )
  )
    return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  // In place, since environments of Python know their path.
  await fill(folder);
  await mkdir(`${folder}/.filled`);
  return folder;
}
