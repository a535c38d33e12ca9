import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { featureWorkflowId, releaseWorkflowId } from '../../domain/ids.ts';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';

/** Agents get 10 s to end and their work is committed; a minute is longer than that ever takes. */
const ORDERLY_MS = 60_000;
const LOOK_MS = 250;
const WHY = 'baton rewind';

/**
 * Ends an execution of a feature: it is cancelled, which ends its packets and their agents first and keeps their work.
 * If that doesn't end it, its packets are terminated and then it is, so that none of them reports to the next one.
 *
 * @throws CommandError if its release still takes traffic back: terminated, it would leave traffic on a version that
 * nobody watches
 */
export async function endExecution(
  client: Client,
  feature: string,
  runId: string,
  orderlyMs = ORDERLY_MS,
): Promise<void> {
  const handle = client.workflow.getHandle(featureWorkflowId(feature), runId);
  await handle.cancel().catch(unlessGone);
  if (await closes(client, featureWorkflowId(feature), runId, orderlyMs)) return;
  if (await releaseRuns(client, feature))
    throw new CommandError(
      `"${feature}" is ending, but its release isn't: it takes its traffic back, and may ask about that. ` +
        `baton status ${feature} has the question. Nothing was begun again: do that when the feature has ended.`,
    );
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

async function releaseRuns(client: Client, feature: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(releaseWorkflowId(feature)).describe();
    return status.name === 'RUNNING';
  } catch (error) {
    unlessGone(error);
    return false;
  }
}

/** It ended by itself meanwhile. */
function unlessGone(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}
