import { sleep } from '@temporalio/workflow';

/** Waits as a feature that nobody approves does. */
export async function sleepTenDays(): Promise<number> {
  const before = Date.now();
  await sleep('10 days');
  return Date.now() - before;
}
