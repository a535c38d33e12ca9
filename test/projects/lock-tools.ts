/** Tools that keep lock files, in pinned versions; those of this machine are taken as they are. */
import path from 'node:path';
import { execa } from 'execa';
import { placeOnPath } from '../../src/processes/on-path.ts';
import { kept, npm, npmBin, pip } from './kept-tools.ts';

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
  const node = await kept('node', OF_NPM, async (folder, packages) => {
    await npm(folder, packages);
    // Puts the program of this system in its place; npm may be told to run no scripts.
    await execa('node', ['install.js'], { cwd: path.join(folder, 'node_modules', 'bun') });
  });
  const yarns = await Promise.all(
    Object.entries(YARNS).map(
      async ([major, name]) => [major, npmBin(await kept(`yarn-${major}`, [name], npm))] as const,
    ),
  );
  const hasPython = (await placeOnPath('python3')) !== undefined;
  const python = hasPython ? [path.join(await kept('python', OF_PYTHON, pip), 'bin')] : [];
  return {
    paths: [npmBin(node), ...python],
    yarn: Object.fromEntries(yarns) as Record<YarnMajor, string>,
  };
}
