import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { doctorLines } from '../../../src/cli/render/doctor.ts';
import { PLAIN } from '../../../src/cli/render/style.ts';
import { baton } from '../in-process.ts';
import { PLAIN_CONFIG, repository } from '../packet-folder.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'baton-doctor-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('baton doctor ends with what is protected in the repository, and says how many files that is', async () => {
  const repo = await repository(path.join(folder, 'repo'), PLAIN_CONFIG);
  const { stdout } = await baton('doctor', '--repo', repo);
  const lines = stdout.split('\n');
  expect(lines[0]).toBe('command for design, implement, test, deploy');
  expect(lines.slice(-3)).toEqual([
    '',
    'Protected: what measures (1 file)',
    '  baton.yaml  configuration of Baton',
  ]);
  const asJson = await baton('doctor', '--repo', repo, '--json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({ agents: [{ runner: 'command' }] });
});

it('baton doctor says in one line why what is installed in the checkout can’t be copied into worktrees', async () => {
  const config = `${PLAIN_CONFIG}worktrees: { installed: [node_modules, .venv] }\n`;
  const repo = await repository(path.join(folder, 'installed'), config);
  const notes = async () => {
    const { stdout } = await baton('doctor', '--repo', repo);
    expect(stdout).toContain('\nProtected: what measures (1 file)\n');
    return stdout.split('\n').filter((line) => line.startsWith('note '));
  };
  expect(await notes()).toEqual([]);
  await mkdir(path.join(repo, 'node_modules'));
  await symlink('../packages/core', path.join(repo, 'node_modules/core'));
  expect(await notes()).toEqual([]);
  await mkdir(path.join(repo, '.venv'));
  await writeFile(
    path.join(repo, '.venv/pyvenv.cfg'),
    `command = python3 -m venv ${await realpath(repo)}/.venv\n`,
  );
  expect(await notes()).toEqual([
    'note worktrees.installed: .venv/pyvenv.cfg names the folder that it was installed in: ' +
      "it can't be copied, so the set-up runs in every worktree",
  ]);
});

it('doctorLines lists at most 15 files', () => {
  const examined = [{ roles: ['deploy'], runner: 'person', findings: [] }];
  const files = Array.from({ length: 20 }, (_, at) => ({ path: `${at}.sh`, why: 'CI' }));
  expect(doctorLines(examined, PLAIN)).toEqual(['person for deploy', '  a person: nothing to look at']);
  const lines = doctorLines(examined, PLAIN, files);
  expect(lines[3]).toBe('Protected: what measures (20 files)');
  expect(lines.slice(-2)).toEqual(['  14.sh  CI', '  and 5 more']);
});
