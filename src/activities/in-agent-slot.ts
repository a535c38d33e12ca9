import { Context } from '@temporalio/activity';
import type { AgentRunInput, HomeActivities } from '../domain/activities.ts';
import { PHASES } from '../domain/phase.ts';
import type { AgentSlots } from '../homes/agent-slots.ts';
import type { ReportProgress } from './home.ts';
import { withHeartbeat } from './with-heartbeat.ts';

/** A wait that is over sooner isn't worth an event in the feature's history. */
const TOLD_AFTER_MS = 3_000;

/** What the waiting of agents is told to. */
export interface SlotListeners {
  /** Told of each agent that got a slot, and how many seconds that took. */
  readonly waited?: (seconds: number) => void;
  /** Tells the feature that an agent waits, and that it begins after all. */
  readonly progress?: ReportProgress;
  /** Name of the worker, for people. */
  readonly worker?: string;
}

/**
 * The activities of a home with its agents held to the worker's slots. One that waits has begun in the server's
 * eyes and heartbeats, so a full worker is not taken for a lost one.
 */
export function inAgentSlot(
  activities: HomeActivities,
  slots: AgentSlots,
  { waited = () => undefined, progress, worker }: SlotListeners = {},
): HomeActivities {
  const note = () =>
    `waits for a slot (${slots.count.used} of ${slots.size} in use${worker === undefined ? '' : ` on worker ${worker}`})`;
  const held = PHASES.map((phase) => {
    const run = activities[phase];
    const inSlot: typeof run = async (input) => {
      // It starts no agent.
      if (input.unheard) return run(input);
      const from = performance.now();
      const telling = new Telling(input, progress);
      const giveBack = await withHeartbeat(({ signal, show }) =>
        slots.acquire(workflowId(), signal, () => {
          show({ note: note(), waits: true });
          telling.waits(note());
        }),
      ).finally(() => telling.over());
      waited((performance.now() - from) / 1000);
      try {
        return await run(input);
      } finally {
        giveBack();
      }
    };
    return [phase, inSlot] as const;
  });
  return { ...activities, ...Object.fromEntries(held) };
}

/** Tells a feature of one agent's wait, if that takes long. Where it fails, only a dashboard is the poorer. */
class Telling {
  private timer: NodeJS.Timeout | undefined;
  private told: Promise<void> | undefined;

  constructor(
    private readonly input: Pick<AgentRunInput, 'name' | 'reportTo'>,
    private readonly progress: ReportProgress | undefined,
  ) {}

  waits(note: string): void {
    this.timer = setTimeout(() => {
      this.told = this.send({ note, waits: true });
    }, TOLD_AFTER_MS);
  }

  over(): void {
    clearTimeout(this.timer);
    void this.told?.then(() => this.send({ note: 'has a slot' }));
  }

  private async send(what: { readonly note: string; readonly waits?: boolean }): Promise<void> {
    await this.progress?.(this.input.reportTo, { packet: this.input.name, ...what }).catch(() => undefined);
  }
}

/** Whose agent it is: a workflow runs one at a time. */
export const workflowId = (): string => Context.current().info.workflowExecution?.workflowId ?? '';
