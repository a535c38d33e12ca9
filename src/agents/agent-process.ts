import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from '../domain/failures.ts';
import { starter } from '../processes/current-starter.ts';
import { END_GRACE_MS, endTree } from '../processes/end-tree.ts';
import { startTimeOf } from '../processes/process-table.ts';
import { secretsOf } from '../processes/secrets/secrets.ts';
import type { ProgramExit, TalkingProgram } from '../processes/starter.ts';
import type { AgentOutput } from './agent-output.ts';
import { Conversation } from './conversation.ts';
import { insideOf } from './inside.ts';
import { readLines } from './line-splitter.ts';
import { RunEnd } from './run-end.ts';
import type { AgentRunFacts, AgentRunHost, AgentRunRequest, RunnerOutcome } from './runner.ts';
import { secretVariablesOf } from './runner-variables.ts';
import { runEndLine, Transcript } from './transcript.ts';

/** After its result an agent has said all; so long it may tidy up (CLIs measured: up to 5 s offline). */
const RESULT_GRACE_MS = 5000;
/** With the tree gone its pipes close at once; a process that escaped must not hold the run open. */
const DRAIN_MS = 2000;
/** A checkpoint that was told to stop: git ends in that time, and nobody waits for the rest. */
const CHECKPOINT_STOP_MS = 15_000;

export interface ProcessLimits {
  /** How long a process may stay after its result. Default 5,000 ms. */
  readonly resultGraceMs?: number;
  /** How long it has from SIGTERM to SIGKILL. Default 5,000 ms. */
  readonly endGraceMs?: number;
}

/** What an agent's process says and is told, while it lives. */
export interface AgentStreams {
  /** Standard output, piece by piece; ends when it was closed. */
  readonly output: AsyncIterable<Buffer>;
  /** Writes on standard input. */
  write(text: string): void;
  /** Closes standard input. */
  close(): void;
  /** Tells what was understood; resolves when the next may be told. Throws what the host threw. */
  report(output: AgentOutput): Promise<void>;
  /** Keeps a line of output that is for people. */
  log(text: string): void;
  /** Keeps a line of output as it came, beside what was understood of it. */
  raw(text: string): void;
  /** Keeps a remark of Baton's own. */
  note(text: string): void;
  /** Answers to checkpoints. */
  readonly conversation: Conversation;
}

/** One process of an agent: how it is started, and how it is talked with. */
export interface AgentProcess {
  /** Program and arguments; a path with a slash is relative to the worktree. */
  readonly program: readonly string[];
  /** Added to the request's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What the agent is told, where it is words: kept in the transcript. */
  readonly prompt?: string;
  /** A remark for the transcript on how it is started. */
  readonly note?: string;
  /** Answers a checkpoint. Default: the agent can't ask for one. */
  readonly answer?: (answer: unknown) => string;
  /** Its figures are of the session that it names, as the protocol has it. Default: an adapter counts them on. */
  readonly totalsOfSession?: true;
  /** Talks until the output ends. Its first write is the task. */
  talk(streams: AgentStreams): Promise<void>;
  /** A line of standard error, which is kept anyhow. */
  errorLine?(text: string, line: number, conversation: Conversation): readonly AgentOutput[];
  /** What the end means that the output alone didn't tell. Not asked where Baton ended the process. */
  ended?(exit: { readonly code: number | null }): readonly AgentOutput[];
  /** What its silence means, for which Baton ended it. */
  silent?(): readonly AgentOutput[];
}

/** Runs an agent's process to its end, whatever that is: see the contract in runner.ts. */
export async function runProcess(
  request: AgentRunRequest,
  host: AgentRunHost,
  prepare: () => AgentProcess | Promise<AgentProcess>,
  limits: ProcessLimits = {},
): Promise<RunnerOutcome> {
  const began = performance.now();
  if (!(await stat(request.cwd).catch(() => undefined))?.isDirectory())
    throw new BatonError('BadInput', `the agent's worktree ${request.cwd} is not there`);
  const transcript = new Transcript(request.transcriptFile, secretsIn(request));
  transcript.write({ kind: 'task', task: request.task });
  const end = new RunEnd(request);
  try {
    const agent = await prepare();
    if (agent.prompt !== undefined) transcript.write({ kind: 'prompt', text: agent.prompt });
    for (const text of [sandboxNote(request), agent.note])
      if (text !== undefined) transcript.write({ kind: 'baton', text });
    const elapsed = () => Math.round(performance.now() - began);
    const outcome = await converse(request, host, end, transcript, agent, limits, elapsed);
    const durationMs = elapsed();
    const { refused } = insideOf(request) ?? { refused: [] };
    if (refused.length > 0)
      transcript.write({ kind: 'baton', text: `the sandbox let it not reach ${refused.join(', ')}` });
    transcript.write(runEndLine({ ...outcome, durationMs }));
    return { ...outcome, durationMs };
  } finally {
    end.dispose();
    transcript.close();
  }
}

const sandboxNote = ({ confined }: AgentRunRequest): string | undefined =>
  confined === undefined
    ? undefined
    : 'without' in confined
      ? `it runs without Baton's sandbox: ${confined.without}`
      : "it runs in Baton's sandbox";

// Of a union, or the kinds' own fields would be lost.
type WithoutDuration<T> = T extends unknown ? Omit<T, 'durationMs'> : never;

async function converse(
  request: AgentRunRequest,
  host: AgentRunHost,
  end: RunEnd,
  transcript: Transcript,
  agent: AgentProcess,
  limits: ProcessLimits,
  elapsed: () => number,
): Promise<WithoutDuration<RunnerOutcome>> {
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    end.end('host-failed');
  };
  let bytes = 0;
  let resultGrace: NodeJS.Timeout | undefined;
  let program: TalkingProgram | undefined;
  const conversation = new Conversation({
    request,
    host,
    end,
    transcript,
    secrets: secretsIn(request),
    totalsOfSession: agent.totalsOfSession ?? false,
    send: (message) => program?.write(agent.answer?.(message) ?? ''),
    onResult: async (given) => {
      end.pauseStall();
      await host.result({ ...facts(), durationMs: elapsed(), ...given });
      program?.closeInput();
      const graceMs = limits.resultGraceMs ?? RESULT_GRACE_MS;
      resultGrace = setTimeout(() => {
        conversation.note(`it stayed ${graceMs} ms after its result, and was ended; the result counts`);
        end.end('result-came');
      }, graceMs);
    },
  });
  const facts = (): Omit<AgentRunFacts, 'durationMs'> => ({ ...conversation.facts(), bytes });
  if (end.why === 'cancelled') return { ...facts(), kind: 'cancelled' };
  const started = await startAgent(request, agent);
  if ('message' in started) return { ...facts(), kind: 'missing', message: started.message };
  program = started;

  const { pid, stdout, stderr } = program;
  let exit: ProgramExit | undefined;
  const exited = program.exited.then((how) => {
    // Once Baton ended it, its exit says nothing about the agent.
    exit = end.why === undefined ? how : { code: null, signal: null };
  }, fail);
  const startTime = await startTimeOf(pid);
  const tree = {
    pid,
    startTime,
    env: { BATON_RUN: request.runId },
    graceMs: limits.endGraceMs ?? END_GRACE_MS,
  };
  let mayTalk = false;
  try {
    // A process that is gone by now has no start time; it is told all the same, and found by its run id.
    await host.started({ pid, startTime: startTime ?? 'gone' });
    mayTalk = end.why === undefined;
    if (mayTalk) end.resumeStall();
  } catch (error) {
    fail(error);
  }
  const counted = async function* (stream: AsyncIterable<Buffer>) {
    for await (const chunk of stream) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  const report = (output: AgentOutput) => conversation.report(output);
  const streams: AgentStreams = {
    output: counted(stdout),
    write: (text) => void (mayTalk && started.write(text)),
    close: () => started.closeInput(),
    report,
    log: (text) => conversation.log('stdout', text),
    raw: (text) => transcript.write({ kind: 'stdout', text }),
    note: (text) => conversation.note(text),
    conversation,
  };
  const reading = Promise.all([
    agent.talk(streams).catch(fail),
    readLines(counted(stderr), async ({ text, number }) => {
      conversation.log('stderr', text);
      for (const output of agent.errorLine?.(text, number, conversation) ?? []) await report(output);
    }).catch(fail),
  ]);
  await Promise.race([exited, end.reached]);
  end.pauseStall();
  const { left } = await endTree({ ...tree, justExited: exit !== undefined });
  if (left.length > 0) conversation.note(`these processes could not be ended: ${left.join(', ')}`);
  await finishReading(started, reading, conversation);
  conversation.endLog();
  const meant =
    exit !== undefined && end.why === undefined
      ? agent.ended?.(exit)
      : end.why === 'stalled'
        ? agent.silent?.()
        : undefined;
  for (const output of meant ?? []) await report(output).catch(fail);
  clearTimeout(resultGrace);
  if (failure) throw failure.error;
  return { ...facts(), ...outcomeOf(conversation, end, exit) };
}

const secretsIn = ({ role, env, secrets = [] }: AgentRunRequest) => [
  ...secrets,
  ...secretsOf(secretVariablesOf(role), env),
];

function outcomeOf(
  { given, trouble, lostSession }: Conversation,
  { why }: RunEnd,
  exit: ProgramExit | undefined,
) {
  if (why === 'cancelled') return given?.kind === 'result' ? given : ({ kind: why } as const);
  if (lostSession) return { kind: 'no-session' } as const;
  // A CLI that tries again for ever has told why before it was ended for its silence.
  if (trouble !== undefined && given?.kind !== 'result') return { kind: 'trouble', trouble } as const;
  // Before the exit code: a CLI that keeps to a budget itself ends with one.
  if (why === 'over-budget' && given === undefined)
    return { kind: why, message: 'it had used up the budget of one run, and was ended' } as const;
  // Before the exit code too: an agent that failed at tidying up has done its work, and the checks judge that.
  if (given) return { ...given, ...unusualExit(exit) };
  if (exit?.code) return { kind: 'crashed', exitCode: exit.code } as const;
  if (why === 'stalled' || why === 'timed-out') return { kind: why } as const;
  return { kind: 'no-result', exitCode: exit?.code ?? null, signal: exit?.signal ?? null } as const;
}

/** How a program ended by itself after its result, if not as the protocol wants it. */
function unusualExit(exit: ProgramExit | undefined): { readonly exit?: string } {
  if (exit?.code) return { exit: `exit code ${exit.code}` };
  return exit?.signal ? { exit: `signal ${exit.signal}` } : {};
}

/** Starts the program, or says why it can't be. */
async function startAgent(request: AgentRunRequest, agent: AgentProcess) {
  const { role, cwd, home, env, runId, task } = request;
  const inside = insideOf(request);
  const [own = '', ...rest] = [...(role.wrapper ?? []), ...agent.program];
  const path = own.includes('/') && !isAbsolute(own) ? join(cwd, own) : own;
  const [program = '', ...args] = [...(inside?.prefix ?? []), path, ...rest];
  const started = await starter().talk({
    program,
    args,
    cwd,
    env: {
      ...env,
      ...inside?.env,
      ...agent.env,
      HOME: home,
      BATON_RUN: runId,
      BATON_FEATURE: task.feature.id,
      ...(task.packet ? { BATON_PACKET: task.packet.id } : {}),
      ...(role.model === undefined ? {} : { BATON_MODEL: role.model }),
    },
  });
  if ('pid' in started) return started;
  const { code, message } = started;
  const reason =
    code === 'ENOENT'
      ? 'there is no such program (or the interpreter its first line names)'
      : code === 'EACCES'
        ? 'it is not executable'
        : message;
  return {
    message:
      `the agent "${task.role}" can't be started: ${path}: ${reason}. Install it on the worker's machine ` +
      `so that it is on PATH, or correct crew.${task.phase}.${role.wrapper ? 'wrapper' : 'command'} in baton.yaml`,
  };
}

/** Reads what is left in the pipes, and sees the last checkpoint to its end. */
async function finishReading(
  { stdout, stderr }: TalkingProgram,
  reading: Promise<unknown>,
  conversation: Conversation,
): Promise<void> {
  const over = new AbortController();
  const pause = (ms: number) => sleep(ms, undefined, { signal: over.signal }).catch(() => {});
  const held = async () => {
    // A checkpoint sent just before the exit is still made: its evidence counts.
    do {
      await conversation.acting;
      await pause(DRAIN_MS);
    } while (conversation.acting && !over.signal.aborted);
  };
  await Promise.race([reading, held()]);
  stdout.destroy();
  stderr.destroy();
  await Promise.race([Promise.all([reading, conversation.pending]), pause(CHECKPOINT_STOP_MS)]);
  over.abort();
}
