import { isGrpcServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { featureWorkflowId } from '../../domain/ids.ts';
import { SERVER_SIGNALS } from '../../domain/limits.ts';
import { type Delivery, SIGNALS, UPDATES } from '../../domain/messages.ts';
import { CommandError } from '../command-error.ts';
import type { Server } from './connection.ts';
import { workerMissing } from './task-queue.ts';

/** Whether the server refused a signal because the workflow had as many as it takes. */
export const hadAllSignals = (error: unknown): boolean => {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return isGrpcServiceError(cause) && /limit for signal events/.test(cause.details);
};

/** What to do about a feature that takes no more signals while nobody is there to take an update. */
export const noMoreSignals = (feature: string): CommandError =>
  new CommandError(
    `Not sent: ${feature} was sent ${SERVER_SIGNALS.toLocaleString('en')} messages, which is all that the server takes for one workflow.\nWith a worker running it is sent another way: start one by baton worker, then send it again. baton cancel ${feature} works without.`,
  );

/**
 * Sends a feature a signal; by update if it had as many signals as the server takes, which asks for a worker.
 * @throws CommandError with the reason if it is refused
 */
export async function signalFeature(
  { client }: Server,
  feature: string,
  signal: Extract<Delivery['signal'], 'unblock' | 'pause' | 'resume'>,
  argument?: unknown,
): Promise<void> {
  const handle = client.workflow.getHandle(featureWorkflowId(feature));
  try {
    await handle.signal(SIGNALS[signal], ...(argument === undefined ? [] : [argument]));
  } catch (error) {
    if (!hadAllSignals(error)) throw error;
    if ((await workerMissing(client)) !== undefined) throw noMoreSignals(feature);
    try {
      await handle.executeUpdate<void, [Delivery]>(UPDATES.deliver, { args: [{ signal, argument }] });
    } catch (refused) {
      if (!(refused instanceof WorkflowUpdateFailedError)) throw refused;
      throw new CommandError(`Not taken: ${refused.cause?.message ?? refused.message}.`);
    }
  }
}
