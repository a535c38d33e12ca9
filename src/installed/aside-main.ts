import { parentPort } from 'node:worker_threads';
import { TASKS, type TaskOrder, type TaskReport } from './tasks.ts';

// The thread that goes through installed files, see aside.ts.

const run = async ({ id, name, args }: TaskOrder): Promise<TaskReport> => {
  try {
    const task = TASKS[name] as (...all: unknown[]) => Promise<unknown>;
    return { id, result: await task(...args) };
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    return { id, failed: { message, code } };
  }
};

parentPort?.on('message', (order: TaskOrder) => {
  void run(order).then((report) => parentPort?.postMessage(report));
});
