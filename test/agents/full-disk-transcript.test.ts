import path from 'node:path';
import { expect, it } from 'vitest';
import { mayMount, printedOnOwnDisk } from '../support/own-disk.ts';

const PROGRAM = `
  const { readFileSync, rmSync, writeFileSync } = await import('node:fs');
  const { appendEntry, Transcript } = await import(${JSON.stringify(path.resolve('src/agents/transcript.ts'))});
  const transcript = new Transcript('/mnt/transcript', []);
  const say = (n) => transcript.write({ kind: 'stdout', text: n + ' ' + 'x'.repeat(3000) });
  for (let n = 0; n < 3; n += 1) say(n);
  try { writeFileSync('/mnt/fill', Buffer.alloc(2e6)); } catch (error) { console.log(error.code); }
  for (let n = 3; n < 20; n += 1) say(n);
  const whole = () => readFileSync('/mnt/transcript', 'utf8').split('\\n').slice(0, -1).map((line) => JSON.parse(line));
  const before = whole().length;
  console.log(before < 6, readFileSync('/mnt/transcript', 'utf8').endsWith('\\n'));
  // Another writer of the same file, as a checkpoint is, finds whole lines.
  try { appendEntry('/mnt/transcript', { kind: 'stdout', text: 'y'.repeat(90_000) }, []); } catch ({ code }) { console.log(code, whole().length === before); }
  rmSync('/mnt/fill');
  say(20);
  console.log(whole().length, whole().every(({ text }, n) => text.startsWith(n + ' ')));
  try { writeFileSync('/mnt/fill', Buffer.alloc(2e6)); } catch {}
  // More than is kept in memory.
  for (let n = 21; n < 150; n += 1) say(n);
  rmSync('/mnt/fill');
  say(150);
  const remark = whole().find(({ kind }) => kind === 'baton');
  const left = Number(/^(\\d+) lines left out here: the disk was full$/.exec(remark?.text ?? '')?.[1]);
  console.log(left > 30, whole().length === 151 - left + 1, whole().at(-1).text.startsWith('150 '));
  say(151);
  console.log(whole().at(-1).text.startsWith('151 '));
  transcript.close();
  console.log(whole().length === 152 - left + 1);
`;

it.skipIf(!mayMount)('a run’s transcript waits for room on a full disk, and has each line then', async () => {
  const stdout = await printedOnOwnDisk('1m', PROGRAM);
  expect(stdout.split('\n')).toEqual([
    ...['ENOSPC', 'true true', 'ENOSPC true', '21 true'],
    ...['true true true', 'true', 'true'],
  ]);
});
