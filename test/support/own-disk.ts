import { execFileSync } from 'node:child_process';

/** Whether a process may have a disk of its own here. */
export const mayMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
