import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { errorText } from '../domain/error-text.ts';
import { type FailureType, isFailureType } from '../domain/failures.ts';

export const hasType = (error: unknown, type: FailureType): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === type;

/** The type of an activity's failure, e.g. `BranchMoved`, or undefined. */
export function failureType(error: unknown): FailureType | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const { type } = error.cause;
  return isFailureType(type) ? type : undefined;
}

/** What is away or gone, of a failure of type `Outage` or `Gone`; or undefined. */
export function outageWhere(error: unknown): string | undefined {
  const type = failureType(error);
  if (type !== 'Outage' && type !== 'Gone') return undefined;
  const { details } = (error as ActivityFailure).cause as ApplicationFailure;
  const where = (details?.[0] as { readonly where?: unknown } | undefined)?.where;
  return typeof where === 'string' ? where : undefined;
}

/** What an activity's failure says. */
export function failureText(error: unknown): string {
  if (error instanceof ActivityFailure && error.cause) return error.cause.message;
  return errorText(error);
}

/** The reason where `error` came of a person's choice to stop, here or in a child. */
export function stopReason(error: unknown): string | undefined {
  if (hasType(error, 'Stopped')) return error.message;
  return error instanceof Error ? stopReason(error.cause) : undefined;
}
export const stopped = (reason: string): ApplicationFailure =>
  ApplicationFailure.create({
    type: 'Stopped' satisfies FailureType,
    nonRetryable: true,
    message: reason,
  });
