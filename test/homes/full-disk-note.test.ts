import path from 'node:path';
import { expect, it } from 'vitest';
import { mayMount, printedOnOwnDisk } from '../support/own-disk.ts';

const from = (file: string) => JSON.stringify(path.resolve(`src/homes/${file}.ts`));
const PROGRAM = `
  const { mkdirSync, readdirSync, rmSync, writeFileSync } = await import('node:fs');
  const { readNote, writeNote } = await import(${from('notes')});
  const { homePaths } = await import(${from('paths')});
  const home = homePaths('/mnt/home');
  const run = { feature: 'prefs', packet: 'api', epoch: 1, runId: 'first' };
  const note = () => readNote(home, run);
  const write = (more) => writeNote(home, { ...run, ...more }).then(() => 'kept', ({ code }) => code);
  const said = [await write({})];
  try { writeFileSync('/mnt/fill', Buffer.alloc(2e6)); } catch (error) { said.push(error.code); }
  said.push(await write({ sessionId: 'abc' }), (await note()).sessionId);
  // Shorter than before, a result, and more than it has room for.
  said.push(await write({ pid: 5 }), (await note()).sessionId ?? 'none', await write({ given: 'x'.repeat(9000) }));
  said.push((await note()).given.length, await write({ given: 'x'.repeat(20_000) }), (await note()).given.length);
  rmSync('/mnt/fill');
  said.push(await write({ given: 'x'.repeat(20_000) }), (await note()).given.length, await write({ pid: 6 }), (await note()).pid);
  said.push(readdirSync('/mnt/home', { recursive: true }).filter((name) => name.endsWith('.tmp')).length);
  console.log(JSON.stringify(said));
`;

it.skipIf(!mayMount)(
  'a run’s note has room for its agent’s session and its result on a disk that became full',
  async () => {
    const stdout = await printedOnOwnDisk('256k', PROGRAM);
    expect(JSON.parse(stdout)).toEqual([
      ...['kept', 'ENOSPC', 'kept', 'abc', 'kept', 'none', 'kept', 9000, 'ENOSPC', 9000],
      ...['kept', 20_000, 'kept', 6, 0],
    ]);
  },
);
