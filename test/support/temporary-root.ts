import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Short, since sockets lie below; with the process that owns it. */
const NAME = /^bt-(\d+)-\w{6}$/;

/** Set by whichever project's set-up comes first: one folder for the whole run. */
const ROOT = 'BATON_TEST_ROOT';

/**
 * Gives a test run a temporary folder of its own, which goes with the run, so that no test leaves anything behind. Those of
 * runs that were killed go first.
 */
export function setup(): void {
  if (process.env[ROOT] !== undefined) return;
  const system = tmpdir();
  for (const name of readdirSync(system)) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(path.join(system, name), { recursive: true, force: true });
  }
  const root = mkdtempSync(path.join(system, `bt-${process.pid}-`));
  // Tests that do something as another user go through it; what is in it they have to be told.
  chmodSync(root, 0o711);
  process.env[ROOT] = root;
  // Test processes are started with it, and what they start.
  process.env.TMPDIR = root;
  // After the set-ups of others were taken down: servers lie below.
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
