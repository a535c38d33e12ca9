import type { Packet } from '../../../domain/packet.ts';
import { type Entry, isSettled, listener, type Running } from './packet-entry.ts';

/** A packet that is worked on. */
export interface Working {
  readonly entry: Entry;
  readonly at: Running;
}

/** The packets of a board, in the order in which they were planned. */
export class Entries {
  private readonly byId = new Map<string, Entry>();
  /** Packets that people put first. */
  first: readonly string[] = [];

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

  /** Whether all packets of these kinds have ended, and there is one. */
  allEnded(kinds: readonly Packet['kind'][]): boolean {
    const those = this.all.filter(({ packet }) => kinds.includes(packet.kind));
    return those.length > 0 && those.every(isSettled);
  }
}
