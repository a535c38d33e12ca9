/** The process table through ps(1), for systems without /proc (macOS). */
import { execa } from 'execa';
import type { ProcessInfo } from './process-info.ts';

/** All processes, or those of `pids` that run. */
export async function psTable(pids?: readonly number[]): Promise<ProcessInfo[]> {
  const which = pids ? ['-p', pids.join(',')] : ['-A'];
  const { stdout } = await execa('ps', [...which, '-o', 'pid=,ppid=,pgid=,stat=,lstart='], {
    reject: false,
    env: { LC_ALL: 'C' },
  });
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, state, ...started] = line.trim().split(/\s+/);
    if (pid === undefined || pid === '' || state?.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), startTime: started.join(' ') }];
  });
}

/**
 * The environment, pairs ended by NUL as in /proc. ps joins them by spaces, so a value with a space is cut
 * there: good enough for Baton's own ids.
 */
export async function psEnvironment(pid: number): Promise<string | undefined> {
  const { stdout, exitCode } = await execa('ps', ['eww', '-o', 'command=', '-p', String(pid)], {
    reject: false,
  });
  return exitCode === 0 ? stdout.split(/\s+/).join('\0') : undefined;
}
