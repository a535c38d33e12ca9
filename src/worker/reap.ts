import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { featureWorkflowId } from '../domain/ids.ts';
import type { Home } from '../homes/home.ts';
import { listNotes } from '../homes/notes.ts';
import { endTree } from '../processes/end-tree.ts';
import { homeMark } from '../work/check-environment.ts';
import { stopLeftServices } from '../work/left-services.ts';
import { leftovers } from '../work/leftovers.ts';
import { endLeft } from '../work/run-note.ts';
import type { Workshop } from '../work/workshop.ts';

/**
 * Ends what the home's former worker, killed, left running: agents, checks, a command of a release. Nobody
 * listens to them, and the same work is about to be done again.
 *
 * @returns a line for each thing that could not be ended, for the log
 */
export async function endLeftRunning(home: Home): Promise<string[]> {
  const notes = await listNotes(home.paths);
  await Promise.all([...notes.map((note) => endLeft(home.paths, note)), endTree({ env: homeMark(home.id) })]);
  return stopLeftServices(home);
}

/**
 * Removes what features left behind that ended without cleaning up, e.g. because they were terminated:
 * worktrees (their work stays on the hub), notes.
 *
 * @returns a line a thing that was done, for the log
 */
export async function reap(client: Client, shop: Workshop): Promise<string[]> {
  const known = new Map<string, boolean>();
  const isClosed = async (feature: string): Promise<boolean> => {
    const closed = known.get(feature) ?? !(await isOpen(client, feature));
    known.set(feature, closed);
    return closed;
  };
  return remove(shop, isClosed);
}

/** Removes what one feature left, which has ended; its agents are ended first. */
export async function reapFeature(shop: Workshop, feature: string): Promise<string[]> {
  const home = shop.home;
  await Promise.all((await listNotes(home.paths, feature)).map((note) => endLeft(home.paths, note)));
  return remove(shop, async (each) => each === feature);
}

async function remove(shop: Workshop, isClosed: (feature: string) => Promise<boolean>): Promise<string[]> {
  const reaped = await leftovers(shop, isClosed);
  return reaped.flatMap(({ feature, worktrees, problems }) => [
    ...worktrees.map(({ name }) => `removed the worktree ${feature}/${name} of a feature that has ended`),
    ...problems.map((problem) => `could not clean up after ${feature}: ${problem}`),
  ]);
}

/** Unknown counts as open where the server can't be asked: nothing is removed on a guess. */
export async function isOpen(client: Client, feature: string): Promise<boolean> {
  try {
    const { status } = await client.workflow.getHandle(featureWorkflowId(feature)).describe();
    return status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
  } catch (error) {
    return !(error instanceof WorkflowNotFoundError);
  }
}
