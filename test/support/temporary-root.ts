import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

/** Short, since sockets lie below; with the process that owns it. */
const NAME = /^bt-(\d+)-\w{6}$/;

/** Set by whichever project's set-up comes first: one folder for the whole run. */
const ROOT = 'BATON_TEST_ROOT';

/** A file system in memory, as Linux has it. Another, or none if it is empty: `BATON_TEST_MEMORY`. */
const inMemory = () => process.env.BATON_TEST_MEMORY ?? '/dev/shm';
/** Demos measure latency. A real CLI's own sandbox has a `/dev` of its own, with nothing of the memory in it. */
const ON_DISK = new Set(['demo', 'agents']);
/** Several times what a run has at once, in bytes. */
const ROOM = 4 * 1024 ** 3;

/**
 * Gives a test run a temporary folder of its own, which goes with the run, so that no test leaves anything behind. Those of
 * runs that were killed go first.
 *
 * It lies in memory if there is room: thousands of small repositories that are made, synchronised and removed took a third
 * of all CPU seconds on a disk, and half of the time.
 */
export function setup({ name }: Pick<TestProject, 'name'>): void {
  if (process.env[ROOT] !== undefined) return;
  for (const folder of [tmpdir(), inMemory()]) removeLeft(folder);
  const root = (!ON_DISK.has(name) && makeRoot(inMemory())) || mkdtempSync(rootIn(tmpdir()));
  // Tests that do something as another user go through it; what is in it they have to be told.
  chmodSync(root, 0o711);
  process.env[ROOT] = root;
  // Test processes are started with it, and what they start.
  process.env.TMPDIR = root;
  // After the set-ups of others were taken down: servers lie below.
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
}

const rootIn = (folder: string) => path.join(folder, `bt-${process.pid}-`);

/** A root in this folder; none if it isn't there, has too little room, or runs no programs. */
function makeRoot(folder: string): string | undefined {
  let root: string | undefined;
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (Math.min(bavail * bsize, freemem()) < ROOM) return undefined;
    root = mkdtempSync(rootIn(folder));
    const program = path.join(root, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    execFileSync(program);
    rmSync(program);
    return root;
  } catch {
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
    return undefined;
  }
}

function removeLeft(folder: string): void {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const name of names) {
    const [, pid] = NAME.exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid)))
      rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
