import { ApplicationFailure } from '@temporalio/common';
import type { CustomSlotSupplier, SlotInfo, WorkerOptions } from '@temporalio/worker';
import { workflowId } from '../activities/in-agent-slot.ts';
import type { FailureType } from '../domain/failures.ts';
import { FREE_TASK_QUEUE } from '../domain/ids.ts';
import type { MainActivities } from '../domain/main-activities.ts';
import type { AgentSlots } from '../homes/agent-slots.ts';

/** A poll that was out when the last slot was taken may still bring a packet: it goes to another worker at once. */
const ELSEWHERE_AFTER = '100ms';

type FreeActivities = Pick<MainActivities, 'chooseHome'>;

/**
 * Options of a worker that takes packets only while it has agent slots free, so that packets go to whoever has, and
 * wait at the server, at no cost, while nobody has.
 */
export const freeSlotsWorker = (
  home: string,
  slots: AgentSlots,
): Pick<WorkerOptions, 'taskQueue' | 'activities' | 'tuner'> => ({
  taskQueue: FREE_TASK_QUEUE,
  activities: { ...freeActivities(home, slots) },
  tuner: {
    activityTaskSlotSupplier: whileFree(slots),
    // Of the other kinds it takes none; the SDK wants a number.
    workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
    localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
    nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
  },
});

export const freeActivities = (home: string, slots: AgentSlots): FreeActivities => ({
  chooseHome: async () => {
    if (slots.free <= 0)
      throw ApplicationFailure.create({
        type: 'NoFreeSlot' satisfies FailureType,
        message: `home ${home} runs all the agents it may`,
        nextRetryDelay: ELSEWHERE_AFTER,
      });
    slots.promise(workflowId());
    return { home };
  },
});

/** Lets the worker poll only while more slots are free than packets are on their way. */
function whileFree<SI extends SlotInfo>(slots: AgentSlots): CustomSlotSupplier<SI> {
  let polls = 0;
  return {
    type: 'custom',
    reserveSlot: async (_, signal) => {
      await slots.until(() => slots.free > polls, signal);
      polls += 1;
      return {};
    },
    tryReserveSlot: () => null,
    markSlotUsed: () => undefined,
    releaseSlot: () => {
      polls -= 1;
      slots.changed();
    },
  };
}
