import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { HomeActivities, MainActivities, PingActivities } from '../domain/activities.ts';
import { durationText } from '../domain/duration.ts';
import { type FailureType, isFailureType, NOT_RETRIED } from '../domain/failures.ts';
import { FREE_TASK_QUEUE, homeTaskQueue, MAIN_TASK_QUEUE, pingTaskQueue } from '../domain/ids.ts';
import type { Place } from '../domain/messages.ts';
import type { AskPeople } from './asking.ts';

/** A worker that died is noticed after this, through its missing heartbeats (sent every 2 s). */
const HEARTBEAT_TIMEOUT = '10s';
/** Commands have timeouts of their own; this one only ends an activity whose worker lost count. */
const LONGEST_ACTIVITY = '26h';
/** How long a call waits in a home's queue before anybody asks whether the home is there. */
const QUEUE_PATIENCE_MS = 60_000;
/** The ping has slots of its own, so a worker that is there answers at once. */
const PING_PATIENCE_MS = 10_000;
/** Until baton.yaml has been read, and for features begun before it said so: as its default. */
const HOME_GONE_AFTER_MS = 10 * 60_000;
/** Choosing takes a worker a millisecond; one that was stopped or cut off with this call is noticed after this. */
const CHOICE_PATIENCE = '5s';
/** A worker that dies at every attempt must not be killed for ever by the same packet. */
const MAX_ATTEMPTS = 10;

/** How a workflow finds homes for its work, and how long it waits for one that is silent. */
interface HomeRules {
  readonly goneMs: number;
  /** `free`: its work begins with an agent, so it waits for a worker with a slot for one. */
  readonly choose: 'any' | 'free';
}

// A module's state is one workflow's own.
let rules: HomeRules | undefined;

/**
 * Sets the rules of this workflow; before its first call of a home where they are known by then. One that was begun
 * without (`goneMs` undefined) goes on by what was fixed then, in the same order of commands.
 */
export const followHomeRules = (goneMs: number | undefined, choose: HomeRules['choose']): void => {
  rules = goneMs === undefined ? undefined : { goneMs, choose };
};

const goneMs = (): number => rules?.goneMs ?? HOME_GONE_AFTER_MS;
/** Nobody waits longer for a sign of a home than until it is given up. */
const patience = (ms: number): number => Math.min(ms, goneMs());

export const main = proxyActivities<MainActivities>({
  // These only ask the server or the worker's memory; no limit on attempts, since nothing goes on without them.
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', maximumInterval: '30s' },
});

/** A home for work that has none yet, or lost its own. */
const chooseHome = (feature: string): Promise<{ readonly home: string }> => {
  const free = rules?.choose === 'free';
  return proxyActivities<MainActivities>({
    taskQueue: free ? FREE_TASK_QUEUE : MAIN_TASK_QUEUE,
    startToCloseTimeout: CHOICE_PATIENCE,
    retry: { initialInterval: '1s', maximumInterval: '30s' },
    summary: free ? 'a home with a free agent slot' : 'a home',
  }).chooseHome({ feature });
};

const onHome = (home: string, summary: string) =>
  proxyActivities<HomeActivities>({
    taskQueue: homeTaskQueue(home),
    summary,
    scheduleToStartTimeout: patience(QUEUE_PATIENCE_MS),
    startToCloseTimeout: LONGEST_ACTIVITY,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    // The agent's processes are gone when the call comes back; nobody works in the tree meanwhile.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: {
      initialInterval: '1s',
      maximumInterval: '30s',
      maximumAttempts: MAX_ATTEMPTS,
      nonRetryableErrorTypes: NOT_RETRIED,
    },
  });

async function answers(home: string): Promise<boolean> {
  const { ping } = proxyActivities<PingActivities>({
    taskQueue: pingTaskQueue(home),
    scheduleToStartTimeout: patience(PING_PATIENCE_MS),
    startToCloseTimeout: patience(PING_PATIENCE_MS),
    retry: { maximumAttempts: 1 },
    summary: `is home ${home} there?`,
  });
  try {
    await ping({ home });
    return true;
  } catch (error) {
    if (isCancellation(error)) throw error;
    return false;
  }
}

const waitedInQueue = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

/**
 * Calls an activity on a home's queue. A full queue is waited for; a home that doesn't answer for `giveUpMs` fails
 * with the type `HomeGone`.
 */
export async function callHome<T>(
  place: Place,
  summary: string,
  call: (activities: HomeActivities) => Promise<T>,
  giveUpMs = goneMs(),
): Promise<T> {
  let silentSince: number | undefined;
  for (;;) {
    try {
      return await call(onHome(place.home, summary));
    } catch (error) {
      if (!waitedInQueue(error)) throw error;
      const askedAt = Date.now();
      if (await answers(place.home)) silentSince = undefined;
      else {
        // Begun without rules, a workflow counted from the end of the first ping.
        silentSince ??= rules === undefined ? Date.now() : askedAt;
        if (Date.now() - silentSince >= giveUpMs)
          throw ApplicationFailure.create({
            type: 'HomeGone' satisfies FailureType,
            nonRetryable: true,
            message: `home ${place.home} has not answered for ${durationText(giveUpMs)}`,
          });
        await sleep('1s');
      }
    }
  }
}

const hasType = (error: unknown, type: FailureType): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === type;

/** The type of an activity's failure, e.g. `BranchMoved`, or undefined. */
export function failureType(error: unknown): FailureType | undefined {
  if (!(error instanceof ActivityFailure) || !(error.cause instanceof ApplicationFailure)) return undefined;
  const { type } = error.cause;
  return isFailureType(type) ? type : undefined;
}

/** What an activity's failure says. */
export function failureText(error: unknown): string {
  if (error instanceof ActivityFailure && error.cause) return error.cause.message;
  return error instanceof Error ? error.message : String(error);
}

/** A place that follows its work: a new home, and a higher epoch, once the old one is gone. */
export class Placement {
  private current: Place | undefined;
  constructor(
    private readonly feature: string,
    private readonly ask: AskPeople,
    start?: Place,
  ) {
    this.current = start;
  }

  async place(): Promise<Place> {
    this.current ??= { home: (await chooseHome(this.feature)).home, epoch: 1 };
    return this.current;
  }

  /**
   * Calls an activity and asks nobody where it fails: for tidying up that is made good later. A packet, for which
   * others wait, doesn't wait itself for a home that is silent: that tidies up by itself when it is back.
   */
  async attempt(
    summary: string,
    call: (activities: HomeActivities, place: Place) => Promise<unknown>,
  ): Promise<void> {
    const place = await this.place();
    const giveUpMs = rules?.choose === 'free' ? 0 : goneMs();
    await callHome(place, summary, (activities) => call(activities, place), giveUpMs).catch(() => undefined);
  }

  /**
   * Calls an activity where the work is. A home that is gone is replaced; a failure that retries didn't heal is
   * put to people, who retry it or stop. `settled` lists failure types that the caller handles itself.
   */
  async call<T>(
    summary: string,
    call: (activities: HomeActivities, place: Place) => Promise<T>,
    settled: readonly FailureType[] = [],
  ): Promise<T> {
    for (;;) {
      const place = await this.place();
      try {
        return await callHome(place, summary, (activities) => call(activities, place));
      } catch (error) {
        if (isCancellation(error)) throw error;
        if (hasType(error, 'HomeGone')) {
          const { home } = await chooseHome(this.feature);
          // The same home came back: its trees and sessions are still good, so nothing has to be fenced off.
          if (home !== place.home) this.current = { home, epoch: place.epoch + 1 };
          continue;
        }
        const type = failureType(error);
        if (!(error instanceof ActivityFailure) || (type !== undefined && settled.includes(type)))
          throw error;
        const { choice } = await this.ask({
          kind: 'environment',
          prompt: `${summary} failed: ${failureText(error)}`,
          options: ['retry', 'stop'],
        });
        if (choice !== 'retry') throw stopped(`${summary} failed and was stopped: ${failureText(error)}`);
      }
    }
  }
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
