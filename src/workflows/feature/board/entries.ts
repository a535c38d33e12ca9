import type { PacketOutcome, RunFigures } from '../../../domain/outcomes.ts';
import type { Packet } from '../../../domain/packet.ts';
import { type Entry, holdsSlot, isSettled, listener, type Running, runsOf } from './packet-entry.ts';

/** A packet that is worked on. */
export interface Working {
  readonly entry: Entry;
  readonly at: Running;
}

/** The packets of a board, in the order in which they were planned. */
export class Entries {
  private readonly byId = new Map<string, Entry>();

  put(entry: Entry): void {
    this.byId.set(entry.packet.id, entry);
  }

  find(id: string): Entry | undefined {
    return this.byId.get(id);
  }

  the(id: string): Entry {
    const entry = this.byId.get(id);
    if (entry === undefined) throw new Error(`no packet ${id}`);
    return entry;
  }

  get all(): Entry[] {
    return [...this.byId.values()];
  }

  get working(): Working[] {
    return this.all.flatMap((entry) => (entry.at.phase === 'running' ? [{ entry, at: entry.at }] : []));
  }

  /** Those whose workflows may be told something. */
  get listening(): Entry[] {
    return this.all.filter((entry) => listener(entry) !== undefined);
  }

  /** Workflows that have not ended yet. */
  get live(): number {
    return this.working.filter(({ at }) => at.handle !== undefined).length;
  }

  get slotsUsed(): number {
    return this.all.filter(holdsSlot).length;
  }

  get packets(): readonly Packet[] {
    return this.all.map(({ packet }) => packet);
  }

  /** Of all packets, as far as they were told. */
  get runs(): RunFigures[] {
    return this.all.flatMap(runsOf);
  }

  get outcomes(): PacketOutcome[] {
    return this.all.flatMap(({ at }) => (at.phase === 'ended' ? [at.outcome] : []));
  }

  /** Whether all packets of these kinds have ended, and there is one. */
  allEnded(kinds: readonly Packet['kind'][]): boolean {
    const those = this.all.filter(({ packet }) => kinds.includes(packet.kind));
    return those.length > 0 && those.every(isSettled);
  }
}
