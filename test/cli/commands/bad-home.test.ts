import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { makeProgram } from '../../../src/cli/program.ts';
import { baton } from '../in-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-bad-home-'));
  await writeFile(path.join(folder, 'file'), 'x');
  await symlink(path.join(folder, 'nowhere'), path.join(folder, 'dangling'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

/** All commands that have a home, each with what it can't do without. */
async function commandsWithHome(): Promise<string[][]> {
  const program = await makeProgram(() => Promise.reject(new Error('no worker is needed')), '0');
  const below = (command: Command, names: readonly string[]): string[][] =>
    command.commands.flatMap((one) => {
      const own = [...names, one.name()];
      const given = one.registeredArguments.flatMap(({ required }) => (required ? ['x'] : []));
      const options = one.options.flatMap(({ mandatory, long }) => (mandatory && long ? [long, 'x'] : []));
      const hasHome = one.options.some(({ long }) => long === '--home');
      return [...(hasHome ? [[...own, ...given, ...options]] : []), ...below(one, own)];
    });
  return below(program, []);
}

it.each([
  ['a file', 'file', /file is a file, and no folder/],
  ['a dangling link', 'dangling', /dangling is a link to .*nowhere, which is not there/],
  ['in a folder of the kernel', '/proc/x', /folders can’t be made there/],
])('every command says in one line what is wrong with a home that is %s', async (_, name, why) => {
  const home = path.resolve(folder, name);
  vi.stubEnv('BATON_HOME', home);
  for (const variable of ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE']) vi.stubEnv(variable, undefined);
  const commands = await commandsWithHome();
  expect(commands.length).toBeGreaterThan(25);
  for (const args of commands.filter(([command]) => command !== 'doctor')) {
    const { stdout, stderr, exitCode } = await baton(...args);
    expect({ args, stdout, exitCode }).toEqual({ args, stdout: '', exitCode: 2 });
    expect(stderr.split('\n'), args.join(' ')).toHaveLength(1);
    expect(stderr).toMatch(why);
    expect(stderr).toContain(`baton: Baton can't keep its files in ${home}: `);
    expect(stderr).toMatch(/Name another folder by BATON_HOME or --home\.$/);
  }
  const doctor = await baton('doctor', '--json', '--repo', folder);
  const { findings } = JSON.parse(doctor.stdout) as {
    findings: { area: string; state: string; text: string }[];
  };
  expect(findings).toContainEqual(
    expect.objectContaining({ area: 'home', state: 'bad', text: expect.stringMatching(why) }),
  );
});
