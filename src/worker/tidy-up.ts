import type { Client } from '@temporalio/client';
import type { HomeActivities } from '../domain/activities.ts';
import type { Home } from '../homes/home.ts';
import { featuresIn } from '../work/leftovers.ts';
import { isOpen, reapFeature } from './reap.ts';

/** Only the worker's memory is looked at so often. */
const TICK_MS = 500;
/** A feature ends soon after its last work, or waits for a person: looked for often at first, then ever less. */
const SOONEST_MS = 2000;
/** What waits for days costs the server a question in ten minutes. */
const LATEST_MS = 10 * 60_000;

interface Here {
  /** Activities of it that run in this worker. */
  busy: number;
  usedAt: number;
  lookedAt: number;
}

/**
 * Clears away what a feature has in this home when it has ended. The feature itself does so in its own home only:
 * it must not wait at its end for others, which may be gone. So each home looks after itself, also one that was
 * stopped, cut off, or down meanwhile.
 */
export class TidyUp {
  private readonly features = new Map<string, Here>();
  private looking: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly client: Client,
    private readonly home: Home,
    private readonly log: (line: string) => void,
  ) {}

  /** Begins to look, also after what is there from before. */
  async start(): Promise<void> {
    for (const feature of await featuresIn(this.home.paths)) this.seen(feature);
    this.next();
  }

  /** Looks no more; comes back when nothing is being cleared away. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.looking;
  }

  /** The activities, with their features looked after. */
  after(activities: HomeActivities): HomeActivities {
    const tracked = Object.entries(activities).map(([name, call]) => [
      name,
      async (input: { readonly feature?: string; readonly report?: { readonly feature: string } }) => {
        const here = this.seen(input.feature ?? input.report?.feature ?? '');
        here.busy += 1;
        try {
          return await (call as (input: unknown) => Promise<unknown>)(input);
        } finally {
          here.busy -= 1;
          here.usedAt = Date.now();
        }
      },
    ]);
    return Object.fromEntries(tracked) as HomeActivities;
  }

  private seen(feature: string): Here {
    const now = Date.now();
    const here = this.features.get(feature) ?? { busy: 0, usedAt: now, lookedAt: now };
    this.features.set(feature, here);
    return here;
  }

  private next(): void {
    this.timer = setTimeout(() => {
      this.looking = this.look().finally(() => {
        if (this.timer !== undefined) this.next();
      });
    }, TICK_MS);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    for (const [feature, here] of this.features) {
      const now = Date.now();
      const every = Math.min(LATEST_MS, Math.max(SOONEST_MS, (now - here.usedAt) / 2));
      // What still runs for a feature that has ended hears of it by its heartbeat, and ends.
      if (here.busy > 0 || now - here.lookedAt < every) continue;
      here.lookedAt = now;
      if ((await isOpen(this.client, feature)) || here.busy > 0) continue;
      this.features.delete(feature);
      for (const line of await reapFeature(this.home, feature)) this.log(line);
    }
  }
}
