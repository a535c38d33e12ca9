import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { ProcessInfo } from './process-info.ts';
import {
  descendantsIn,
  isAnyBetween,
  listProcesses,
  newProcessesHolding,
  processesHolding,
} from './process-table.ts';

/** Enough for a CLI to write its session down on SIGTERM (measured: 0.1 to 2.5 s). */
export const END_GRACE_MS = 5000;
/** SIGKILL works at once unless the kernel holds the process; then waiting longer doesn't help. */
const KILL_WAIT_MS = 5000;
/** Between two looks: short at first, since most processes end at once. */
const LOOK_EVERY_MS = [10, 20, 50, 100] as const;

/**
 * So many looks in a row have to find nothing before a tree counts as gone, if there was anything of it: between a fork
 * and the program that follows, a process that left its family has no environment to be found by.
 */
const QUIET_LOOKS = 3;
/** Looks for what is new alone, between two at everything: what lives for a few milliseconds isn't there any more then. */
const QUICK_LOOKS = 20;

/** What Baton's sandboxes are made by. */
const SANDBOX = 'bwrap';

export interface TreeToEnd {
  /** The tree's first process; it leads a process group of its own. */
  readonly pid?: number | undefined;
  /** Its start time as recorded. Without it `pid` is not trusted and only `env` is searched. */
  readonly startTime?: string | undefined;
  /**
   * True right after its exit was seen by its parent, which is this process: whoever is in its group then is
   * its own, because the system gives the number to no other while the group lives.
   */
  readonly justExited?: boolean;
  /** What all of the tree carry in their environment, e.g. `{ BATON_RUN: id }`. Empty: not searched. */
  readonly env: Readonly<Record<string, string>>;
  /** What they get first. Default SIGTERM. */
  readonly signal?: NodeJS.Signals;
  /** Until SIGKILL follows, in ms. Default 5,000. */
  readonly graceMs?: number;
}

export interface EndedTree {
  /** Everything that was found and is gone. */
  readonly ended: readonly number[];
  /** What even SIGKILL could not end. */
  readonly left: readonly number[];
}

/**
 * Ends a process, its group, its descendants and everything that carries its environment, however far it
 * moved away: agents' tools start sessions of their own and outlive their parent. It looks again until nothing
 * is left. A process whose start time isn't the one it was found with is never signalled, nor is Baton itself
 * or what it runs under.
 */
export async function endTree(tree: TreeToEnd): Promise<EndedTree> {
  const seen = new Map<string, ProcessInfo>();
  const signalled = new Set<string>();
  const send = (found: readonly ProcessInfo[], signal: NodeJS.Signals) => {
    for (const info of found) {
      // It would take with it at once what it holds, which is to end by itself; then it ends too.
      if (signal !== 'SIGKILL' && info.name === SANDBOX) continue;
      const key = `${signal} ${keyOf(info)}`;
      if (signalled.has(key)) continue;
      signalled.add(key);
      signalOne(info.pid, signal);
    }
  };
  const chased = new Set<number>();
  const round = async (
    signal: NodeJS.Signals,
    forMs: number,
  ): Promise<{ isGone: boolean; left: ProcessInfo[] }> => {
    const until = Date.now() + forMs;
    let quiet = 0;
    for (let look = 0; ; look++) {
      let found: ProcessInfo[];
      let table: readonly ProcessInfo[];
      let late: number[];
      try {
        ({ found, table } = await membersOf(tree, seen));
        for (const info of found) seen.set(keyOf(info), info);
        // A look takes as long as some processes live: what began meanwhile is looked for at once.
        late = await chase(tree, table, signal === 'SIGKILL' ? QUICK_LOOKS : 1);
      } catch (error) {
        // No open files left to look with: what others end gives some back.
        if (Date.now() >= until) throw error;
        await sleep(LOOK_EVERY_MS.at(-1));
        continue;
      }
      for (const pid of late) chased.add(pid);
      quiet = found.length + late.length === 0 ? quiet + 1 : 0;
      const untouched = seen.size + chased.size === 0 && !(await isAnyBetween(table));
      if (untouched || quiet >= QUIET_LOOKS) return { isGone: true, left: [] };
      if (Date.now() >= until) return { isGone: false, left: found };
      send(found, signal);
      await sleep(LOOK_EVERY_MS[Math.min(quiet > 0 ? quiet : look, LOOK_EVERY_MS.length - 1)]);
    }
  };
  let { isGone, left } = await round(tree.signal ?? 'SIGTERM', tree.graceMs ?? END_GRACE_MS);
  if (!isGone) ({ isGone, left } = await round('SIGKILL', KILL_WAIT_MS));
  const leftKeys = new Set(left.map(keyOf));
  const ended = [...seen].filter(([key]) => !leftKeys.has(key)).map(([, info]) => info.pid);
  return { ended: [...new Set([...ended, ...chased])], left: left.map(({ pid }) => pid) };
}

const keyOf = ({ pid, startTime }: ProcessInfo) => `${pid} ${startTime}`;

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // Gone meanwhile, or another user's: the next look tells which.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

/** Finds what is of the tree and newer than `table`; if it looks more than once, it kills each at once. */
async function chase(tree: TreeToEnd, table: readonly ProcessInfo[], looks: number): Promise<number[]> {
  const known = new Set(table.map(({ pid }) => pid));
  const found = new Set<number>();
  for (let look = 0; look < looks; look++) {
    for (const pid of newProcessesHolding(known, tree.env)) {
      if (looks > 1) signalOne(pid, 'SIGKILL');
      found.add(pid);
    }
    await nextTurn();
  }
  return [...found];
}

async function membersOf(
  tree: TreeToEnd,
  seen: ReadonlyMap<string, ProcessInfo>,
): Promise<{ readonly found: ProcessInfo[]; readonly table: readonly ProcessInfo[] }> {
  const table = await listProcesses();
  const first = table.find(({ pid }) => pid === tree.pid);
  const isOurs = first !== undefined && tree.startTime !== undefined && first.startTime === tree.startTime;
  const ownsGroup = isOurs || (tree.justExited === true && first === undefined);
  const named = Object.keys(tree.env).length > 0 ? await processesHolding(table, tree.env) : [];
  const roots = new Map<number, ProcessInfo>();
  const add = (infos: readonly ProcessInfo[]) => {
    for (const info of infos) roots.set(info.pid, info);
  };
  if (isOurs) add([first]);
  if (ownsGroup) add(table.filter(({ group }) => group === tree.pid));
  add(named);
  // Found once, ours for good: its parent may be gone by now, and with it the way it was found.
  add(table.filter((info) => seen.has(keyOf(info))));
  add(descendantsIn(table, [...roots.keys()]));
  for (const pid of ancestry(table)) roots.delete(pid);
  return { found: [...roots.values()], table };
}

/** This process and what it runs under. */
function ancestry(table: readonly ProcessInfo[]): Set<number> {
  const parents = new Map(table.map(({ pid, parent }) => [pid, parent]));
  const line = new Set<number>();
  for (let pid: number | undefined = process.pid; pid && !line.has(pid); pid = parents.get(pid))
    line.add(pid);
  return line;
}
