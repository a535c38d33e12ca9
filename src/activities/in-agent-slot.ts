import { Context } from '@temporalio/activity';
import type { HomeActivities } from '../domain/activities.ts';
import { PHASES } from '../domain/phase.ts';
import type { AgentSlots } from '../homes/agent-slots.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/**
 * The activities of a home with its agents held to the worker's slots. One that waits has begun in the server's
 * eyes and heartbeats, so a full worker is not taken for a lost one; and nothing of it gets into history.
 *
 * @param waited - told of each agent that got a slot, and how long that took
 */
export function inAgentSlot(
  activities: HomeActivities,
  slots: AgentSlots,
  waited: (seconds: number) => void = () => undefined,
): HomeActivities {
  const held = PHASES.map((phase) => {
    const run = activities[phase];
    const inSlot: typeof run = async (input) => {
      const from = performance.now();
      const giveBack = await withHeartbeat(({ signal, show }) =>
        slots.acquire(workflowId(), signal, () =>
          show({ note: `waits for one of the worker's ${slots.size} agent slots` }),
        ),
      );
      waited((performance.now() - from) / 1000);
      try {
        return await run(input);
      } finally {
        giveBack();
      }
    };
    return [phase, inSlot] as const;
  });
  return { ...activities, ...Object.fromEntries(held) };
}

/** Whose agent it is: a workflow runs one at a time. */
export const workflowId = (): string => Context.current().info.workflowExecution?.workflowId ?? '';
