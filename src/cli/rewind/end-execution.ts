import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { featureWorkflowId } from '../../domain/ids.ts';
import { say } from '../output.ts';

/** Agents get 10 s to end and their work is committed; a minute is longer than that ever takes. */
const ORDERLY_MS = 60_000;
const LOOK_MS = 250;
const WHY = 'baton rewind';

/**
 * Ends an execution of a feature: it is cancelled, which ends its packets and their agents first and keeps their work.
 * If that doesn't end it, its children are terminated and then it is, so that none of them reports to the next one.
 */
export async function endExecution(client: Client, feature: string, runId: string): Promise<void> {
  const handle = client.workflow.getHandle(featureWorkflowId(feature), runId);
  await handle.cancel().catch(unlessGone);
  if (await closes(client, featureWorkflowId(feature), runId, ORDERLY_MS)) return;
  say(`"${feature}" doesn't end by itself: its packets are terminated, and then it is.`);
  const { raw } = await handle.describe();
  for (const { workflowId, runId: child } of raw.pendingChildren ?? []) {
    if (typeof workflowId !== 'string') continue;
    await client.workflow
      .getHandle(workflowId, child ?? undefined)
      .terminate(WHY)
      .catch(unlessGone);
  }
  await handle.terminate(WHY).catch(unlessGone);
}

async function closes(client: Client, workflowId: string, runId: string, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(LOOK_MS)) {
    const { status } = await client.workflow.getHandle(workflowId, runId).describe();
    if (status.name !== 'RUNNING') return true;
  }
  return false;
}

/** It ended by itself meanwhile. */
function unlessGone(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
