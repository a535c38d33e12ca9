import { ApplicationFailure } from '@temporalio/common';
import { BatonError } from '../domain/failures.ts';
import type { OutageDetails } from '../domain/outage.ts';
import { isOfTheMachine } from '../git/git-error.ts';
import { outageAt } from '../git/outage.ts';

/** The machine of a home's worker, for people: what its full disk is known by. */
export const machineOf = (taskQueue: string): string => `the machine of ${taskQueue}`;

/** An error as the workflow is to know it: with its type, and whether trying again can help. */
export function failureOf(error: unknown, taskQueue: string): unknown {
  const failure = isOfTheMachine(error) ? outageAt(machineOf(taskQueue), error) : error;
  if (!(failure instanceof BatonError)) return error;
  return ApplicationFailure.create({
    type: failure.type,
    message: failure.message,
    nonRetryable: !failure.retryable,
    ...(failure.where !== undefined && { details: [{ where: failure.where } satisfies OutageDetails] }),
  });
}

/**
 * A server keeps 4 KiB of what a failed attempt told, with its stack and its causes, and of more nothing but "Failure
 * exceeds size limit": these leave room for the details. In bytes, since that is what it counts.
 */
const MOST_MESSAGE = 1_500;
const MOST_STACK = 800;

/** Takes of a failure what a server may not keep: all that it says stands in its message. */
export function asKept(failure: ApplicationFailure): ApplicationFailure {
  const { message, cause, stack = '' } = failure;
  const more = cause === undefined || message.includes(cause.message) ? '' : `: ${cause.message}`;
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return Object.assign(failure, {
    message: withinBytes(`${message}${more}`, MOST_MESSAGE),
    cause: undefined,
    stack: withinBytes(frames.join('\n'), MOST_STACK),
  });
}

/** At most so many bytes of UTF-8, whole characters. */
function withinBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= most
    ? text
    : `${bytes
        .subarray(0, most - 3)
        .toString('utf8')
        .replace(/\ufffd+$/, '')}…`;
}
