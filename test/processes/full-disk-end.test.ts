import path from 'node:path';
import { expect, it } from 'vitest';
import { mayMount, printedOnOwnDisk } from '../support/own-disk.ts';

const PROGRAM = `
  const { readFileSync } = await import('node:fs');
  const { commandHere } = await import(${JSON.stringify(path.resolve('src/processes/command-here.ts'))});
  const run = '0123-4567';
  const command = 'cat /mnt/end >&2; dd if=/dev/zero of=/mnt/fill bs=4k 2> /dev/null; true';
  const { exitCode } = await commandHere({ command, cwd: '/mnt', env: { PATH: process.env.PATH }, timeoutMs: 20_000, run, endFile: '/mnt/end' });
  console.log(exitCode, readFileSync('/mnt/end', 'utf8') === run);
`;

it.skipIf(!mayMount)('that a command ended is noted on a disk that it filled', async () => {
  const stdout = await printedOnOwnDisk('256k', PROGRAM);
  expect(stdout).toBe('0 true');
});
