import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type AgentTask, PROTOCOL_VERSION } from '../domain/agent-protocol.ts';
import { type AgentConfig, sandboxOf } from '../domain/crew-config.ts';
import type { SandboxMode } from '../domain/sandbox-config.ts';
import { readRegularText } from '../files/regular-file.ts';
import { allowedEnvironment } from '../processes/environment.ts';
import { placeOnPath } from '../processes/on-path.ts';
import { runCommand } from '../processes/run-command.ts';
import { temporaryFolder } from '../processes/temporary.ts';
import { sandboxProblem } from '../sandbox/probe.ts';
import { noClaudeSandbox } from './claude-sandbox.ts';
import { LOGIN_FILES } from './login.ts';
import { resultJsonSchema } from './result-schema.ts';
import type { RunnerOutcome } from './runner.ts';
import { RUNNER_VARIABLES, variablesOf } from './runner-variables.ts';
import { RUNNERS } from './runners.ts';

/** Versions that the contract's tests run on (tools/agent-clis); others may work, and nobody has looked. */
export const KNOWN_VERSIONS: Readonly<Partial<Record<AgentConfig['runner'], string>>> = {
  claude: '2.1.197',
  codex: '0.169.0',
  gemini: '0.61.0',
  opencode: '1.18.33',
};

/** A CLI that takes longer to say its version or to try its sandbox hangs; the slowest measured took 4 s. */
const PATIENCE_MS = 20_000;
/** One file: the slowest CLI measured takes 20 s, and a real model thinks. */
const SMOKE_TIMEOUT_MS = 180_000;

/** One thing that was looked at. `warn`: it may work, and is worth knowing. */
export interface AgentFinding {
  readonly what: 'installed' | 'version' | 'login' | 'sandbox' | 'wrapper' | 'smoke';
  readonly state: 'ok' | 'warn' | 'bad';
  /** What was found and, where it isn't well, what to do. */
  readonly text: string;
}

const ok = (what: AgentFinding['what'], text: string): AgentFinding => ({ what, state: 'ok', text });
const warn = (what: AgentFinding['what'], text: string): AgentFinding => ({ what, state: 'warn', text });
const bad = (what: AgentFinding['what'], text: string): AgentFinding => ({ what, state: 'bad', text });

/** What is asked, and from where. */
export interface Examination {
  /** Where the programs are started. */
  readonly cwd: string;
  /** Default: this process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** `sandbox` at the top of baton.yaml. Default: on. */
  readonly sandbox?: SandboxMode;
  /** The person's HOME, for logins. Default: as the system says. */
  readonly home?: string;
}

const programOf = (agent: AgentConfig): string[] => agent.command ?? [agent.runner];

/** Looks at everything that an agent needs on this machine, and runs nothing that costs. */
export async function examine(agent: AgentConfig, where: Examination): Promise<AgentFinding[]> {
  const wrapper = agent.wrapper === undefined ? [] : [await examineWrapper(agent.wrapper, where)];
  const [program = ''] = programOf(agent);
  // A program of one's own need not know --version, and must not be run to be looked at.
  if (agent.runner === 'command' || agent.runner === 'acp')
    return [
      ...wrapper,
      await programFinding(program, where),
      ...loginOf(agent, where),
      await sandboxFinding(agent, where),
    ];
  const version = await lastLineOf([...programOf(agent), '--version'], agent, where);
  if (version === undefined) return [...wrapper, notThere(program)];
  return [
    ...wrapper,
    version.exitCode === 0
      ? ok('installed', version.text)
      : bad(
          'installed',
          `${program} --version ended with ${version.exitCode}: ${version.text}; install it anew`,
        ),
    versionFinding(agent, version.text),
    ...(await loginFinding(agent, where)),
    await sandboxFinding(agent, where),
  ];
}

const notThere = (program: string): AgentFinding =>
  bad(
    'installed',
    `${program} isn't there: install it where the worker runs so that it is on PATH, or set \`command\` in baton.yaml`,
  );

async function programFinding(program: string, { env = process.env }: Examination): Promise<AgentFinding> {
  if (program.includes('/') && !isAbsolute(program))
    return ok('installed', `${program} is taken from the agent's worktree`);
  const file = await placeOnPath(program, env.PATH ?? '');
  if (file !== undefined) return ok('installed', file);
  return notThere(program);
}

function versionFinding({ runner }: AgentConfig, text: string): AgentFinding {
  const known = KNOWN_VERSIONS[runner] as string;
  const found = /\d+\.\d+\.\d+/.exec(text)?.[0];
  if (found === known) return ok('version', `${known} is the version that Baton is tested with`);
  return warn(
    'version',
    `${found ?? 'an unknown version'}: Baton is tested with ${known}; if a run ends strangely, install that one`,
  );
}

/** Variables that the agent is to get by name and that aren't set. */
const loginOf = (agent: AgentConfig, { env = process.env }: Examination): AgentFinding[] =>
  agent.env.map((name) =>
    env[name] === undefined
      ? warn('login', `${name}, named in \`env\`, is not set here`)
      : ok('login', `${name} is set`),
  );

async function loginFinding(agent: AgentConfig, where: Examination): Promise<AgentFinding[]> {
  const { env = process.env, home = homedir() } = where;
  const named = loginOf(agent, where);
  const keys = RUNNER_VARIABLES[agent.runner].keys;
  const key = keys.find((name) => env[name] !== undefined);
  if (key !== undefined) return [ok('login', `${key} is set`), ...named];
  for (const file of LOGIN_FILES[agent.runner] ?? []) {
    const stats = await lstat(join(home, file)).catch(() => undefined);
    if (stats !== undefined) return [ok('login', `logged in (~/${file})`), ...named];
  }
  // Providers of one's own choice have their key under a name of their own.
  if (named.some(({ state }) => state === 'ok')) return named;
  const ways = keys.length === 0 ? 'name its variable in `env`' : `set ${keys.join(' or ')}`;
  return [
    bad(
      'login',
      `no key and no login: run \`${agent.runner}\` once as the worker's user and log in, or ${ways}`,
    ),
    ...named,
  ];
}

async function sandboxFinding(agent: AgentConfig, where: Examination): Promise<AgentFinding> {
  const wish = sandboxOf(agent, where.sandbox ?? 'on');
  if (wish !== 'off') {
    const problem = await sandboxProblem();
    if (problem === undefined) return ok('sandbox', "Baton's: it works here");
    if (wish === 'required') return bad('sandbox', `baton.yaml requires one: ${problem}`);
  }
  return ownSandboxFinding(agent, where);
}

/** What there is without Baton's. */
async function ownSandboxFinding(agent: AgentConfig, where: Examination): Promise<AgentFinding> {
  if (agent.runner === 'codex') return codexSandboxFinding(agent, where);
  if (agent.wrapper !== undefined) return ok('sandbox', `as the wrapper has it: ${agent.wrapper[0]}`);
  const { cwd, env } = where;
  const problem =
    agent.runner === 'claude'
      ? await noClaudeSandbox(agent, {
          cwd,
          env: allowedEnvironment({ ...(env !== undefined && { from: env }) }),
        })
      : 'it has none of its own that Baton can use';
  if (problem === undefined)
    return ok(
      'sandbox',
      "claude's own works: its commands write in its worktree and their temporary folder only, and have no network",
    );
  return warn(
    'sandbox',
    `${agent.runner} runs as the worker's user, without a sandbox (${(await sandboxProblem()) ?? problem})`,
  );
}

async function codexSandboxFinding(agent: AgentConfig, where: Examination): Promise<AgentFinding> {
  const tried = await lastLineOf([...programOf(agent), 'sandbox', '--', 'true'], agent, where);
  return tried?.exitCode === 0
    ? ok(
        'sandbox',
        "codex's own works: it writes in its worktree and the temporary folder only, and has no network",
      )
    : bad(
        'sandbox',
        `codex's own doesn't work here: ${tried?.text ?? 'no answer'}; see \`codex sandbox -- true\``,
      );
}

async function examineWrapper(
  [program = '', ...rest]: readonly string[],
  where: Examination,
): Promise<AgentFinding> {
  const tried = await lastLineOf([program, ...rest, process.execPath, '-e', ''], undefined, where);
  if (tried === undefined)
    return bad('wrapper', `${program} isn't there: install it, or correct \`wrapper\` in baton.yaml`);
  return tried.exitCode === 0
    ? ok('wrapper', `${program} starts programs`)
    : bad('wrapper', `${program} can't start a program (exit code ${tried.exitCode}): ${tried.text}`);
}

/** What a command printed last, or undefined where it can't be started. */
async function lastLineOf(
  command: readonly string[],
  agent: AgentConfig | undefined,
  { cwd, env, home }: Examination,
) {
  const folder = await temporaryFolder('doctor');
  const temporary = join(folder, 'tmp');
  try {
    await mkdir(temporary);
    const run = await runCommand({
      command,
      cwd,
      env: allowedEnvironment({
        extra: agent === undefined ? [] : variablesOf(agent),
        // Not the person's own HOME: to ask a CLI for its version must not change anything there.
        set: {
          HOME: agent?.runner === 'command' ? (home ?? homedir()) : folder,
          // As its runner has it: see there.
          ...(agent?.runner === 'codex' && { TMPDIR: temporary }),
        },
        ...(env !== undefined && { from: env }),
      }),
      timeoutMs: PATIENCE_MS,
    });
    await run.disposeLog();
    const text = (run.stdout.trim() || run.tail.trim()).split('\n').at(-1) ?? '';
    return { exitCode: run.exitCode, text: run.timedOut ? `no answer in ${PATIENCE_MS / 1000} s` : text };
  } catch {
    return undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const SMOKE_WORD = 'Baton was here';

/** Has the agent write one file in a repository of its own: the real thing, at a real price. */
export async function smoke(agent: AgentConfig, where: Examination): Promise<AgentFinding> {
  const folder = await temporaryFolder('smoke');
  const [cwd, home] = [join(folder, 'tree'), join(folder, 'home')];
  try {
    await runCommand({
      command: ['sh', '-c', 'mkdir tree home && git init -q tree'],
      cwd: folder,
      env: allowedEnvironment({}),
      timeoutMs: PATIENCE_MS,
    }).then((run) => run.disposeLog());
    const outcome = await RUNNERS[agent.runner].run(
      {
        task: smokeTask(),
        role: agent,
        cwd,
        home,
        env: allowedEnvironment({
          extra: variablesOf(agent),
          set: { HOME: home },
          ...(where.env !== undefined && { from: where.env }),
        }),
        runId: randomUUID(),
        stallMs: SMOKE_TIMEOUT_MS,
        timeoutMs: SMOKE_TIMEOUT_MS,
        signal: new AbortController().signal,
        transcriptFile: join(folder, 'transcript.jsonl'),
        spent: {},
      },
      {
        started: () => undefined,
        session: () => undefined,
        result: () => undefined,
        event: () => undefined,
        checkpoint: async () => ({ type: 'checkpoint', commit: '', checks: [] }),
      },
    );
    const text = await readRegularText(join(cwd, 'smoke.txt')).catch(() => undefined);
    return smokeFinding(outcome, text);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const smokeTask = (): AgentTask => ({
  protocol: PROTOCOL_VERSION,
  feature: { id: 'smoke', request: 'Show that you can work here.' },
  role: 'tdd-typescript',
  instructions: `Write the file smoke.txt with the one line "${SMOKE_WORD}", then end with the status "done".`,
  phase: 'implement',
  packet: null,
  given: [],
  handoff: null,
  attempt: 1,
  resume: null,
  feedback: [],
  checks: [],
  resultSchema: resultJsonSchema('implement'),
});

function smokeFinding(outcome: RunnerOutcome, written: string | undefined): AgentFinding {
  const { usage, durationMs } = outcome;
  const cost = usage?.costUsd === undefined ? 'at an unknown cost' : `for $${usage.costUsd.toFixed(4)}`;
  const took = `in ${(durationMs / 1000).toFixed(1)} s, ${cost}`;
  if (outcome.kind === 'trouble') return bad('smoke', `${outcome.trouble.message} (${outcome.trouble.kind})`);
  if (outcome.kind !== 'result' || outcome.result.status !== 'done')
    return bad('smoke', `the run ended as ${outcome.kind} ${took}: ${outcome.tail.slice(-500)}`);
  if (written?.includes(SMOKE_WORD)) return ok('smoke', `wrote a file and gave its result ${took}`);
  return bad(
    'smoke',
    `said it was done ${took}, but smoke.txt ${written === undefined ? "isn't there" : 'says something else'}`,
  );
}
