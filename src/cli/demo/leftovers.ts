import { homePaths } from '../../homes/paths.ts';
import { tryProcessLock } from '../../homes/process-lock.ts';
import { CommandError } from '../command-error.ts';
import { say } from '../output.ts';
import type { Server } from '../server/connection.ts';

/** Features of demos begin with this, so that they can't be taken for anybody's real ones. */
export const DEMO_PREFIX = 'demo-';

/** Refuses a home that another worker holds: its features would be taken from it. */
export async function checkHomeIsFree(home: string): Promise<void> {
  const lock = await tryProcessLock(homePaths(home).lock);
  if ('holder' in lock)
    throw new CommandError(
      `The demo's home ${home} is in use by process ${lock.holder}, probably another demo or \`baton dev\`.\n` +
        'Wait for it or stop it, or give this demo another home: --home FOLDER',
    );
  await lock.release();
}

/**
 * Ends what an interrupted demo left unfinished: its production is gone, and its release must not act on this
 * one's. Only on the demo's own server.
 */
export async function endLeftovers({ client }: Server): Promise<void> {
  const running = `WorkflowId STARTS_WITH 'feature:${DEMO_PREFIX}' AND ExecutionStatus = 'Running'`;
  const ids: string[] = [];
  for await (const { workflowId } of client.workflow.list({ query: running })) ids.push(workflowId);
  for (const id of ids)
    await client.workflow
      .getHandle(id)
      .terminate('left unfinished by an interrupted demo')
      .catch(() => undefined);
  const features = ids.filter((id) => id.split(':').length === 2);
  if (features.length > 0) say(`Ended ${features.length} unfinished feature(s) of earlier demos.`);
}
