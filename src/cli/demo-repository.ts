import { cp, mkdir, mkdtemp, readdir, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { suggestion } from '../config/nearest.ts';
import { runGit } from '../git/run-git.ts';
import { CommandError, firstLine } from './command-error.ts';

/** Beside the sources and beside the build alike. */
const EXAMPLES = path.resolve(import.meta.dirname, '../../examples');

/** What an example's own work leaves in its folder, and no copy needs. */
const NOT_COPIED = new Set(['node_modules', 'dist', 'coverage', '.git', 'test-results.xml']);

/** A fresh copy of an example. */
export interface DemoRepository {
  /** The temporary folder with everything of this demo. */
  readonly folder: string;
  readonly repo: string;
  /** Where the stand-in for production keeps its state. */
  readonly production: string;
}

/** The folder of an example. @throws CommandError that names the ones there are */
export async function exampleFolder(name: string): Promise<string> {
  const names = (await readdir(EXAMPLES, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
  if (names.includes(name)) return path.join(EXAMPLES, name);
  throw new CommandError(
    names.length === 0
      ? `There are no examples at ${EXAMPLES}: run the demo from a clone of Baton's repository.`
      : `There is no example "${name}"${suggestion(name, names)}`,
  );
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
  name: string,
  scenario: object | undefined,
): Promise<DemoRepository> {
  const source = await exampleFolder(name);
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'baton-demo-')));
  const repo = path.join(folder, name);
  await cp(source, repo, {
    recursive: true,
    filter: (file) => file === source || !NOT_COPIED.has(path.basename(file)),
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
