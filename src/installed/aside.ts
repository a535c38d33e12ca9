import { createRequire } from 'node:module';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { CODE, CODE_EXTENSION, IN_TYPESCRIPT } from '../files/own-package.ts';
import type { TaskName, TaskOrder, TaskReport, TaskResult, Tasks } from './tasks.ts';

const MAIN = path.join(CODE, `installed/aside-main${CODE_EXTENSION}`);
const require = createRequire(import.meta.url);

/** Node 20 gives a thread's first file to no loader. */
const throughTsx = (): string => {
  const [tsx, main] = [require.resolve('tsx/cjs/api'), MAIN].map((file) => JSON.stringify(file));
  return `require(${tsx}).register(); require(${main});`;
};

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A thread, started when it is first needed. It keeps the process alive only while it has something to do. */
class Thread {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private last = 0;

  ask(name: TaskName, args: TaskOrder['args']): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.last += 1;
      this.waiting.set(this.last, { resolve, reject });
      const worker = this.start();
      worker.ref();
      worker.postMessage({ id: this.last, name, args } satisfies TaskOrder);
    });
  }

  private start(): Worker {
    if (this.worker !== undefined) return this.worker;
    const worker = IN_TYPESCRIPT
      ? new Worker(throughTsx(), { eval: true, execArgv: [] })
      : new Worker(MAIN, { execArgv: [] });
    worker.on('message', (report: TaskReport) => this.take(worker, report));
    worker.on('error', (error) => this.lost(worker, error));
    worker.on('exit', () =>
      this.lost(worker, new Error('the thread that goes through installed files ended')),
    );
    this.worker = worker;
    return worker;
  }

  private take(worker: Worker, report: TaskReport): void {
    const waiting = this.waiting.get(report.id);
    this.waiting.delete(report.id);
    if (this.waiting.size === 0) worker.unref();
    if ('failed' in report)
      waiting?.reject(Object.assign(new Error(report.failed.message), { code: report.failed.code }));
    else waiting?.resolve(report.result);
  }

  private lost(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    const lost = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of lost) reject(error);
  }
}

const thread = new Thread();

/**
 * Does something with all that is installed in a tree in a thread of its own. Tens of thousands of files are looked at
 * there one after the other without waiting, which takes a fifth of the processor time, and the event loop goes on here.
 */
export const aside = <Name extends TaskName>(
  name: Name,
  ...args: Parameters<Tasks[Name]>
): Promise<TaskResult<Name>> => thread.ask(name, args) as Promise<TaskResult<Name>>;
