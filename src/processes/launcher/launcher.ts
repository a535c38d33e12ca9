import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { BatonError } from '../../domain/failures.ts';
import type { CommandResult, CommandToRun } from '../command.ts';
import { endTree, type TreeToEnd } from '../end-tree.ts';
import type {
  ProgramResult,
  ProgramToRun,
  ProgramToTalkTo,
  Starter,
  StartProblem,
  TalkingProgram,
} from '../starter.ts';
import type { Order, PlainFailure, Report } from './messages.ts';
import { RemoteProgram } from './remote-program.ts';

/** All that the launcher needs itself; what it starts gets the environment that it is told. */
const OWN = ['PATH', 'TMPDIR', 'TMP', 'TEMP'];

const require = createRequire(import.meta.url);
const here = fileURLToPath(import.meta.url);
const IN_TYPESCRIPT = extname(here) === '.ts';
const MAIN = `${dirname(here)}/main${extname(here)}`;

/** The launcher ended while something ran. What ran is ended too, so the work can be tried again. */
const LOST =
  'the process that starts commands and agents ended: what it had started was ended too, and is tried again';

interface Pending {
  take(report: Report): void;
  lost(error: Error): void;
  /** What it started, as far as that is known. */
  tree(): TreeToEnd | undefined;
}

/**
 * Has processes started by a small process of Baton's own: to start one, the system copies the starter's page tables,
 * which takes a worker of 400 MB 11 to 17 ms with everything else in it standing still, and a process of 80 MB one.
 *
 * The small process is started when it is first needed, ends with this one and ends what it started then, and is
 * started anew if it died; what it ran counts as failed.
 */
export class Launcher implements Starter {
  private child: ChildProcess | undefined;
  private pending = new Map<number, Pending>();
  private last = 0;
  /** In the environment of programs, by which those of a dead launcher are found. */
  private mark = '';
  /** While what a dead launcher left is being ended nothing new is started. */
  private cleared: Promise<unknown> = Promise.resolve();

  /** Of the small process while there is one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  async command(options: CommandToRun): Promise<CommandResult> {
    const { signal, onOutput, onStart, run = randomUUID(), ...rest } = options;
    let began: { readonly pid: number; readonly startTime: string } | undefined;
    const env: Record<string, string> = options.leaveBackground ? {} : { BATON_RUN: run };
    const tree = () => (began === undefined ? { env } : { ...began, env });
    return this.ask<CommandResult>(tree, (id, settle) => {
      const abort = () => this.send({ id, do: 'abort' });
      signal?.addEventListener('abort', abort, { once: true });
      settle.after(() => signal?.removeEventListener('abort', abort));
      const wants = { wantsOutput: onOutput !== undefined, wantsStart: onStart !== undefined };
      const cancelled = signal?.aborted === true;
      this.send({ id, do: 'command', command: { ...rest, run, cancelled, ...wants } });
      return (report) => {
        if (report.type === 'output') onOutput?.(report.piece);
        if (report.type === 'command')
          settle.resolve({ ...report.result, disposeLog: disposing(report.result) });
        if (report.type !== 'began') return;
        began = { pid: report.pid, startTime: report.startTime };
        onStart?.(began).then(
          () => this.send({ id, do: 'noted' }),
          (error: unknown) => this.send({ id, do: 'noted', problem: String(error) }),
        );
      };
    });
  }

  async program(run: ProgramToRun): Promise<ProgramResult> {
    return this.ask<ProgramResult>(undefined, (id, settle) => {
      this.send({ id, do: 'program', program: { ...run, env: { ...run.env, BATON_RUN: this.mark } } });
      return (report) => {
        if (report.type === 'program') settle.resolve(report.result);
      };
    });
  }

  async talk(run: ProgramToTalkTo): Promise<TalkingProgram | StartProblem> {
    const { BATON_RUN } = run.env;
    const tree = () => (BATON_RUN === undefined ? undefined : { env: { BATON_RUN } });
    return this.ask<TalkingProgram | StartProblem>(tree, (id, settle) => {
      this.send({ id, do: 'talk', program: run });
      let program: RemoteProgram | undefined;
      settle.untilLost((error) => program?.lost(error));
      return (report) => {
        if (report.type === 'unstarted') settle.resolve(report.problem);
        else if (report.type === 'talk') {
          program = new RemoteProgram(report.pid, (order) => this.send({ ...order, id } as Order));
          settle.answer(program);
        }
        program?.take(report);
        if (program?.isOver) settle.forget();
      };
    });
  }

  /** Sends an order, and answers with what its reports come to. */
  private async ask<T>(
    tree: (() => TreeToEnd | undefined) | undefined,
    begin: (id: number, settle: Settle<T>) => (report: Report) => void,
  ): Promise<T> {
    await this.cleared;
    this.start();
    const id = ++this.last;
    return new Promise<T>((resolve, reject) => {
      let after = () => {};
      let whenLost: (error: Error) => void = () => {};
      const forget = () => {
        after();
        this.pending.delete(id);
        if (this.pending.size === 0) this.child?.channel?.unref();
      };
      const settle: Settle<T> = {
        answer: resolve,
        resolve: (value) => {
          forget();
          resolve(value);
        },
        after: (work) => {
          after = work;
        },
        untilLost: (work) => {
          whenLost = work;
        },
        forget,
      };
      this.child?.channel?.ref();
      let take: (report: Report) => void = () => {};
      this.pending.set(id, {
        tree: () => tree?.(),
        take: (report) => {
          if (report.type !== 'failed') return take(report);
          forget();
          reject(asError(report.failure));
        },
        lost: (error) => {
          forget();
          whenLost(error);
          reject(error);
        },
      });
      take = begin(id, settle);
    });
  }

  private send(order: Order): void {
    // One that is gone tells so itself.
    this.child?.send(order, () => {});
  }

  private start(): void {
    if (this.child?.connected) return;
    this.mark = randomUUID();
    const env = Object.fromEntries(
      OWN.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : [])),
    );
    const child = fork(MAIN, [], {
      env,
      // Out of the terminal's group: Ctrl-C is the worker's to handle.
      detached: true,
      serialization: 'advanced',
      // It must not hold the worker's own output open after the worker's end.
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: IN_TYPESCRIPT ? ['--import', pathToFileURL(require.resolve('tsx')).href] : [],
    });
    child.unref();
    child.channel?.unref();
    child.on('message', (report: Report) => this.pending.get(report.id)?.take(report));
    child.on('error', () => {
      // It could not be started; of one that runs the channel's end tells.
      if (child.pid === undefined) this.died(child);
    });
    child.once('disconnect', () => this.died(child));
    this.child = child;
  }

  private died(child: ChildProcess): void {
    if (this.child !== child) return;
    this.child = undefined;
    const lost = [...this.pending.values()];
    const trees = lost.flatMap((each) => each.tree() ?? []);
    const ended = Promise.allSettled(
      [{ env: { BATON_RUN: this.mark } }, ...trees].map((tree) => endTree(tree)),
    );
    this.cleared = ended.then(() => {
      for (const each of lost) each.lost(new Error(LOST));
    });
  }
}

interface Settle<T> {
  /** Answers; reports go on. */
  answer(value: T): void;
  /** Answers; that was all. */
  resolve(value: T): void;
  /** Done when it is over, whatever came of it. */
  after(work: () => void): void;
  untilLost(work: (error: Error) => void): void;
  forget(): void;
}

const disposing =
  ({ log }: Pick<CommandResult, 'log'>) =>
  () =>
    rm(dirname(log.file), { recursive: true, force: true });

function asError({ type, message, code }: PlainFailure): Error {
  const cause = code === undefined ? undefined : Object.assign(new Error(message), { code });
  if (type !== undefined) return new BatonError(type, message, { cause });
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

let shared: Launcher | undefined;

/** This process's launcher. */
export const sharedLauncher = (): Launcher => {
  shared ??= new Launcher();
  return shared;
};
