import { execFileSync } from 'node:child_process';
import { execa } from 'execa';

/** Whether a process may have a disk of its own here. */
export const mayMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-Urm', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** What a program prints that has a disk of such a size for itself, as `64k`, at `/mnt`. */
export async function printedOnOwnDisk(size: string, program: string): Promise<string> {
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', program];
  const onSmallDisk = ['-Urm', 'sh', '-c', `mount -t tmpfs -o size=${size} none /mnt && exec "$@"`, 'sh'];
  return (await execa('unshare', [...onSmallDisk, ...node])).stdout;
}
