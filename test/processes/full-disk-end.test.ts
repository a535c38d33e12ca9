import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { mayMount } from '../support/own-disk.ts';

const PROGRAM = `
  const { readFileSync } = await import('node:fs');
  const { commandHere } = await import(${JSON.stringify(path.resolve('src/processes/command-here.ts'))});
  const run = '0123-4567';
  const command = 'cat /mnt/end >&2; dd if=/dev/zero of=/mnt/fill bs=4k 2> /dev/null; true';
  const { exitCode } = await commandHere({ command, cwd: '/mnt', env: { PATH: process.env.PATH }, timeoutMs: 20_000, run, endFile: '/mnt/end' });
  console.log(exitCode, readFileSync('/mnt/end', 'utf8') === run);
`;

it.skipIf(!mayMount)('that a command ended is noted on a disk that it filled', async () => {
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', PROGRAM];
  const onSmallDisk = ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=256k none /mnt && exec "$@"', 'sh'];
  const { stdout } = await execa('unshare', [...onSmallDisk, ...node]);
  expect(stdout).toBe('0 true');
});
