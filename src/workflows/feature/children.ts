import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  type ChildWorkflowHandle,
  condition,
  getExternalWorkflowHandle,
  isCancellation,
  sleep,
} from '@temporalio/workflow';
import type { Instruction } from '../../domain/messages.ts';
import { main } from '../main-activities.ts';
import { instructSignal } from '../messages.ts';
import { childrenById } from '../patches.ts';

// After a reset of the feature its children are those of an execution before. The server passes their reports and their
// ends on to this one, but neither instructions nor cancels to them: they have to be reached by their workflow id.

type Child = Pick<ChildWorkflowHandle<never>, 'workflowId' | 'signal' | 'result'>;

/** Looks at a child that doesn't end: first after this, then ever less, up to ten minutes: each look costs events. */
const FIRST_LOOK_MS = 10_000;
const LAST_LOOK_MS = 600_000;
/** Seconds that a child of an execution before has to end its agent and keep its work, as in a worker's shutdown. */
const END_PATIENCE_S = 60;

/** Tells a child; answers false where it can't be told anything. */
export async function tellChild(child: Child, instruction: Instruction): Promise<boolean> {
  let told = true;
  await child.signal(instructSignal, instruction).catch(async (error: unknown) => {
    if (isCancellation(error)) throw error;
    if (childrenById()) told = await tellExecution(child.workflowId, instruction);
  });
  return told;
}

/** Tells whichever execution runs under a child's id; answers false where it can't be told anything. */
export async function tellExecution(workflowId: string, instruction: Instruction): Promise<boolean> {
  try {
    await getExternalWorkflowHandle(workflowId).signal(instructSignal, instruction);
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

/** Asks a child to end, whichever execution of its feature started it. */
export const cancelChild = ({ workflowId }: Pick<Child, 'workflowId'>): Promise<void> =>
  getExternalWorkflowHandle(workflowId)
    .cancel()
    // It has ended by itself.
    .catch(() => undefined);

/** Starts a child; one of an execution before, which still runs under its id, is ended first, by `end`. */
export async function startAlone<H>(
  workflowId: string,
  start: () => Promise<H>,
  end: (workflowId: string) => Promise<void> = endChild,
): Promise<H> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError) || !childrenById()) throw error;
    await end(workflowId);
    return start();
  }
}

/** Ends an execution, by force if it has to be. */
export async function endChild(workflowId: string): Promise<void> {
  for (let waited = 0; ; waited += 1) {
    const { running } = await main.endExecution({ workflowId, force: waited >= END_PATIENCE_S });
    if (!running) return;
    await sleep('1s');
  }
}

/**
 * Waits until cancelled children have ended. The end of one may never arrive, so it is looked at whether it still runs.
 * @param live - those whose end hasn't arrived
 * @param gone - told of one that has ended all the same
 */
export async function untilEnded<C extends Pick<Child, 'workflowId'>>(
  live: () => readonly C[],
  gone: (child: C) => void,
): Promise<void> {
  for (let look = FIRST_LOOK_MS; live().length > 0; look = Math.min(2 * look, LAST_LOOK_MS)) {
    if (await condition(() => live().length === 0, look)) return;
    for (const child of live()) {
      await cancelChild(child);
      if (!(await main.isRunning({ workflowId: child.workflowId })).running) gone(child);
    }
  }
}
