import { emitKeypressEvents } from 'node:readline';
import type { AttentionItem } from '../../domain/attention.ts';
import {
  type AskOutcome,
  type Key,
  outcomeOf,
  type PromptState,
  promptState,
  promptStep,
} from './live-prompt.ts';

/** What a person types on. */
export type Keys = Pick<
  NodeJS.ReadStream,
  'on' | 'off' | 'setRawMode' | 'resume' | 'pause' | 'isTTY' | 'isRaw'
> &
  NodeJS.ReadableStream;

/** A question that is asked while other things go on; `draw` shows how far its answer is. */
export class LiveQuestion {
  private state: PromptState;
  /** How it ended. */
  readonly outcome: Promise<AskOutcome>;
  private end: (outcome: AskOutcome) => void = () => undefined;

  constructor(
    readonly item: AttentionItem,
    private readonly by: string,
    private readonly draw: (state: PromptState) => void,
    keys: Keys = process.stdin,
  ) {
    this.state = promptState(item);
    const ended = new Promise<AskOutcome>((resolve) => {
      this.end = resolve;
    });
    const { isRaw } = keys;
    emitKeypressEvents(keys);
    if (keys.isTTY) keys.setRawMode(true);
    keys.on('keypress', this.typed);
    keys.resume();
    this.outcome = ended.finally(() => {
      keys.off('keypress', this.typed);
      if (keys.isTTY) keys.setRawMode(isRaw === true);
      keys.pause();
    });
    draw(this.state);
  }

  /** Shows it again, since what stands beside it changed. */
  redraw(): void {
    this.draw(this.state);
  }

  /** Nobody has to answer it any more. */
  gone(): void {
    this.end({ kind: 'gone' });
  }

  private readonly typed = (text: string | undefined, key: Key): void => {
    const step = promptStep(this.state, text, key ?? {});
    if (step.kind === 'interrupted') this.end({ kind: 'interrupted' });
    else if (step.kind === 'answered') this.end(outcomeOf(this.item, step, this.by));
    else {
      this.state = step.state;
      this.draw(this.state);
    }
  };
}
