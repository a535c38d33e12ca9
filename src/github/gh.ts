import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import { allowedEnvironment } from '../processes/environment.ts';
import { runCommand } from '../processes/run-command.ts';
import { secretsOf } from '../processes/secrets/secrets.ts';
import { temporaryFolder } from '../processes/temporary.ts';

/** A call to the service takes seconds; a minute covers a slow network. */
const TIMEOUT_MS = 60_000;
/** Enough of what `gh` said for a person to see what is wrong. */
const MOST_SAID = 800;

/** What `gh` logs in with: its values are blotted out of all that is kept. */
export const TOKENS = ['GH_TOKEN', 'GITHUB_TOKEN', 'GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'] as const;
/** Where it finds its host, its settings, and the keyring that `gh auth login` fills; no other command gets these. */
const SETTINGS = [
  'GH_HOST',
  'GH_CONFIG_DIR',
  'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR',
  'DBUS_SESSION_BUS_ADDRESS',
] as const;

/** `gh` can't do what it is asked to: why, and what a person can do. */
export interface Unavailable {
  readonly kind: 'unavailable';
  readonly why: string;
}

export type GhAnswer =
  | { readonly kind: 'done'; readonly stdout: string }
  | { readonly kind: 'failed'; readonly said: string }
  | Unavailable;

export interface GhRun {
  /** Given as a file where the arguments name {@link BODY_FILE}, never on the command line. */
  readonly body?: string;
  readonly signal?: AbortSignal | undefined;
  /** Where variables come from. Default: this process's environment. */
  readonly from?: Readonly<Record<string, string | undefined>>;
}

/** Stands for the file that holds the text. */
export const BODY_FILE = Symbol('body file');

const LOG_IN =
  'log in where the worker runs (gh auth login), or set GH_TOKEN in its environment and start it again';
const NOT_LOGGED_IN = /gh auth login|authentication (?:required|failed)|HTTP 401|Bad credentials/i;
const NOT_KNOWN = /Could not resolve to a Repository|known GitHub host|HTTP 404|Not Found/i;
/** What goes away by itself, so that trying again is worth it. */
const PASSING =
  /HTTP 5\d\d|HTTP 429|rate limit|timeout|timed out|error connecting|connection (?:refused|reset)|dial tcp|no such host|\bEOF\b/i;

/**
 * Runs `gh` without a shell, in an empty folder: it runs git itself, which must not read what an agent left in a tree.
 *
 * @throws BatonError `PullRequest` for what may pass by itself
 * @throws the signal's reason if it was aborted
 */
export async function runGh(
  args: readonly (string | typeof BODY_FILE)[],
  { body, signal, from = process.env }: GhRun = {},
): Promise<GhAnswer> {
  const folder = await temporaryFolder('gh');
  try {
    const file = path.join(folder, 'body.md');
    if (body !== undefined) await writeFile(file, body, { mode: 0o600 });
    const run = await start(
      args.map((arg) => (arg === BODY_FILE ? file : arg)),
      folder,
      signal,
      from,
    );
    if (run === undefined)
      return {
        kind: 'unavailable',
        why: `the command gh isn't there: install it where the worker runs (https://cli.github.com), and ${LOG_IN}`,
      };
    await run.disposeLog();
    signal?.throwIfAborted();
    if (run.exitCode === 0) return { kind: 'done', stdout: run.stdout };
    return failed(
      run.timedOut ? `gh took longer than ${TIMEOUT_MS / 1000} s: timed out` : run.tail,
      run.exitCode,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(
  args: readonly string[],
  cwd: string,
  signal: AbortSignal | undefined,
  from: Readonly<Record<string, string | undefined>>,
) {
  const set = { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', GH_PAGER: 'cat', NO_COLOR: '1' };
  try {
    return await runCommand({
      command: ['gh', ...args],
      cwd,
      env: allowedEnvironment({ extra: [...TOKENS, ...SETTINGS], set, from: withoutRegistries(from) }),
      timeoutMs: TIMEOUT_MS,
      signal,
      secrets: secretsOf(TOKENS, from),
    });
  } catch (error) {
    const cause =
      error instanceof BatonError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
    if (cause?.code === 'ENOENT' || cause?.code === 'EACCES') return undefined;
    throw error;
  }
}

/** Where packages come from is nothing to it, and their addresses may hold passwords. */
const OF_REGISTRIES = /^(?:npm_config_|PIP_|UV_|GO[A-Z])/i;
const withoutRegistries = (from: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(from).filter(([name]) => !OF_REGISTRIES.test(name)));

function failed(text: string, exitCode: number): GhAnswer {
  const said = text.trim().slice(-MOST_SAID) || `gh ended with exit code ${exitCode}`;
  // 4 is gh's own code for "log in first".
  if (exitCode === 4 || NOT_LOGGED_IN.test(said))
    return { kind: 'unavailable', why: `gh is not logged in: ${LOG_IN}. It said: ${said}` };
  if (PASSING.test(said)) throw new BatonError('PullRequest', `gh failed: ${said}`);
  if (NOT_KNOWN.test(said))
    return {
      kind: 'unavailable',
      why: `gh doesn't know the repository, or may not see it: check its address, and who gh is logged in as (gh auth status). It said: ${said}`,
    };
  return { kind: 'failed', said };
}
