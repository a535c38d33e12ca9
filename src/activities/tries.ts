import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { HomeActivities } from '../domain/activities.ts';
import type { FailureType } from '../domain/failures.ts';
import { type OutageDetails, outageDetailsSchema } from '../domain/outage.ts';
import type { Phase } from '../domain/phase.ts';
import { saysFull } from '../files/full-disk.ts';
import { createExclusive } from '../homes/exclusive.ts';
import type { Home } from '../homes/home.ts';
import { noRoomOn, roomProblem } from '../homes/room.ts';
import { type Tries, TriesOf } from '../homes/tries.ts';
import { underWay } from '../work/under-way.ts';
import { asKept, failureOf, machineOf } from './failure-of.ts';
import { TriedWork } from './tried-work.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** After so many tries of one kind a person is asked: trouble that passes by itself has passed by then. */
const MOST_TRIES = 10;
/**
 * After so many deaths a work begins only while no other such work is under way, so that each further death is put down
 * to the one that causes it, and not to all that ran beside it.
 */
const SUSPECT_AFTER = 5;
/** Between two tries after an error, in seconds: most trouble passes in moments, some in minutes. */
const PAUSES_S = [1, 2, 4, 8, 16, 30] as const;

/** What of an activity's input tells works apart that may be under way at once. */
interface Input {
  readonly feature: string;
  /** Of a tree. */
  readonly name?: string;
  readonly gate?: string;
  readonly commit?: string;
  readonly handoff?: { readonly name: string };
  /** Of an agent's run. */
  readonly phase?: Phase;
  readonly unheard?: true;
}

/**
 * What a work is about. An execution has one at a time under way of each activity, but for trees, gates and handoffs, of
 * which it has one each. All else of the input may be other when the same work is asked for anew: it is read at each call.
 */
const subjectOf = ({ name, gate, commit, handoff }: Input): unknown =>
  gate === undefined ? (name ?? handoff?.name) : [gate, commit];

/** Of the execution that asks. */
const workKey = (name: keyof HomeActivities, input: Input): string =>
  JSON.stringify([activityInfo().workflowExecution?.runId ?? '', name, subjectOf(input)]);

/** They end a feature and ask nobody: the workflow gives them up by itself. */
const NOT_COUNTED: readonly (keyof HomeActivities)[] = ['cleanUp', 'saveReport', 'removeTree'];
/** They run agents or commands, which can take down a machine; what the others do is git's, or a file. */
const DURABLE: readonly (keyof HomeActivities)[] = [
  ...(['design', 'implement', 'test', 'deploy', 'releaseStep', 'baseline', 'verify'] as const),
  ...(['prepareByHand', 'prepareMerge', 'prepareLanding', 'gate'] as const),
];
const pauseAfter = (failures: number): number =>
  PAUSES_S[Math.min(failures, PAUSES_S.length) - 1] ?? PAUSES_S[0];

/** When a person is asked, if all tries fail that are left after so many; what each takes by itself isn't known. */
const askedAt = (failures: number): string => {
  const left = Array.from({ length: Math.max(0, MOST_TRIES - failures) }, (_, at) =>
    pauseAfter(failures + at),
  );
  return new Date(Date.now() + 1000 * left.reduce((sum, pause) => sum + pause, 0)).toISOString();
};

/** What is away, of a failure that says so; undefined if it is about something else. */
const awayIn = (error: unknown): string | undefined => {
  if (!(error instanceof ApplicationFailure) || error.type !== OUTAGE) return undefined;
  return outageDetailsSchema.safeParse(error.details?.[0]).data?.where;
};

/** An attempt that ends so was ended, and says nothing of its work. */
const ORDERLY: readonly string[] = [
  ...(['WorkerShutdown', 'StaleAttempt', 'NoFreeSlot', 'HeldBack'] satisfies FailureType[]),
];

/** An attempt that runs in this worker. */
interface Live {
  readonly work: TriedWork;
  readonly ended: Promise<void>;
}

/**
 * Bounds how often one piece of work is tried, by what came of the tries. Temporal's own number of attempts can't: it
 * counts a worker's restart, and its death while the work only waited, as if the work had failed. A death counts if
 * the work was under way by a note on the disk, which is there from before it begins until it has ended.
 */
export class CountedTries {
  /** The latest attempt at each work, which may still wait for the one before it. */
  private readonly latest = new Map<string, Live>();
  private readonly begun = new Set<TriedWork>();
  private readonly suspects = createExclusive();
  /** This worker process. */
  private readonly worker = randomUUID();

  constructor(private readonly home: Pick<Home, 'id' | 'paths'>) {}

  /** The activities, each under way only once: an attempt that the server gave up has ended before the next begins. */
  of(activities: HomeActivities): HomeActivities {
    const counted = Object.entries(activities).map(([name, call]) => [
      name,
      NOT_COUNTED.includes(name as keyof HomeActivities)
        ? (input: Input) => this.afterRunOf(input, () => call(input as never))
        : (input: Input) => this.once(name as keyof HomeActivities, input, () => call(input as never)),
    ]);
    return Object.fromEntries(counted) as HomeActivities;
  }

  /** What ends a run that was not answered waits until an attempt at that run has ended here, which has its note. */
  private async afterRunOf<T>(input: Input, call: () => Promise<T>): Promise<T> {
    if (input.unheard && input.phase !== undefined) {
      const before = this.latest.get(workKey(input.phase, input));
      if (before !== undefined) await this.after(before);
    }
    return call();
  }

  /** The worker shuts down: whatever becomes of what is under way, that is no death. */
  async shuttingDown(): Promise<void> {
    await Promise.allSettled([...this.begun].map((work) => work.stopped()));
  }

  private async once<T>(name: keyof HomeActivities, input: Input, call: () => Promise<T>): Promise<T> {
    const { workflowExecution, activityId } = activityInfo();
    const execution = workflowExecution?.runId ?? '';
    // Not by the activity's id: an attempt that waited for too long in the queue is asked for under another one.
    const key = workKey(name, input);
    const before = this.latest.get(key);
    const notes = new TriesOf(this.home.paths, { feature: input.feature, parts: [execution, name, input] });
    const work = new TriedWork(notes, {
      worker: this.worker,
      activity: { workflowId: workflowExecution?.workflowId ?? '', runId: execution, activityId },
      durable: DURABLE.includes(name),
    });
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const live: Live = { work, ended };
    this.latest.set(key, live);
    try {
      return await underWay(work, async () => {
        if (before !== undefined) await this.after(before);
        this.begun.add(work);
        return await this.counted(work, call);
      });
    } finally {
      this.begun.delete(work);
      if (this.latest.get(key) === live) this.latest.delete(key);
      end();
    }
  }

  /** Has an attempt end that the server gave up, and waits for that. Throws if this one is given up meanwhile. */
  private after({ work, ended }: Live): Promise<void> {
    work.giveUp();
    return withHeartbeat(async ({ signal, show }) => {
      show({ note: 'waits until the attempt before this one has ended' });
      await ended;
      signal.throwIfAborted();
    });
  }

  private async counted<T>(work: TriedWork, call: () => Promise<T>): Promise<T> {
    await work.read();
    if (work.tries.deaths >= MOST_TRIES) throw await this.usedUp(work, this.died(work.tries));
    if (work.tries.answers >= MOST_TRIES) throw await this.usedUp(work, UNHEARD);
    const giveBack = work.tries.deaths < SUSPECT_AFTER ? () => {} : await this.alone();
    try {
      await work.begin();
      const answer = await call();
      await work.answered();
      return answer;
    } catch (error) {
      throw await this.failed(work, error);
    } finally {
      giveBack();
    }
  }

  /** Waits until no other work is under way that may have been what its workers died of. */
  private alone(): Promise<() => void> {
    return withHeartbeat(({ signal, show }) => {
      show({ note: 'workers died while this was under way: it waits until it is the only such work' });
      return new Promise<() => void>((resolve, reject) => {
        this.suspects.alone(() => new Promise<void>(resolve), { signal }).catch(reject);
      });
    });
  }

  private async failed(work: TriedWork, thrown: unknown): Promise<unknown> {
    // A note that can't be written is no error of the work's own, and has no type yet.
    const error = failureOf(thrown, activityInfo().taskQueue);
    const type = error instanceof ApplicationFailure ? error.type : undefined;
    if (error instanceof CancelledFailure || ORDERLY.includes(type ?? '')) {
      await work.stopped();
      return error;
    }
    const lost = type === LOST;
    const away = awayIn(error);
    const { deaths, failures, outage } = await work.failed(lost, activityInfo().attempt, away);
    if (deaths >= MOST_TRIES) return this.usedUp(work, this.died(work.tries));
    const told = asKept(ApplicationFailure.fromError(error));
    if (away !== undefined)
      Object.assign(told, await this.toldOf(told, { where: away, since: outage?.since, failures }));
    if (told.nonRetryable === true || failures >= MOST_TRIES) {
      // Where it can't be removed it counts on: a person is asked a little sooner the next time.
      await work.forgotten().catch(() => undefined);
      return ApplicationFailure.fromError(told, { nonRetryable: true });
    }
    return ApplicationFailure.fromError(told, { nextRetryDelay: `${pauseAfter(failures)}s` });
  }

  /** What people are told of something that is away: since when, until when it is tried, and what to do on a full disk. */
  private async toldOf(
    { message, details }: ApplicationFailure,
    { where, since, failures }: { where: string; since: string | undefined; failures: number },
  ): Promise<{ message: string; details: unknown[] | undefined }> {
    const { dir } = this.home.paths;
    const machine = where === machineOf(activityInfo().taskQueue);
    const full = machine && saysFull(message) ? ((await roomProblem(dir)) ?? noRoomOn(dir)) : undefined;
    const told: OutageDetails = { where, ...(since !== undefined && { since }), until: askedAt(failures) };
    return {
      message: full === undefined ? message : `${where} can't be used now: ${full}`,
      details: details === undefined ? details : [told],
    };
  }

  /** A person is asked now, and who tries it again begins to count anew. */
  private async usedUp(work: TriedWork, message: string): Promise<ApplicationFailure> {
    await work.forgotten();
    return ApplicationFailure.create({
      type: 'TriesUsedUp' satisfies FailureType,
      message,
      nonRetryable: true,
    });
  }

  private died({ deaths, since }: Tries): string {
    const last = since === undefined ? '' : `, the last time in a try that began at ${since}`;
    return (
      `the worker of home ${this.home.id}, or the process that starts its commands, died ${deaths} times while this was ` +
      `under way${last}. See the worker's log, and the system's for a process that was ended for want of memory (dmesg)`
    );
  }
}

/** Ends what was under way as the worker's own death does. */
const LOST: FailureType = 'ProcessesLost';
const OUTAGE: FailureType = 'Outage';
const UNHEARD =
  `it was done ${MOST_TRIES} times, and the server took its answer for none of them: see the worker's log for what the ` +
  'server refused';
