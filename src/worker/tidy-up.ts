import type { Client } from '@temporalio/client';
import { withHeartbeat } from '../activities/with-heartbeat.ts';
import type { HomeActivities } from '../domain/activities.ts';
import { errorText } from '../domain/error-text.ts';
import { featuresIn } from '../work/leftovers.ts';
import type { Workshop } from '../work/workshop.ts';
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
  /** How many of its activities have begun in this worker. */
  begun: number;
  usedAt: number;
  lookedAt: number;
  /** What removes all that it has here; it never rejects. What begins meanwhile may be the next execution's. */
  clearing?: Promise<void>;
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
    private readonly shop: Workshop,
    private readonly log: (line: string) => void,
  ) {}

  /** Begins to look, also after what is there from before. */
  async start(): Promise<void> {
    for (const feature of await featuresIn(this.shop.home.paths)) this.seen(feature);
    this.next();
  }

  /** Looks no more; comes back when nothing is being cleared away. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.looking;
  }

  /** The activities, with their features looked after. None begins while its feature is being cleared away. */
  after(activities: HomeActivities): HomeActivities {
    const tracked = Object.entries(activities).map(([name, call]) => [
      name,
      async (input: { readonly feature?: string; readonly report?: { readonly feature: string } }) => {
        const here = this.seen(input.feature ?? input.report?.feature ?? '');
        here.busy += 1;
        here.begun += 1;
        try {
          const work = () => (call as (input: unknown) => Promise<unknown>)(input);
          // Nothing keeps a second attempt at it from being made beside the first.
          if (name === 'cleanUp') return await clearingBy(here, work());
          const { clearing } = here;
          if (clearing !== undefined) await withHeartbeat(({ signal }) => unlessAborted(clearing, signal));
          return await work();
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
    const here = this.features.get(feature) ?? { busy: 0, begun: 0, usedAt: now, lookedAt: now };
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
      const { begun } = here;
      // What began meanwhile may be of an execution that began meanwhile, too.
      if ((await isOpen(this.client, feature)) || here.begun !== begun) continue;
      await clearingBy(here, this.reap(feature));
      if (here.busy === 0) this.features.delete(feature);
    }
  }

  private async reap(feature: string): Promise<void> {
    try {
      for (const line of await reapFeature(this.shop, feature)) this.log(line);
    } catch (error) {
      this.log(`could not clean up after ${feature}: ${errorText(error)}`);
    }
  }
}

/** The end of `work`, which is no longer waited for when the signal comes: a worker that stops must not wait for a push. */
const unlessAborted = (work: Promise<void>, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const giveUp = () => reject(signal.reason);
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void work.then(() => {
      signal.removeEventListener('abort', giveUp);
      resolve();
    });
  });

/** Notes, while it goes on, that a feature is being cleared away; also while an attempt before still is at it. */
async function clearingBy<T>(here: Here, work: Promise<T>): Promise<T> {
  const clearing = Promise.allSettled([here.clearing, work]).then(() => undefined);
  here.clearing = clearing;
  void clearing.then(() => {
    if (here.clearing === clearing) delete here.clearing;
  });
  return await work;
}
