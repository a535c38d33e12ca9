import type { Entry } from './packet-entry.ts';

/** Whose turn it is to be merged: one packet of a feature at a time, in the order they were submitted. */
export class MergeTurn {
  private queue: string[] = [];
  private merging: string | undefined;
  /** Rounds so far: one drains the queue; the first packet that is submitted after that begins the next. */
  rounds = 0;

  enter(packet: string): void {
    if (this.queue.length === 0 && this.merging === undefined) this.rounds += 1;
    this.queue.push(packet);
  }

  /** It is not to be merged now, or was. */
  leave(packet: string): void {
    this.queue = this.queue.filter((id) => id !== packet);
    if (this.merging === packet) this.merging = undefined;
  }

  /** Those that are merged next, in their order; first the one whose turn it is. */
  get order(): readonly string[] {
    return this.merging === undefined ? this.queue : [this.merging, ...this.queue];
  }

  /** Whose turn begins now; undefined where one goes on, or nobody waits. */
  next(): string | undefined {
    if (this.merging !== undefined) return undefined;
    this.merging = this.queue.shift();
    return this.merging;
  }
}

/** The entry works no more, so what it held is free: its slot and its turn. */
export function leave({ at, packet }: Entry, turn: MergeTurn): void {
  if (at.phase === 'running') at.slot = 'none';
  turn.leave(packet.id);
}
