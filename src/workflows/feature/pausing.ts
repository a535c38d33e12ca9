import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { messagesPassedInTurn } from '../patches.ts';
import type { releaseWorkflow } from '../release/release.ts';
import { showPaused } from '../show-paused.ts';
import type { PacketBoard } from './board/packet-board.ts';
import { tellChild } from './children.ts';
import type { FeatureState } from './feature-state.ts';

/** Who is told of a pause. */
export interface PausingHost {
  readonly state: FeatureState;
  readonly board: PacketBoard | undefined;
  readonly release: ChildWorkflowHandle<typeof releaseWorkflow> | undefined;
}

/** `pause` and `resume`: packets and the release are told what holds now, however often it changed meanwhile. */
export class Pausing {
  private told = false;
  private telling = false;

  constructor(private readonly host: PausingHost) {}

  async set(paused: boolean): Promise<void> {
    const { state } = this.host;
    state.paused = paused;
    state.show();
    if (!messagesPassedInTurn()) return this.tell();
    if (this.telling) return;
    this.telling = true;
    try {
      while (this.told !== state.paused) {
        this.told = state.paused;
        await this.tell();
      }
    } finally {
      this.telling = false;
    }
  }

  private async tell(): Promise<void> {
    const { state, board, release } = this.host;
    showPaused(state.paused);
    const instruction = { type: state.paused ? ('pause' as const) : ('resume' as const) };
    await board?.tellAll(instruction);
    if (release !== undefined) await tellChild(release, instruction).catch(() => false);
  }
}
