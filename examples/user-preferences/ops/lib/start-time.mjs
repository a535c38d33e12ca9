import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** When a process started, in whatever form the system tells it; undefined when it doesn't run. */
export function startTime(pid) {
  if (existsSync('/proc/self/stat')) return fromProc(pid);
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

function fromProc(pid) {
  try {
    // The name in parentheses may hold spaces; the state is the first field after it, the start the 20th.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
