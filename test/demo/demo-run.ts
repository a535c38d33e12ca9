import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { durationText } from '../../src/domain/duration.ts';
import { handoffSchema } from '../../src/domain/handoff.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { runBaton } from '../cli/run-baton.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** On a machine that does much else; a demo that takes longer hangs. */
const DEMO_TIMEOUT_MS = 15 * 60_000;
/** What npm and Baton have already got, and where from. Everything else in HOME would be the demo's own. */
const KEPT_IN_HOME = ['.npm', '.npmrc', '.cache'];
const WHERE_TEMPORAL_IS = ['BATON_CACHE', 'BATON_TEMPORAL_CLI'];

/** A demo that has begun: its places, and what it printed. */
interface Demo {
  readonly folder: string;
  readonly home: string;
  /** What the user's account would keep. */
  readonly userHome: string;
  readonly env: Readonly<Record<string, string>>;
  /** Id of its feature. */
  readonly feature: string;
}

export interface RunningDemo extends Demo {
  /** Standard output so far. */
  printed(): string;
}

export interface EndedDemo extends Demo {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  readonly report: FeatureReport;
  /** The repository it worked on. */
  readonly repo: string;
}

/** Folders of the demos of this test file. */
const folders: string[] = [];

/** Removes what the demos left. A stand-in for production ends where its folder is gone. */
export async function removeDemos(): Promise<void> {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

const FROM_SOURCES = [process.execPath, '--import', 'tsx', 'src/client.ts'];

/** HOME and temporary folder of its own; of the caller's environment nothing that Baton reads. */
async function ownPlaces() {
  const folder = await mkdtemp(path.join(tmpdir(), 'baton-demo-test-'));
  folders.push(folder);
  const [home, userHome, temporary] = ['home', 'user', 'tmp'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(userHome);
  await mkdir(temporary);
  for (const name of KEPT_IN_HOME)
    await symlink(path.join(homedir(), name), path.join(userHome, name)).catch(() => undefined);
  const clean = Object.entries(process.env).filter(
    ([name]) => WHERE_TEMPORAL_IS.includes(name) || !/^(TEMPORAL_|BATON_|NO_COLOR|FORCE_COLOR)/.test(name),
  ) as [string, string][];
  const env = { ...Object.fromEntries(clean), HOME: userHome, TMPDIR: temporary };
  return { folder, home, userHome, env };
}

/**
 * Runs the real command without a terminal until it ends. `meanwhile` runs beside it, from when the feature has
 * its id; where that fails, the demo is interrupted. `server`: variables that name one; by default the demo starts its own. `baton`: the command; by default these sources.
 */
export async function runDemo(
  args: readonly string[],
  meanwhile?: (demo: RunningDemo, signal: AbortSignal) => Promise<void>,
  {
    server = {},
    baton = FROM_SOURCES,
  }: { readonly server?: Readonly<Record<string, string>>; readonly baton?: readonly string[] } = {},
): Promise<EndedDemo> {
  const own = await ownPlaces();
  const places = { ...own, env: { ...own.env, ...server } };
  const started = performance.now();
  const [program = '', ...words] = baton;
  const child = execa(program, [...words, 'demo', '--home', places.home, ...args], {
    cwd: ROOT,
    env: places.env,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: DEMO_TIMEOUT_MS,
    killSignal: 'SIGINT',
    forceKillAfterDelay: 60_000,
  });
  const ended = new AbortController();
  let beside: Promise<void> | undefined;
  let printed = '';
  child.stdout.on('data', (piece: Buffer) => {
    printed += piece.toString();
    const feature = /^(demo-[a-z0-9-]+)\n/.exec(printed)?.[1];
    if (feature === undefined || beside !== undefined) return;
    beside = Promise.resolve(meanwhile?.({ ...places, feature, printed: () => printed }, ended.signal));
    beside.catch(() => child.kill('SIGINT'));
  });
  const { exitCode, stdout, stderr } = await child;
  const ms = performance.now() - started;
  ended.abort();
  await beside;
  const feature = stdout.split('\n')[0] ?? '';
  const said = `\n--- stdout\n${stdout.slice(-4000)}\n--- stderr\n${stderr.slice(-4000)}`;
  const found = await runBaton(['report', feature, '--json', '--home', places.home], server);
  if (found.exitCode !== 0) throw new Error(`there is no report of "${feature}": ${found.stderr}${said}`);
  const repo = /^The example is in (\S+);/m.exec(stderr)?.[1];
  if (repo === undefined) throw new Error(`it didn't say where its repository is${said}`);
  const report = JSON.parse(found.stdout) as FeatureReport;
  const demo = { ...places, feature, exitCode, stdout, stderr, ms, report, repo };
  process.stdout.write(`${timesText(args, demo)}\n`);
  return demo;
}

/** Where the time went, for whoever reads the test's output. */
function timesText(args: readonly string[], { ms, exitCode, stdout, report }: EndedDemo): string {
  const setUp = /set-up in all[^\d]*(.+)$/m.exec(stdout)?.[1] ?? 'unknown';
  const phases = Object.entries(report.phaseMs).map(([phase, took]) => `${phase} ${durationText(took)}`);
  return `demo ${args.join(' ')}: ${report.outcome}, exit code ${exitCode}, ${durationText(ms)} in all (set-up ${setUp}, ${phases.join(', ')})`;
}

export const gitAt =
  (cwd: string) =>
  async (...args: string[]): Promise<string> =>
    (await execa('git', args, { cwd })).stdout;

/** What a demo must not leave: processes, worktrees, anything in the user's HOME, changes in the user's checkout. */
export async function leftBy({ feature, home, userHome, repo, folder }: EndedDemo) {
  const git = gitAt(repo);
  const worktrees = await readdir(path.join(home, 't')).catch(() => []);
  return {
    processes: await processesWith([`BATON_FEATURE=${feature}`, feature, folder]),
    worktrees: [...worktrees, ...(await git('worktree', 'list', '--porcelain')).split('\n\n').slice(1)],
    inHome: (await readdir(userHome)).filter((name) => !KEPT_IN_HOME.includes(name)),
    checkout: {
      branch: await git('symbolic-ref', '--short', 'HEAD'),
      changes: await git('status', '--porcelain'),
      moves: (await git('reflog', '--format=%gs')).split('\n').length,
    },
  };
}

export const nothing = {
  processes: [],
  worktrees: [],
  inHome: [],
  checkout: { branch: 'main', changes: '', moves: 1 },
};

/** Command lines of the processes that carry one of these texts in their environment. */
async function processesWith(texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (!texts.some((text) => environment.includes(text))) continue;
    found.push((await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' '));
  }
  return found;
}

/** The handoffs that were written as files, each valid, by their names. */
export async function handoffFiles({ home, feature }: Demo) {
  const folder = path.join(home, 'handoffs', feature);
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) =>
      handoffSchema.parse(JSON.parse(await readFile(path.join(folder, name), 'utf8'))),
    ),
  );
}

/** Figures of a step of the release. */
export const stepFigures = ({ report }: EndedDemo, step: string, percent?: number) =>
  report.release?.steps.findLast((entry) => entry.step === step && entry.percent === percent)?.figures ?? {};

export const gateOf = ({ report }: EndedDemo, name: string) =>
  report.gates.find((gate) => gate.name === name);
