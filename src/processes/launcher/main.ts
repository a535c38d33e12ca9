import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BatonError } from '../../domain/failures.ts';
import { commandHere } from '../command-here.ts';
import { endTree } from '../end-tree.ts';
import { startTimeOf } from '../process-table.ts';
import { startHere } from '../start-here.ts';
import type { ProgramToTalkTo } from '../starter.ts';
import type { Order, PlainCommand, PlainFailure, Report, StreamName } from './messages.ts';

// The small process: it starts what the worker wants started, and ends with the worker and all of that.

/** Bytes of a stream that are on their way; a program that prints more is held up until they are read. */
const MOST_ON_THE_WAY = 1024 * 1024;

/** One command, program or talk. */
interface Job {
  /** Ends it, and whatever it started; resolves when that is gone. */
  end(): Promise<unknown>;
  order(order: Order): void;
}

const jobs = new Map<number, Job>();
let connected = true;

const report = (message: Report): void => {
  // The worker is gone: nobody reads it.
  if (connected) process.send?.(message, undefined, undefined, () => {});
};

process.on('message', (order: Order) => {
  if (order.do === 'command') runCommand(order.id, order.command);
  else if (order.do === 'program') runProgram(order.id, order.program);
  else if (order.do === 'talk') void talk(order.id, order.program);
  else jobs.get(order.id)?.order(order);
});
process.once('disconnect', () => {
  connected = false;
  void Promise.allSettled([...jobs.values()].map((job) => job.end())).then(() => process.exit());
});

function runCommand(id: number, { cancelled, wantsOutput, wantsStart, ...command }: PlainCommand): void {
  const abort = new AbortController();
  if (cancelled) abort.abort();
  let noted: (problem: string | undefined) => void = () => {};
  const running = commandHere({
    ...command,
    signal: abort.signal,
    ...(wantsOutput && { onOutput: (piece: string) => report({ id, type: 'output', piece }) }),
    onStart: async (began) => {
      const answer = new Promise<string | undefined>((resolve) => {
        noted = resolve;
      });
      report({ id, type: 'began', ...began });
      const problem = wantsStart ? await answer : undefined;
      if (problem !== undefined) throw new Error(problem);
    },
  });
  const settled = running
    .then(
      ({ disposeLog: _, ...result }) => report({ id, type: 'command', result }),
      (error: unknown) => report({ id, type: 'failed', failure: plain(error) }),
    )
    .finally(() => jobs.delete(id));
  jobs.set(id, {
    end: () => {
      abort.abort();
      noted('the worker is gone');
      return settled;
    },
    order: (order) => {
      if (order.do === 'abort') abort.abort();
      if (order.do === 'noted') noted(order.problem);
    },
  });
}

function runProgram(id: number, program: Parameters<typeof startHere.program>[0]): void {
  const settled = startHere
    .program(program)
    .then(
      (result) => report({ id, type: 'program', result }),
      (error: unknown) => report({ id, type: 'failed', failure: plain(error) }),
    )
    .finally(() => jobs.delete(id));
  const { BATON_RUN } = program.env;
  jobs.set(id, {
    end: () => (BATON_RUN === undefined ? settled : Promise.all([endTree({ env: { BATON_RUN } }), settled])),
    order: () => {},
  });
}

async function talk(id: number, { program, args, cwd, env }: ProgramToTalkTo): Promise<void> {
  const child = spawn(program, args, { cwd, env, detached: true, stdio: 'pipe' });
  const onTheWay: Record<StreamName, number> = { stdout: 0, stderr: 0 };
  const send = (stream: Readable, name: StreamName) => {
    stream.on('data', (bytes: Buffer) => {
      onTheWay[name] += bytes.length;
      if (onTheWay[name] > MOST_ON_THE_WAY) stream.pause();
      report({ id, type: 'chunk', stream: name, bytes });
    });
    stream.on('error', () => {});
    stream.once('close', () => report({ id, type: 'end', stream: name }));
  };
  send(child.stdout, 'stdout');
  send(child.stderr, 'stderr');
  child.stdin.on('error', () => {}); // EPIPE: it reads no more, which is its own affair
  let startTime: Promise<string | undefined> = Promise.resolve(undefined);
  jobs.set(id, {
    end: async () => {
      const { BATON_RUN } = env;
      const carried = BATON_RUN === undefined ? {} : { BATON_RUN };
      await endTree({ pid: child.pid, startTime: await startTime, env: carried });
    },
    order: (order) => {
      if (order.do === 'write') child.stdin.write(order.text);
      if (order.do === 'close-input') child.stdin.end();
      if (order.do === 'close-output') child[order.stream].destroy();
      if (order.do === 'took') {
        onTheWay[order.stream] -= order.bytes;
        if (onTheWay[order.stream] <= MOST_ON_THE_WAY) child[order.stream].resume();
      }
    },
  });
  child.once('spawn', () => {
    startTime = startTimeOf(child.pid as number);
    report({ id, type: 'talk', pid: child.pid as number });
  });
  child.once('error', (error: NodeJS.ErrnoException) => {
    if (child.pid !== undefined) return;
    jobs.delete(id);
    report({ id, type: 'unstarted', problem: { code: error.code, message: error.message } });
  });
  child.once('exit', (code, signal) => report({ id, type: 'exit', exit: { code, signal } }));
  child.once('close', () => jobs.delete(id));
}

function plain(error: unknown): PlainFailure {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = ((error instanceof BatonError ? error.cause : error) as NodeJS.ErrnoException | undefined)
    ?.code;
  return {
    ...(error instanceof BatonError && { type: error.type }),
    message: error.message,
    ...(code !== undefined && { code }),
  };
}
