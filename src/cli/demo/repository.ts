import { cp, mkdir, mkdtemp, realpath, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstLine } from '../../domain/error-text.ts';
import { runGit } from '../../git/run-git.ts';
import { CommandError } from '../command-error.ts';
import { EXAMPLE_FILE, type Example } from './example.ts';

/** What an example's own work leaves in its folder and what is about the demo: no copy needs it. */
const NOT_COPIED = new Set(['node_modules', 'dist', 'coverage', '.git', 'test-results.xml', EXAMPLE_FILE]);

/** What `.gitignore` is called in a package, since npm packs none. */
const PACKED_IGNORES = 'gitignore';

/** A fresh copy of an example. */
export interface DemoRepository {
  /** The temporary folder with everything of this demo. */
  readonly folder: string;
  readonly repo: string;
  /** Where the stand-in for production keeps its state. */
  readonly production: string;
}

/** `--scenario` and `--bad-canary` as what the example's crew reads; undefined where it is to do well. */
export function scenarioOf(flags: {
  readonly badCanary?: boolean | undefined;
  readonly scenario?: string | undefined;
}): object | undefined {
  let given: unknown = {};
  try {
    given = JSON.parse(flags.scenario ?? '{}');
  } catch (error) {
    throw new CommandError(`--scenario is no JSON: ${firstLine(error)}.`);
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new CommandError('--scenario takes a JSON object, such as {"slowGetMs": 60}.');
  const scenario = { ...(flags.badCanary && { badCanary: true }), ...given };
  return Object.keys(scenario).length > 0 ? scenario : undefined;
}

/** Copies an example into a fresh git repository in the temporary folder and commits it on `main`. */
export async function makeDemoRepository(
  { name, folder: source }: Example,
  scenario: object | undefined,
): Promise<DemoRepository> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'baton-demo-')));
  const repo = path.join(folder, name);
  await cp(source, repo, {
    recursive: true,
    filter: (file) => file === source || !NOT_COPIED.has(path.basename(file)),
  });
  await rename(path.join(repo, PACKED_IGNORES), path.join(repo, '.gitignore')).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  if (scenario !== undefined) {
    await mkdir(path.join(repo, 'crew'), { recursive: true });
    await writeFile(path.join(repo, 'crew', 'scenario.json'), `${JSON.stringify(scenario, undefined, 2)}\n`);
  }
  const git = (...args: string[]) => runGit(args, { cwd: repo });
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  const author = ['-c', 'user.name=Baton demo', '-c', 'user.email=demo@baton.invalid'];
  await git(...author, 'commit', '--quiet', '--message', `The example ${name}`);
  return { folder, repo, production: path.join(folder, 'production') };
}
