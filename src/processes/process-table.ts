import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ProcessInfo } from './process-info.ts';
import { psEnvironment, psTable } from './process-table-ps.ts';

const onLinux = process.platform === 'linux';

/** All processes that this user can see. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  if (!onLinux) return psTable();
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const infos = await inTurns(pids, (pid) => readStat(Number(pid)));
  return infos.filter((info) => info !== undefined);
}

/**
 * When the process started, or undefined if none has that number (a zombie is none). Number and start time
 * together name one process for ever: numbers are used again, also after a reboot.
 */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (!onLinux) return (await psTable([pid]))[0]?.startTime;
  return readStat(pid)?.startTime;
}

/** The environment the process was started with, or undefined if there is none or it belongs to others. */
export async function environmentOf(pid: number): Promise<Record<string, string> | undefined> {
  const text = await environmentText(pid);
  if (text === undefined) return undefined;
  const pairs = text.split('\0').filter((pair) => pair.indexOf('=') > 0);
  return Object.fromEntries(
    pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/**
 * All processes whose environment holds every one of `values`. Programs inherit it, so it finds what left
 * its process group and was adopted by process 1. It can't find a program started with an emptied environment.
 *
 * @throws TypeError if `values` is empty: that would name every process there is.
 */
export async function processesWith(values: Readonly<Record<string, string>>): Promise<ProcessInfo[]> {
  return processesHolding(await listProcesses(), values);
}

/** As {@link processesWith}, among the processes given. */
export async function processesHolding(
  table: readonly ProcessInfo[],
  values: Readonly<Record<string, string>>,
): Promise<ProcessInfo[]> {
  const wanted = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  if (wanted.length === 0) throw new TypeError('name at least one variable: none would mean every process');
  const holds = (text: string | undefined) => text !== undefined && holdsAll(text, wanted);
  const found = onLinux
    ? await inTurns(table, ({ pid }) => holds(readProc(pid, 'environ')))
    : await Promise.all(table.map(async ({ pid }) => holds(await psEnvironment(pid))));
  return table.filter((_, index) => found[index]);
}

/**
 * Whether a young process of this table has no environment: it may be between its fork and its program, and tell of
 * itself in a moment. What was started with an empty one looks the same, until it is older.
 */
export async function isAnyBetween(table: readonly ProcessInfo[]): Promise<boolean> {
  if (!onLinux) return false;
  const newest = table.reduce((latest, info) => Math.max(latest, ticksOf(info)), 0);
  const young = table.filter((info) => newest - ticksOf(info) < YOUNG_TICKS);
  return young.some(({ pid }) => readProc(pid, 'environ') === '');
}

/** A tenth of a second: a fork is followed by its program sooner, also on a busy machine. */
const YOUNG_TICKS = 10;
const ticksOf = ({ startTime }: ProcessInfo): number => Number(startTime.split('-').at(-1));

/**
 * Processes that aren't among `known` and whose environment holds every one of `values`, read at once and without
 * waiting: for those that live for milliseconds. The others that were looked at are added to `known`.
 */
export function newProcessesHolding(known: Set<number>, values: Readonly<Record<string, string>>): number[] {
  const wanted = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  if (!onLinux || wanted.length === 0) return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && !known.has(Number(name)));
  return pids.map(Number).filter((pid) => {
    const text = readProc(pid, 'environ');
    if (text === undefined) return false;
    const holds = holdsAll(text, wanted);
    if (!holds && text !== '') known.add(pid);
    return holds;
  });
}

/** Children of the process, their children and so on, without itself. */
export async function descendantsOf(pid: number): Promise<ProcessInfo[]> {
  return descendantsIn(await listProcesses(), [pid]);
}

/** As {@link descendantsOf}, for several processes in a table read before. */
export function descendantsIn(table: readonly ProcessInfo[], roots: readonly number[]): ProcessInfo[] {
  const known = new Set(roots);
  const found: ProcessInfo[] = [];
  for (let before = -1; before !== found.length; ) {
    before = found.length;
    for (const info of table) {
      if (known.has(info.pid) || !known.has(info.parent)) continue;
      known.add(info.pid);
      found.push(info);
    }
  }
  return found;
}

let boot: string | undefined;
/** Start times count from the boot, so they say nothing without it. */
function bootId(): string {
  boot ??= readOrUndefined('/proc/sys/kernel/random/boot_id')?.slice(0, 8) ?? 'boot';
  return boot;
}

function readStat(pid: number): ProcessInfo | undefined {
  const stat = readProc(pid, 'stat');
  // The program's name stands in brackets and may hold spaces and brackets itself: count from the last one.
  const name = stat?.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields === undefined || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  const [, parent, group] = fields.map(Number);
  return {
    pid,
    parent: parent ?? 0,
    group: group ?? 0,
    startTime: `${bootId()}-${fields[19]}`,
    ...(name !== undefined && { name }),
  };
}

/** Whether an environment, as the kernel or `ps` gives it, has all of these `NAME=value`. */
function holdsAll(environment: string, wanted: readonly string[]): boolean {
  const pairs = environment.split('\0');
  return wanted.every((pair) => pairs.includes(pair));
}

/** Two milliseconds' worth: what else a worker does goes on between. */
const AT_A_TIME = 64;

/** Asks `ask` of each, not for longer at a time than a worker may stand still. */
async function inTurns<T, R>(all: readonly T[], ask: (each: T) => R): Promise<R[]> {
  const answers: R[] = [];
  for (const [index, each] of all.entries()) {
    if (index > 0 && index % AT_A_TIME === 0) await nextTurn();
    answers.push(ask(each));
  }
  return answers;
}

const environmentText = async (pid: number): Promise<string | undefined> =>
  onLinux ? readProc(pid, 'environ') : psEnvironment(pid);

/**
 * At once, because the kernel has it at hand: five hops to other threads a file cost six times as much, and there are two
 * files a process, for each command that ends.
 */
const readProc = (pid: number, name: 'stat' | 'environ'): string | undefined =>
  readOrUndefined(`/proc/${pid}/${name}`);

function readOrUndefined(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
