import { readFile } from 'node:fs/promises';

/** Linux counts processor time for programs in hundredths of a second, on every machine that Node runs on. */
const TICKS_A_SECOND = 100;

/** Seconds of processor time of a process. */
export interface ProcessorTimes {
  /** All its threads. */
  readonly user: number;
  readonly system: number;
  /** User and system time of children that ended and were waited for, theirs included. */
  readonly endedChildren: number;
}

/** Of the text of `/proc/<pid>/stat`. */
export function timesIn(stat: string): ProcessorTimes {
  // The program's name stands in brackets and may hold spaces and brackets itself: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // The first of these is the third field in proc(5): utime is its 14th, then stime, cutime and cstime.
  const [user, system, childUser, childSystem] = fields
    .slice(11, 15)
    .map((ticks) => Number(ticks) / TICKS_A_SECOND);
  return {
    user: user ?? 0,
    system: system ?? 0,
    endedChildren: (childUser ?? 0) + (childSystem ?? 0),
  };
}

/** Of the text of `/proc/<pid>/status`: the most memory the process ever had at once, in MiB. */
export const largestMemoryIn = (status: string): number | null => {
  const kib = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? null : Number(kib) / 1024;
};

export const timesOf = async (pid: number): Promise<ProcessorTimes> =>
  timesIn(await readFile(`/proc/${pid}/stat`, 'utf8'));

/** Elsewhere than on Linux: null. */
export const largestMemoryOf = async (pid: number): Promise<number | null> =>
  process.platform === 'linux' ? largestMemoryIn(await readFile(`/proc/${pid}/status`, 'utf8')) : null;
