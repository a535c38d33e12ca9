import type { Feedback } from '../../domain/agent-protocol.ts';
import { swapFeedback } from '../../domain/round-feedback.ts';

/** What the tree is to stand on instead of what stood in for it. */
interface RealThing {
  /** Of the integration branch; everything `merged` is in it. */
  readonly head: string;
  readonly merged: readonly string[];
  /** Dependencies that will never come. */
  readonly dropped: readonly string[];
}

/**
 * A packet's move from what stood in for its soft dependencies to the real thing. It is told until somebody was done
 * after hearing of it, in a tree that stands on that: a run that was only told of it proves nothing.
 */
export class Swap {
  private told: { readonly real: RealThing; readonly feedback: Feedback } | undefined;

  /** @param unswapped - the soft dependencies that weren't merged when the packet began */
  constructor(private unswapped: readonly string[]) {}

  /** It still stands on what stood in for something, and nobody was told to change that. */
  get isDue(): boolean {
    return this.unswapped.length > 0;
  }

  /** The commit that work is to stand on, until it is proven that it does. */
  get standsOn(): string | undefined {
    return this.told?.real.head;
  }

  /** What is said in a round, with the swap for as long as it isn't proven. */
  with(feedback: readonly Feedback[]): readonly Feedback[] {
    const swap = this.told?.feedback;
    return swap === undefined || feedback.some(({ text }) => text === swap.text)
      ? feedback
      : [swap, ...feedback];
  }

  /** The dependencies are there, or will never be. */
  to(head: string, dropped: readonly string[]): RealThing {
    return this.told?.real ?? { head, merged: this.unswapped.filter((id) => !dropped.includes(id)), dropped };
  }

  /** The tree was moved onto that, perhaps with conflicts in `files`. */
  moved(
    real: RealThing,
    { kind, files }: { kind: 'clean' | 'conflict'; files: readonly string[] },
  ): Feedback[] {
    const { merged, dropped } = real;
    const feedback = swapFeedback({ merged, dropped, conflict: kind === 'conflict', files });
    this.told = { real, feedback };
    this.unswapped = [];
    return [feedback];
  }

  /** Work that came after it was told stands on the real thing. */
  proven(): void {
    this.told = undefined;
  }
}
