import { condition, defineSignal, setHandler, sleep } from '@temporalio/workflow';
import type { Ticket } from '../../src/domain/messages.ts';

export { queueWorkflow } from '../../src/workflows/queue/queue.ts';

/** Waits as a feature that nobody approves does. */
export async function sleepTenDays(): Promise<number> {
  const before = Date.now();
  await sleep('10 days');
  return Date.now() - before;
}

/** Waits for its turn at a queue, keeps it, and never leaves. */
export async function holder(): Promise<void> {
  let turn = false;
  let end = false;
  setHandler(defineSignal<[Ticket]>('turn'), () => {
    turn = true;
  });
  setHandler(defineSignal('end'), () => {
    end = true;
  });
  await condition(() => turn);
  await condition(() => end);
}
