import { starter } from '../processes/current-starter.ts';
import { credentialEnvironment } from './credentials.ts';
import { GitError } from './git-error.ts';
import { hardenedArguments, hardenedEnvironment } from './hardening.ts';
import { bytesOf, isNotUtf8, nameText } from './names.ts';
import { removeStaleLock } from './stale-locks.ts';

/** A local command that takes this long hangs (a dead network disk); the largest checkouts take less. */
const LOCAL_TIMEOUT_MS = 10 * 60_000;
/** A transfer that takes this long hangs; a first clone of a large repository takes less. */
const NETWORK_TIMEOUT_MS = 60 * 60_000;
/** A listing of a million files is smaller. */
const MOST_OUTPUT = 512 * 1024 * 1024;
/** Each time one stale lock is removed; a command meets few. */
const LOCK_ATTEMPTS = 8;

export interface GitRun {
  readonly cwd: string;
  /** Added to the hardened environment, e.g. GIT_DIR. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Exit codes that are an answer; 0 always is. */
  readonly allow?: readonly number[];
  /** Uses the user's own git settings and what they need (credentials, proxies): for the origin and a configured hub only. */
  readonly user?: boolean;
  readonly network?: boolean;
  /** It answers with names of files, which need not be UTF-8 (names.ts). Default: what isn't is lost. */
  readonly names?: boolean;
  /** Below these folders a lock of a killed git may be removed. */
  readonly ownFolders?: readonly string[];
  /** What git is told in place of what is meant, in what it says for people: a view's folder, the repository's. */
  readonly shownAs?: readonly (readonly [told: string, meant: string])[];
}

export interface GitAnswer {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/**
 * Runs git hardened (see hardening.ts), with arguments as they are, never through a shell.
 * @throws GitError on an exit code that isn't allowed.
 */
export const runGit = async (args: readonly string[], run: GitRun): Promise<GitAnswer> => {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(args, run);
    if (answer.exitCode === 0) return answer;
    // A stale lock is never an answer, even where the exit code would be one.
    const output = `${answer.stderr}\n${run.network ? answer.stdout : ''}`;
    if (attempt < LOCK_ATTEMPTS && (await removeStaleLock(output, run.ownFolders ?? []))) continue;
    if (run.allow?.includes(answer.exitCode)) return answer;
    throw new GitError(args.map(meantBy(run)), answer.exitCode, answer.stderr);
  }
};

const once = async (args: readonly string[], run: GitRun): Promise<GitAnswer> => {
  const user = run.user ?? false;
  const { exitCode, problem, ...said } = await starter().program({
    program: 'git',
    args: [...hardenedArguments(user), ...args],
    cwd: run.cwd,
    env: { ...hardenedEnvironment(user), ...(user && credentialEnvironment(args)), ...run.env },
    input: typeof run.input === 'string' ? textInput(run.input) : run.input,
    mostOutput: MOST_OUTPUT,
    ...(run.names && { output: 'bytes' as const }),
    timeoutMs: run.network ? NETWORK_TIMEOUT_MS : LOCAL_TIMEOUT_MS,
  });
  const text = (output: string) => (run.names ? nameText(Buffer.from(output, 'latin1')) : output);
  const [stdout, stderr] = [text(said.stdout), text(said.stderr)];
  const meant = meantBy(run);
  if (exitCode === undefined)
    throw new GitError(args.map(meant), undefined, meant(stderr || (problem ?? '')));
  // Of a push, what is printed is for people too.
  return { stdout: run.network ? meant(stdout) : stdout, stderr: meant(stderr), exitCode };
};

const textInput = (input: string): string | Uint8Array => (isNotUtf8(input) ? bytesOf(input) : input);

const meantBy =
  ({ shownAs = [] }: GitRun) =>
  (text: string): string =>
    shownAs.reduce((said, [told, meant]) => said.replaceAll(told, meant), text);

/** Splits the answer of a `-z` command. */
export const splitNul = (text: string): string[] => text.split('\0').filter((part) => part !== '');
