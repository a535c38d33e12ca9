import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from '../domain/failures.ts';
import { END_GRACE_MS, endTree } from '../processes/end-tree.ts';
import { startTimeOf } from '../processes/process-table.ts';
import { type Secret, secretsOf } from '../processes/secrets.ts';
import { Conversation } from './conversation.ts';
import { LineSplitter, type SplitLine } from './line-splitter.ts';
import { RunEnd } from './run-end.ts';
import type { AgentRunFacts, AgentRunHost, AgentRunner, AgentRunOutcome, AgentRunRequest } from './runner.ts';
import { Transcript } from './transcript.ts';

/** After its result an agent has said all; so long it may tidy up (CLIs measured: up to 5 s offline). */
const RESULT_GRACE_MS = 5000;
/** With the tree gone its pipes close at once; a process that escaped must not hold the run open. */
const DRAIN_MS = 2000;
/** A checkpoint that was told to stop: git ends in that time, and nobody waits for the rest. */
const CHECKPOINT_STOP_MS = 15_000;

export interface CommandRunnerLimits {
  /** How long a process may stay after its result. Default 5,000 ms. */
  readonly resultGraceMs?: number;
  /** How long it has from SIGTERM to SIGKILL. Default 5,000 ms. */
  readonly endGraceMs?: number;
}

/** Runs any program that speaks the agent protocol (docs/agent-protocol.md) on its standard streams. */
export const createCommandRunner = (limits: CommandRunnerLimits = {}): AgentRunner => ({
  name: 'command',
  async run(request, host) {
    const began = performance.now();
    if (!(await stat(request.cwd).catch(() => undefined))?.isDirectory())
      throw new BatonError('BadInput', `the agent's worktree ${request.cwd} is not there`);
    const secrets = secretsOf(request.role.env, request.env);
    const transcript = new Transcript(request.transcriptFile, secrets);
    transcript.write({ kind: 'task', task: request.task });
    const end = new RunEnd(request);
    try {
      const outcome = await converse(request, host, end, transcript, secrets, limits);
      const durationMs = Math.round(performance.now() - began);
      transcript.write({ kind: 'baton', text: `the run ended: ${outcome.kind}, after ${durationMs} ms` });
      return { ...outcome, durationMs };
    } finally {
      end.dispose();
      transcript.close();
    }
  },
});

export const commandRunner: AgentRunner = createCommandRunner();

// Of a union, or the kinds' own fields would be lost.
type WithoutDuration<T> = T extends unknown ? Omit<T, 'durationMs'> : never;

async function converse(
  request: AgentRunRequest,
  host: AgentRunHost,
  end: RunEnd,
  transcript: Transcript,
  secrets: readonly Secret[],
  limits: CommandRunnerLimits,
): Promise<WithoutDuration<AgentRunOutcome>> {
  let failure: { readonly error: unknown } | undefined;
  const fail = (error: unknown) => {
    failure ??= { error };
    end.end('host-failed');
  };
  let bytes = 0;
  let resultGrace: NodeJS.Timeout | undefined;
  const conversation = new Conversation({
    phase: request.task.phase,
    host,
    end,
    transcript,
    secrets,
    send: (message) => child?.stdin.write(`${JSON.stringify(message)}\n`),
    onResult: () => {
      child?.stdin.end();
      end.pauseStall();
      resultGrace = setTimeout(() => end.end('result-came'), limits.resultGraceMs ?? RESULT_GRACE_MS);
    },
  });
  const facts = (): Omit<AgentRunFacts, 'durationMs'> => ({ ...conversation.facts(), bytes });
  let child: ChildProcessWithoutNullStreams | undefined;
  if (end.why === 'cancelled') return { ...facts(), kind: 'cancelled' };
  const started = await startAgent(request);
  if ('message' in started) return { ...facts(), kind: 'missing', message: started.message };
  child = started.child;

  const { pid = 0 } = child;
  let exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined;
  const exited = new Promise<void>((resolve) => {
    child.once('exit', (code, signal) => {
      // Once Baton ended it, its exit says nothing about the agent.
      exit = end.why === undefined ? { code, signal } : { code: null, signal: null };
      resolve();
    });
  });
  child.stdin.on('error', () => {}); // EPIPE: the agent reads no more, which is its own affair
  const startTime = await startTimeOf(pid);
  const tree = {
    pid,
    startTime,
    env: { BATON_RUN: request.runId },
    graceMs: limits.endGraceMs ?? END_GRACE_MS,
  };
  try {
    // A process that is gone by now has no start time; it is told all the same, and found by its run id.
    await host.started({ pid, startTime: startTime ?? 'gone' });
    if (end.why === undefined) {
      child.stdin.write(`${JSON.stringify(request.task)}\n`);
      end.resumeStall();
    }
  } catch (error) {
    fail(error);
  }
  const read = (stream: Readable, onLine: (line: SplitLine) => void | Promise<void>) =>
    readLines(stream, onLine, (count) => (bytes += count)).catch(fail);
  const reading = Promise.all([
    read(child.stdout, (line) => conversation.line(line)),
    read(child.stderr, ({ text }) => conversation.log('stderr', text)),
  ]);
  await Promise.race([exited, end.reached]);
  end.pauseStall();
  const { left } = await endTree({ ...tree, justExited: exit !== undefined });
  if (left.length > 0) conversation.note(`these processes could not be ended: ${left.join(', ')}`);
  await finishReading(child, reading, conversation);
  clearTimeout(resultGrace);
  if (failure) throw failure.error;
  return { ...facts(), ...outcomeOf(conversation, end, exit) };
}

function outcomeOf(
  { given }: Conversation,
  { why }: RunEnd,
  exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | undefined,
) {
  if (exit?.code) return { kind: 'crashed', exitCode: exit.code } as const;
  if (given) return given;
  if (why === 'stalled' || why === 'timed-out' || why === 'cancelled') return { kind: why } as const;
  return { kind: 'no-result', exitCode: exit?.code ?? null, signal: exit?.signal ?? null } as const;
}

/** Starts the program, or says why it can't be. */
async function startAgent({ role, cwd, home, env, runId, task }: AgentRunRequest) {
  const [program = '', ...args] = role.command;
  const path = program.includes('/') && !isAbsolute(program) ? join(cwd, program) : program;
  const child = spawn(path, args, {
    cwd,
    detached: true,
    stdio: 'pipe',
    env: {
      ...env,
      HOME: home,
      BATON_RUN: runId,
      BATON_FEATURE: task.feature.id,
      ...(task.packet ? { BATON_PACKET: task.packet.id } : {}),
      ...(role.model === undefined ? {} : { BATON_MODEL: role.model }),
    },
  });
  try {
    await once(child, 'spawn');
    return { child };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENOENT'
        ? 'there is no such program (or the interpreter its first line names)'
        : code === 'EACCES'
          ? 'it is not executable'
          : String((error as Error).message);
    return {
      message:
        `the agent "${task.role}" can't be started: ${path}: ${reason}. Install it on the worker's machine ` +
        `so that it is on PATH, or correct crew.${task.phase}.command in baton.yaml`,
    };
  }
}

/** Reads a stream line by line, the next line only when the one before was dealt with. */
async function readLines(
  stream: Readable,
  onLine: (line: SplitLine) => void | Promise<void>,
  onBytes: (count: number) => void,
): Promise<void> {
  const splitter = new LineSplitter();
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      onBytes(chunk.length);
      for (const line of splitter.push(chunk)) await onLine(line);
    }
  } catch (error) {
    // The pipe was closed from here: what it held is read.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  for (const line of splitter.end()) await onLine(line);
}

/** Reads what is left in the pipes, and sees the last checkpoint to its end. */
async function finishReading(
  { stdout, stderr }: ChildProcessWithoutNullStreams,
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
