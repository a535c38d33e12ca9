import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  type RetryPolicy,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow';
import type { HomeActivities } from '../domain/activities.ts';
import { durationText } from '../domain/duration.ts';
import { type FailureType, NOT_RETRIED } from '../domain/failures.ts';
import { FREE_TASK_QUEUE, homeTaskQueue, MAIN_TASK_QUEUE, pingTaskQueue } from '../domain/ids.ts';
import type { MainActivities, PingActivities } from '../domain/main-activities.ts';
import type { Place } from '../domain/messages.ts';

/** A worker that died is noticed after this, through its missing heartbeats (sent every 2 s). */
const HEARTBEAT_TIMEOUT = '10s';
/**
 * Agents and commands have timeouts of their own, of at most 24 days (LONGEST_LIMIT_DAYS); this one only ends an activity
 * whose worker lost count.
 */
const LONGEST_ACTIVITY = '25d';
/** How long a call waits in a home's queue before anybody asks whether the home is there. */
const QUEUE_PATIENCE_MS = 60_000;
/** The ping has slots of its own, so a worker that is there answers at once. */
const PING_PATIENCE_MS = 10_000;
/** Until baton.yaml has been read, and for features begun before it said so: as its default. */
const HOME_GONE_AFTER_MS = 10 * 60_000;
/** Choosing takes a worker a millisecond; one that was stopped or cut off with this call is noticed after this. */
const CHOICE_PATIENCE = '5s';
/**
 * A home counts the tries of its work itself, by what came of them, and sets the pauses between those that failed
 * (src/activities/tries.ts). This bounds only what fails before a home's code is reached, such as an input that can't
 * be decoded; restarts and deaths of a worker while work waits are far fewer. A worker that is back goes on at once.
 */
const COUNTED_AT_HOME = { initialInterval: '1s', backoffCoefficient: 1, maximumAttempts: 1000 } as const;
/** Tidying up, of which nobody is asked: a worker that dies at every attempt must not be killed for ever by it. */
const FEW_ATTEMPTS = { initialInterval: '1s', maximumInterval: '30s', maximumAttempts: 10 } as const;

/**
 * How a workflow finds homes for its work, and how long it waits for one that is silent. One that was begun without
 * goes on by what was fixed then, in the same order of commands.
 */
export interface HomeRules {
  readonly goneMs: number;
  /** `free`: its work begins with an agent, so it waits for a worker with a slot for one. */
  readonly choose: 'any' | 'free';
}

/** `goneMs`: `homes.gone` of baton.yaml; undefined where a workflow was begun before there was such a key. */
export const homeRules = (goneMs: number | undefined, choose: HomeRules['choose']): HomeRules | undefined =>
  goneMs === undefined ? undefined : { goneMs, choose };

const waitedInQueue = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START';

/** A workflow's calls of homes, by its rules as they are at each call. */
export class HomeCalls {
  constructor(private readonly rules: () => HomeRules | undefined) {}

  /** A home for work that has none yet, or lost its own. */
  choose(feature: string): Promise<{ readonly home: string }> {
    const { free } = this;
    return proxyActivities<MainActivities>({
      taskQueue: free ? FREE_TASK_QUEUE : MAIN_TASK_QUEUE,
      startToCloseTimeout: CHOICE_PATIENCE,
      retry: { initialInterval: '1s', maximumInterval: '30s' },
      summary: free ? 'a home with a free agent slot' : 'a home',
    }).chooseHome({ feature });
  }

  /** Whether its work begins with an agent, and others wait for it. */
  get free(): boolean {
    return this.rules()?.choose === 'free';
  }

  private get goneMs(): number {
    return this.rules()?.goneMs ?? HOME_GONE_AFTER_MS;
  }

  /** Nobody waits longer for a sign of a home than until it is given up. */
  private patience(ms: number): number {
    return Math.min(ms, this.goneMs);
  }

  /** As `call`, for what is made good later if it fails: a few attempts, whatever ends them. */
  tidyUp<T>(
    place: Place,
    summary: string,
    call: (activities: HomeActivities) => Promise<T>,
    giveUpMs?: number,
  ): Promise<T> {
    return this.call(place, summary, call, giveUpMs, FEW_ATTEMPTS);
  }

  /**
   * Calls an activity on a home's queue. A full queue is waited for; a home that doesn't answer for `giveUpMs` fails
   * with the type `HomeGone`.
   */
  async call<T>(
    place: Place,
    summary: string,
    call: (activities: HomeActivities) => Promise<T>,
    giveUpMs = this.goneMs,
    retry: RetryPolicy = COUNTED_AT_HOME,
  ): Promise<T> {
    let silentSince: number | undefined;
    for (;;) {
      try {
        return await call(this.activities(place.home, summary, retry));
      } catch (error) {
        if (!waitedInQueue(error)) throw error;
        const askedAt = Date.now();
        if (await this.answers(place.home)) silentSince = undefined;
        else {
          // Begun without rules, a workflow counted from the end of the first ping.
          silentSince ??= this.rules() === undefined ? Date.now() : askedAt;
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

  private activities(home: string, summary: string, retry: RetryPolicy) {
    return proxyActivities<HomeActivities>({
      taskQueue: homeTaskQueue(home),
      summary,
      scheduleToStartTimeout: this.patience(QUEUE_PATIENCE_MS),
      startToCloseTimeout: LONGEST_ACTIVITY,
      heartbeatTimeout: HEARTBEAT_TIMEOUT,
      // The agent's processes are gone when the call comes back; nobody works in the tree meanwhile.
      cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
      retry: { ...retry, nonRetryableErrorTypes: NOT_RETRIED },
    });
  }

  private async answers(home: string): Promise<boolean> {
    const { ping } = proxyActivities<PingActivities>({
      taskQueue: pingTaskQueue(home),
      scheduleToStartTimeout: this.patience(PING_PATIENCE_MS),
      startToCloseTimeout: this.patience(PING_PATIENCE_MS),
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
}
