/** A packet's bar moves in quarters: finer detail is in the heartbeats. */
const STEP_PERCENT = 25;
/** Each milestone is an event in the feature's history; a run may cost it no more than these. */
const MAX_MILESTONES = 6;

/** Passes on the few progress events of a run that a dashboard has to show. */
export class Milestones {
  private sent = 0;
  /** One after the other, so that none overtakes the one before. */
  private tail: Promise<void> = Promise.resolve();
  private last = Number.NEGATIVE_INFINITY;

  constructor(private readonly send: (percent: number | undefined, note: string) => Promise<void>) {}

  seen({ percent, note }: { readonly percent?: number | undefined; readonly note: string }): void {
    const moved = percent === undefined ? this.sent === 0 : percent >= this.last + STEP_PERCENT;
    if (!moved || this.sent >= MAX_MILESTONES) return;
    this.sent += 1;
    this.last = percent ?? this.last;
    // Only a dashboard is the poorer where this fails.
    this.tail = this.tail.then(() => this.send(percent, note)).catch(() => undefined);
  }
}
