import { BatonError } from '../../domain/failures.ts';
import { commandHere } from '../command-here.ts';
import { endTree } from '../end-tree.ts';
import { startTimeOf } from '../process-table.ts';
import { startHere } from '../start-here.ts';
import type { ProgramToTalkTo, TalkingProgram } from '../starter.ts';
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

const GONE = 'the worker is gone';
const jobs = new Map<number, Job>();
let connected = true;

const report = (message: Report): void => {
  // The worker is gone: nobody reads it.
  if (connected) process.send?.(message, undefined, undefined, () => {});
};

process.on('message', (order: Order) => {
  if (order.do === 'command') runCommand(order.id, order.command);
  else if (order.do === 'program') runProgram(order.id, order.program);
  else if (order.do === 'talk') runTalk(order.id, order.program);
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
      // It went while the command was being started: nobody will take note of it.
      if (!connected) throw new Error(GONE);
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
      noted(GONE);
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

function runTalk(id: number, program: ProgramToTalkTo): void {
  talk(id, program)
    .catch((error: unknown) => report({ id, type: 'failed', failure: plain(error) }))
    .finally(() => jobs.delete(id));
}

async function talk(id: number, run: ProgramToTalkTo): Promise<void> {
  const starting = startHere.talk(run);
  const { BATON_RUN } = run.env;
  const env = BATON_RUN === undefined ? {} : { BATON_RUN };
  // Looked up at once: later the number may be another's.
  const tree = starting.then(async (started) =>
    'pid' in started ? { pid: started.pid, startTime: await startTimeOf(started.pid), env } : undefined,
  );
  tree.catch(() => {}); // It is waited for only if all is to end.
  let order: Job['order'] = () => {};
  jobs.set(id, {
    end: async () => {
      const found = await tree;
      if (found !== undefined) await endTree(found);
    },
    order: (given) => order(given),
  });
  const program = await starting;
  if ('pid' in program) {
    const streams = { stdout: new Relay(id, 'stdout', program), stderr: new Relay(id, 'stderr', program) };
    order = (given) => {
      if (given.do === 'write') program.write(given.text);
      if (given.do === 'close-input') program.closeInput();
      if (given.do === 'close-output') streams[given.stream].close();
      if (given.do === 'took') streams[given.stream].took(given.bytes);
    };
    report({ id, type: 'talk', pid: program.pid });
    void program.exited.then((exit) => report({ id, type: 'exit', exit }));
    await Promise.all([program.exited, streams.stdout.run(), streams.stderr.run()]);
  } else report({ id, type: 'unstarted', problem: program });
}

/** Hands a program's output on, as fast as it is read over there. */
class Relay {
  private onTheWay = 0;
  private goOn = () => {};

  constructor(
    private readonly id: number,
    private readonly name: StreamName,
    private readonly program: TalkingProgram,
  ) {}

  async run(): Promise<void> {
    const { id, name } = this;
    try {
      for await (const bytes of this.program[name] as AsyncIterable<Buffer>) {
        this.onTheWay += bytes.length;
        report({ id, type: 'chunk', stream: name, bytes });
        if (this.onTheWay > MOST_ON_THE_WAY)
          await new Promise<void>((resolve) => {
            this.goOn = resolve;
          });
      }
    } catch {
      // Closed from over there, or it broke: what came until then is all there is.
    }
    report({ id, type: 'end', stream: name });
  }

  close(): void {
    this.program[this.name].destroy();
    this.goOn();
  }

  took(bytes: number): void {
    this.onTheWay -= bytes;
    if (this.onTheWay <= MOST_ON_THE_WAY) this.goOn();
  }
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
