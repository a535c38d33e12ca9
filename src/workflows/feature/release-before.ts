import { CancellationScope, condition } from '@temporalio/workflow';
import { releaseWorkflowId } from '../../domain/ids.ts';
import type { Ask, ChildReport } from '../../domain/messages.ts';
import { main } from '../main-activities.ts';
import { releasesEndFirst } from '../patches.ts';
import type { AttentionDesk } from './attention-desk.ts';
import { cancelChild, tellExecution } from './children.ts';
import type { FeatureState } from './feature-state.ts';

/** Looks whether it still runs: first after this, then ever less, up to ten minutes: each look costs events. */
const FIRST_LOOK_MS = 1_000;
const LAST_LOOK_MS = 600_000;

/**
 * The release that an execution before began and that still runs, as after a reset. It takes its traffic back first,
 * however long that takes: one that was terminated would leave traffic on a version that nobody watches. The server
 * passes its end on to nobody, but its reports come, and its questions are put to people.
 */
export class ReleaseBefore {
  /** Its reports are taken. */
  awaited = false;
  private heard = 0;
  /** Its question that is open. It asks one at a time, so another one means that the one before is void. */
  private asked: { readonly prompt: string; readonly item: string } | undefined;

  constructor(private readonly host: { readonly state: FeatureState; readonly desk: AttentionDesk }) {}

  private get workflowId(): string {
    return releaseWorkflowId(this.host.state.ref.feature);
  }

  /** Ends it before its feature ends, if there is one: its questions reach people through the feature alone. */
  async endedWithFeature(): Promise<void> {
    const { config } = this.host.state;
    if (config !== undefined && config.release?.production === undefined) return;
    if (!releasesEndFirst()) return;
    const { running } = await main.isRunning({ workflowId: this.workflowId });
    if (running) await this.ended();
  }

  /** Ends it and waits, also in a feature that is cancelled, since the question has to be answered there too. */
  ended(): Promise<void> {
    return CancellationScope.nonCancellable(() => this.untilEnded());
  }

  private async untilEnded(): Promise<void> {
    const { workflowId } = this;
    const { state } = this.host;
    const { activity } = state;
    state.enter(state.phase, 'an earlier execution’s release takes its traffic back');
    this.awaited = true;
    await cancelChild({ workflowId });
    // What it had asked an execution that was reset is known to nobody.
    await tellExecution(workflowId, { type: 'ask-again' });
    for (let look = FIRST_LOOK_MS; (await main.isRunning({ workflowId })).running; ) {
      const { heard } = this;
      // It may end soon after what it does last.
      const news = await condition(() => this.heard !== heard, look);
      look = news ? FIRST_LOOK_MS : Math.min(2 * look, LAST_LOOK_MS);
    }
    this.awaited = false;
    this.withdraw();
    state.enter(state.phase, activity);
  }

  /** Takes what it reports meanwhile. */
  async reported(report: ChildReport): Promise<void> {
    this.heard += 1;
    if (report.type === 'step') {
      this.host.state.releaseSteps.push(report.step);
      this.host.state.show();
    } else if (report.type === 'asks') await this.put(report.ask);
  }

  private async put({ about: _, ...ask }: Ask): Promise<void> {
    if (this.asked?.prompt === ask.prompt) return;
    this.withdraw();
    let item = '';
    const decision = await this.host.desk.askUnlessTakenBack(ask, (id) => {
      item = id;
      this.asked = { prompt: ask.prompt, item };
    });
    if (decision === undefined) return;
    if (this.asked?.item === item) this.asked = undefined;
    await tellExecution(this.workflowId, { type: 'continue', decision });
    this.heard += 1;
  }

  private withdraw(): void {
    if (this.asked !== undefined) this.host.desk.takeBack(this.asked.item);
    this.asked = undefined;
  }
}
