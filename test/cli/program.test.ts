import { expect, it } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';

const startWorker = () => Promise.reject(new Error('no worker is needed'));
const namesOf = async (wanted?: string) =>
  (await makeProgram(startWorker, '0', wanted)).commands.map((command) => command.name());

it('loads the subcommand that is wanted with its kin alone, and all of them where it is not known', async () => {
  const all = await namesOf();
  expect(all.length).toBeGreaterThan(20);
  for (const name of all) {
    const loaded = await namesOf(name);
    expect(loaded).toContain(name);
    expect(loaded.length).toBeLessThanOrEqual(4);
  }
  expect(await namesOf('statu')).toEqual(all);
  expect(await namesOf('--version')).toEqual([]);
});
