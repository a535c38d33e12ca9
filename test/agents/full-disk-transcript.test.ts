import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { mayMount } from '../support/own-disk.ts';

const PROGRAM = `
  const { readFileSync, rmSync, writeFileSync } = await import('node:fs');
  const { Transcript } = await import(${JSON.stringify(path.resolve('src/agents/transcript.ts'))});
  const transcript = new Transcript('/mnt/transcript', []);
  const say = (n) => transcript.write({ kind: 'stdout', text: n + ' ' + 'x'.repeat(3000) });
  for (let n = 0; n < 3; n += 1) say(n);
  try { writeFileSync('/mnt/fill', Buffer.alloc(2e6)); } catch (error) { console.log(error.code); }
  for (let n = 3; n < 20; n += 1) say(n);
  const whole = () => readFileSync('/mnt/transcript', 'utf8').split('\\n').slice(0, -1).map((line) => JSON.parse(line));
  console.log(whole().length < 6);
  rmSync('/mnt/fill');
  say(20);
  console.log(whole().length);
  transcript.close();
  console.log(whole().every(({ text }, n) => text.startsWith(n + ' ')));
`;

it.skipIf(!mayMount)('a run’s transcript waits for room on a full disk, and has each line then', async () => {
  const node = [process.execPath, '--import', 'tsx', '--input-type=module', '-e', PROGRAM];
  const onSmallDisk = ['-Urm', 'sh', '-c', 'mount -t tmpfs -o size=256k none /mnt && exec "$@"', 'sh'];
  const { stdout } = await execa('unshare', [...onSmallDisk, ...node]);
  expect(stdout.split('\n')).toEqual(['ENOSPC', 'true', '21', 'true']);
});
