import { ActivityFailure, isCancellation } from '@temporalio/workflow';
import type { HomeActivities } from '../domain/activities.ts';
import type { FailureType } from '../domain/failures.ts';
import type { Place } from '../domain/messages.ts';
import type { AskPeople } from './asking.ts';
import { HomeCalls, type HomeRules } from './home-calls.ts';
import { nothingToRemove } from './patches.ts';
import { failureText, failureType, hasType, outageWhere, stopped } from './stopping.ts';

const TRIES_CHOICES =
  '. `retry` lets it be tried as often again, once the cause is gone; `stop` ends the feature and keeps its work.';

/** Whose work is placed, and how. */
export interface PlacedWork {
  readonly feature: string;
  readonly ask: AskPeople;
  /** Undefined until they are known, and in a workflow that was begun without; see {@link HomeRules}. */
  readonly rules: () => HomeRules | undefined;
  /** Where it is already. */
  readonly start?: Place;
}

/** A place that follows its work: a new home, and a higher epoch, once the old one is gone. */
export class Placement {
  private current: Place | undefined;
  private readonly homes: HomeCalls;

  constructor(private readonly work: PlacedWork) {
    this.current = work.start;
    this.homes = new HomeCalls(work.rules);
  }

  async place(): Promise<Place> {
    this.current ??= { home: (await this.homes.choose(this.work.feature)).home, epoch: 1 };
    return this.current;
  }

  /**
   * Calls an activity and asks nobody where it fails: for tidying up that is made good later. A packet, for which
   * others wait, doesn't wait itself for a home that is silent, which tidies up by itself when it is back, nor for a
   * first one.
   */
  async attempt(
    summary: string,
    call: (activities: HomeActivities, place: Place) => Promise<unknown>,
  ): Promise<void> {
    if (this.current === undefined && this.homes.free && nothingToRemove()) return;
    const place = await this.place();
    const giveUpMs = this.homes.free ? 0 : undefined;
    await this.homes
      .tidyUp(place, summary, (activities) => call(activities, place), giveUpMs)
      .catch(() => undefined);
  }

  /**
   * Calls an activity where the work is. A home that is gone is replaced; a failure that retries didn't heal is
   * put to people, who retry it or stop. `settled`: failure types that the caller handles itself.
   */
  async call<T>(
    summary: string,
    call: (activities: HomeActivities, place: Place) => Promise<T>,
    settled: (type: FailureType) => boolean = () => false,
  ): Promise<T> {
    for (;;) {
      const place = await this.place();
      try {
        return await this.homes.call(place, summary, (activities) => call(activities, place));
      } catch (error) {
        if (isCancellation(error)) throw error;
        if (hasType(error, 'HomeGone')) {
          const { home } = await this.homes.choose(this.work.feature);
          // The same home came back: its trees and sessions are still good, so nothing has to be fenced off.
          if (home !== place.home) this.current = { home, epoch: place.epoch + 1 };
          continue;
        }
        const type = failureType(error);
        if (!(error instanceof ActivityFailure) || (type !== undefined && settled(type))) throw error;
        const usedUp = type === 'TriesUsedUp';
        const about = outageWhere(error);
        const { choice } = await this.work.ask({
          kind: 'environment',
          prompt: `${summary} failed: ${failureText(error)}${usedUp ? TRIES_CHOICES : ''}`,
          options: ['retry', 'stop'],
          // What kills its worker again and again does so until somebody looks: where nobody does, it ends.
          ...(usedUp && { recommended: 'stop' }),
          ...(about !== undefined && { about }),
        });
        if (choice !== 'retry') throw stopped(`${summary} failed and was stopped: ${failureText(error)}`);
      }
    }
  }
}
