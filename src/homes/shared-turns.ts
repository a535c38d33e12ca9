/** Turns of a resource: those who want the same thing of it use it together, everybody else waits. */
export type SharedTurns = <T>(resource: string, use: SharedWork<T>) => Promise<T>;

export interface SharedWork<T> {
  /** Who names the same thing shares the resource. */
  readonly as: string;
  /** Runs `inside` when the resource is free, and keeps it until that has ended: the turn of the whole group. */
  turn(inside: () => Promise<void>): Promise<void>;
  /** Makes the resource ready, once for all who share it. */
  prepare(): Promise<void>;
  work(sharing: Sharing): Promise<T>;
}

/** Those who share a resource, as one of them sees them. */
export interface Sharing {
  /** Lets nobody else join: who comes now waits, and has the resource made ready anew. */
  close(): void;
  /** Whether somebody else was there at any time. */
  shared(): boolean;
}

interface Group {
  readonly as: string;
  readonly ready: Promise<void>;
  members: number;
  /** All who ever joined. */
  joined: number;
  readonly leave: () => void;
}

/** A new set of resources. Who comes while a group is still at work joins it. */
export const createSharedTurns = (): SharedTurns => {
  const groups = new Map<string, Group>();

  const gatherGroup = <T>(resource: string, { as, turn, prepare }: SharedWork<T>): Group => {
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const ready = new Promise<void>((resolve, reject) => {
      turn(async () => {
        await prepare();
        resolve();
        await left;
      }).catch(reject);
    });
    const group = { as, ready, members: 0, joined: 0, leave };
    groups.set(resource, group);
    return group;
  };

  return async (resource, use) => {
    const there = groups.get(resource);
    const group = there?.as === use.as ? there : gatherGroup(resource, use);
    group.members += 1;
    group.joined += 1;
    const close = () => {
      if (groups.get(resource) === group) groups.delete(resource);
    };
    try {
      await group.ready;
      return await use.work({ close, shared: () => group.joined > 1 });
    } finally {
      group.members -= 1;
      if (group.members === 0) {
        close();
        group.leave();
      }
    }
  };
};
