import path from 'node:path';
import { expect, it } from 'vitest';
import { mayMount, printedOnOwnDisk } from '../support/own-disk.ts';

const PROGRAM = `
  const { writeFileSync, rmSync } = await import('node:fs');
  const { tryProcessLock, withProcessLock } = await import(${JSON.stringify(path.resolve('src/homes/process-lock.ts'))});
  const fill = () => { try { writeFileSync('/mnt/fill', Buffer.alloc(2e6)); } catch (error) { return error.code; } };
  const lock = '/mnt/lock';
  const code = await withProcessLock(lock, async () => fill());
  rmSync('/mnt/fill');
  const again = await tryProcessLock(lock);
  console.log(JSON.stringify({ code, held: 'holder' in again }));
  process.exit();
`;

it.skipIf(!mayMount)('a lock that is given back on a full disk is free once there is room', async () => {
  const stdout = await printedOnOwnDisk('64k', PROGRAM);
  expect(JSON.parse(stdout)).toEqual({ code: 'ENOSPC', held: false });
});
