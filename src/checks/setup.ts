import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { CheckResult } from '../domain/checks.ts';
import type { Config } from '../domain/config.ts';
import { andAbove, fromRoot } from '../domain/root.ts';
import { readRegular } from '../files/regular-file.ts';
import type { Secret } from '../processes/secrets/secrets.ts';
import type { Confine } from '../sandbox/run-confined.ts';
import { filesMatching } from './report-files.ts';
import { runCheck } from './run-check.ts';

export type SetupConfig = NonNullable<Config['checks']['setup']>;

/** Lock files of the usual package managers. */
const LOCK_FILES = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'],
  ...['requirements*.txt', 'poetry.lock', 'uv.lock', 'go.sum', 'Cargo.lock', 'Gemfile.lock', 'composer.lock'],
].map((name) => `**/${name}`);
/** Folders of a monorepo's packages are no deeper; a deeper search would cost seconds in a large tree. */
const LOCK_FILE_DEPTH = 4;

/**
 * What the set-up of a worktree depends on, as one opaque text: the command, its input files, and the folder
 * itself, so that a worktree made anew at the same path is set up again.
 */
export async function setupDigest(worktree: string, setup: SetupConfig, root = ''): Promise<string> {
  const hash = createHash('sha256');
  // Disks give a removed folder's inode to the next one that is made; when that was made is its own.
  const { ino, birthtimeNs } = await stat(worktree, { bigint: true });
  hash.update(
    JSON.stringify([setup.run, `${ino} ${birthtimeNs}`, await inputsDigest(worktree, setup, root)]),
  );
  return `sha256-${hash.digest('base64')}`;
}

/**
 * What the set-up would be made from: the same in two worktrees, they need the same set-up.
 *
 * @param root - folder of the worktree that the set-up runs in: lock files count above it as well
 */
export async function inputsDigest(worktree: string, setup: SetupConfig, root = ''): Promise<string> {
  const hash = createHash('sha256');
  const found = await inputFiles(worktree, setup, root);
  for (const path of [...new Set(found)].sort()) {
    const content = await readRegular(join(worktree, path)).catch(() => Buffer.from('unreadable'));
    hash.update(JSON.stringify([path, content.length])).update(content);
  }
  return hash.digest('base64');
}

/** By their paths in the worktree. */
async function inputFiles(worktree: string, { inputs }: SetupConfig, root: string): Promise<string[]> {
  const below = async (folder: string, globs: readonly string[], depth?: number) =>
    (await filesMatching(join(worktree, folder), globs, depth)).map((file) => fromRoot(folder, file));
  if (inputs === undefined) {
    const [, ...above] = andAbove(root);
    const own = await below(root, LOCK_FILES, LOCK_FILE_DEPTH);
    return [...own, ...(await Promise.all(above.map((folder) => below(folder, LOCK_FILES, 1)))).flat()];
  }
  const found = inputs.map((glob) => {
    const climbs = glob.split('/').findIndex((part) => part !== '..');
    const folder = andAbove(root)[climbs] ?? '';
    return below(folder, [glob.split('/').slice(climbs).join('/')]);
  });
  return (await Promise.all(found)).flat();
}

/**
 * The digest to keep after a successful set-up, or undefined where none is needed: the configuration has no
 * set-up, or its last success had the same inputs.
 *
 * @param last - the digest kept (outside of the worktree) after the last success
 */
export async function setupNeeded(
  worktree: string,
  setup: SetupConfig | undefined,
  last: string | undefined,
  root = '',
): Promise<string | undefined> {
  if (setup === undefined) return undefined;
  const digest = await setupDigest(worktree, setup, root);
  return digest === last ? undefined : digest;
}

/**
 * Runs the set-up command as a check named `setup`. `digest` is of the inputs after the run (a set-up may
 * write its lock file), to be kept where `result.passed`.
 */
export async function runSetup(options: {
  readonly config: SetupConfig;
  readonly worktree: string;
  /** Folder of the worktree that it runs in. Default: its top. */
  readonly root?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly store: ArtifactStore;
  readonly signal?: AbortSignal | undefined;
  readonly confine?: Confine | undefined;
  readonly secrets?: readonly Secret[];
}): Promise<{ readonly result: CheckResult; readonly digest: string }> {
  const { config, worktree, root = '', ...how } = options;
  const { run, timeout } = config;
  const cwd = join(worktree, root);
  const result = await runCheck({ ...how, cwd, name: 'setup', config: { run, timeout } });
  return { result, digest: await setupDigest(worktree, config, root) };
}
