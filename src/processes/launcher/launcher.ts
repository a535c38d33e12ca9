import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { BatonError } from '../../domain/failures.ts';
import { CODE, CODE_EXTENSION, IN_TYPESCRIPT } from '../../files/own-package.ts';
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
const MAIN = path.join(CODE, `processes/launcher/main${CODE_EXTENSION}`);

/** The launcher ended while something ran. What ran is ended too, so the work can be tried again. */
const LOST =
  'the process that starts commands and agents ended: what it had started was ended too, and is tried again';

/** Takes the reports on one order. */
interface Listener {
  /** @returns whether that was the last of them */
  take(report: Report): boolean;
  /** The launcher is gone, and all that it had started. */
  lost?(error: Error): void;
}

interface Pending extends Required<Listener> {
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
    const env = { BATON_RUN: run };
    let abort = () => {};
    const answer = this.ask<CommandResult>(
      () => ({ ...began, env }),
      (id, settle) => {
        abort = () => this.send({ id, do: 'abort' });
        signal?.addEventListener('abort', abort, { once: true });
        const wants = { wantsOutput: onOutput !== undefined, wantsStart: onStart !== undefined };
        const cancelled = signal?.aborted === true;
        this.send({ id, do: 'command', command: { ...rest, run, cancelled, ...wants } });
        return {
          take: (report) => {
            if (report.type === 'output') onOutput?.(report.piece);
            if (report.type === 'began') {
              began = { pid: report.pid, startTime: report.startTime };
              onStart?.(began).then(
                () => this.send({ id, do: 'noted' }),
                (error: unknown) => this.send({ id, do: 'noted', problem: String(error) }),
              );
            }
            if (report.type !== 'command') return false;
            settle({ ...report.result, disposeLog: disposing(report.result) });
            return true;
          },
        };
      },
    );
    return answer.finally(() => signal?.removeEventListener('abort', abort));
  }

  program(run: ProgramToRun): Promise<ProgramResult> {
    return this.ask<ProgramResult>(
      () => undefined,
      (id, settle) => {
        this.send({ id, do: 'program', program: { ...run, env: { ...run.env, BATON_RUN: this.mark } } });
        return {
          take: (report) => {
            if (report.type === 'program') settle(report.result);
            return report.type === 'program';
          },
        };
      },
    );
  }

  talk(run: ProgramToTalkTo): Promise<TalkingProgram | StartProblem> {
    const { BATON_RUN } = run.env;
    return this.ask<TalkingProgram | StartProblem>(
      () => (BATON_RUN === undefined ? undefined : { env: { BATON_RUN } }),
      (id, settle) => {
        this.send({ id, do: 'talk', program: run });
        let program: RemoteProgram | undefined;
        return {
          take: (report) => {
            if (report.type === 'unstarted') settle(report.problem);
            if (report.type === 'talk') {
              program = new RemoteProgram(report.pid, (order) => this.send({ ...order, id } as Order));
              settle(program);
            }
            program?.take(report);
            return program?.isOver ?? report.type === 'unstarted';
          },
          lost: (error) => program?.lost(error),
        };
      },
    );
  }

  /** Sends an order by `begin`, and has its reports listened to until the last; `settle` answers before or with that. */
  private async ask<T>(
    tree: Pending['tree'],
    begin: (id: number, settle: (answer: T) => void) => Listener,
  ): Promise<T> {
    await this.cleared;
    this.start();
    const id = ++this.last;
    return new Promise<T>((resolve, reject) => {
      const forget = () => {
        this.pending.delete(id);
        if (this.pending.size === 0) this.child?.channel?.unref();
      };
      this.child?.channel?.ref();
      const listener = begin(id, resolve);
      this.pending.set(id, {
        tree,
        take: (report) => {
          if (report.type === 'failed') reject(asError(report.failure));
          const isLast = report.type === 'failed' || listener.take(report);
          if (isLast) forget();
          return isLast;
        },
        lost: (error) => {
          forget();
          listener.lost?.(error);
          reject(error);
        },
      });
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
      for (const each of lost) each.lost(new BatonError('ProcessesLost', LOST));
    });
  }
}

const disposing =
  ({ log }: Pick<CommandResult, 'log'>) =>
  () =>
    rm(path.dirname(log.file), { recursive: true, force: true });

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
