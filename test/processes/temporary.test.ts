import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/until.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-temporary-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A process whose temporary folder is `folder`; it lives until it is killed. */
const living = (code: string) =>
  execa('node', ['--import', 'tsx', '--input-type=module', '-e', `${code}\nsetInterval(() => {}, 1000);`], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { TMPDIR: folder },
    reject: false,
  });
const made = (count: number) =>
  until(`${count} folders`, async () => {
    const roots = (await readdir(folder)).filter((name) => name.startsWith('baton-of-'));
    const below = await Promise.all(roots.map((root) => readdir(path.join(folder, root)).catch(() => [])));
    return below.flat().length === count ? roots : undefined;
  });
const MAKE =
  "const { temporaryFolder } = await import('./src/processes/temporary.ts'); await temporaryFolder('command');";
const CLEAR =
  "const { clearTemporary } = await import('./src/processes/temporary.ts'); const { removeTree } = await import('./src/installed/remove-tree.ts'); await clearTemporary(removeTree);";
const clear = () =>
  execa('node', ['--import', 'tsx', '--input-type=module', '-e', CLEAR], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { TMPDIR: folder },
  });

it('what a killed process left is cleared away by the next worker, and nothing of one that runs', async () => {
  const killed = living(MAKE);
  await made(1);
  const alive = living(MAKE);
  await made(2);
  killed.kill('SIGKILL');
  await killed;
  await mkdir(path.join(folder, 'baton-command-of-somebody'));
  await clear();
  // tsx keeps a folder of its own.
  const left = (await readdir(folder)).filter((name) => name.startsWith('baton-'));
  expect(left).toHaveLength(2);
  expect(left).toContain('baton-command-of-somebody');
  alive.kill('SIGKILL');
  await alive;
});

it('what a process forgot goes with its end', async () => {
  const ended = await execa('node', ['--import', 'tsx', '--input-type=module', '-e', MAKE], {
    cwd: path.resolve(import.meta.dirname, '../..'),
    env: { TMPDIR: folder },
  });
  expect(ended.exitCode).toBe(0);
  expect((await readdir(folder)).filter((name) => name.startsWith('baton-'))).toEqual([]);
  expect((await stat(folder)).isDirectory()).toBe(true);
});
