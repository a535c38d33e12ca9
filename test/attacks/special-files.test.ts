import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ArtifactStore } from '../../src/artifacts/artifact-store.ts';
import { runCheck } from '../../src/checks/run-check.ts';
import { runGate } from '../../src/checks/run-gate.ts';
import { setupDigest } from '../../src/checks/setup.ts';
import { findPacket } from '../../src/cli/by-hand/hand-packet.ts';
import { createHandWorktree } from '../../src/git/by-hand/create-hand-worktree.ts';
import { handWork } from '../../src/git/by-hand/hand-work.ts';
import { handWorktrees } from '../../src/git/by-hand/hand-worktrees.ts';
import { originProblem } from '../../src/git/remote/origin.ts';
import { userRepository } from '../../src/git/user-repository.ts';
import { readJson, readTextIfThere } from '../../src/homes/atomic-file.ts';
import { readPacketFolder } from '../../src/packets/read-packet-folder.ts';
import { fifo, setting, temporaryFolder, write } from '../git/fixture.ts';

/** Opening a FIFO that nobody writes to waits for ever; all that is done here takes a second. */
const BOUND_MS = 20_000;

const PLANTED = ['a FIFO', 'an endless file', 'a folder'] as const;
type Planted = (typeof PLANTED)[number];
const plant = (what: Planted, at: string) => {
  rmSync(at, { recursive: true, force: true });
  mkdirSync(path.dirname(at), { recursive: true });
  if (what === 'a FIFO') fifo(at);
  if (what === 'an endless file') symlinkSync('/dev/zero', at);
  if (what === 'a folder') write(at, { x: 'x\n' });
};
const store = { put: async () => ({}) } as unknown as ArtifactStore;

describe.each(PLANTED)('%s', (what) => {
  it('in place of a packet’s file is named', { timeout: BOUND_MS }, async () => {
    const folder = temporaryFolder();
    plant(what, path.join(folder, 'one.md'));
    const { problems } = await readPacketFolder(folder, { feature: 'f' });
    expect(problems).toMatchObject([
      { file: path.join(folder, 'one.md'), message: expect.stringContaining('regular') },
    ]);
    await expect(findPacket('one', folder, true)).rejects.toThrow(/one\.md can't be read/);
  });

  it('in place of a report is none, and gone before the next run', { timeout: BOUND_MS }, async () => {
    const cwd = temporaryFolder();
    const report = path.join(cwd, 'report.xml');
    const make = { 'a FIFO': 'mkfifo', 'an endless file': 'ln -s /dev/zero', 'a folder': 'mkdir -p' }[what];
    const common = { name: 'test', cwd, env: { PATH: process.env.PATH ?? '' }, store };
    const config = {
      run: `test ! -e report.xml && ${make} report.xml`,
      report: 'report.xml',
      timeout: 10_000,
    };
    for (let time = 0; time < 2; time += 1) {
      const check = await runCheck({ ...common, config });
      expect(check).toMatchObject({
        passed: false,
        exitCode: 0,
        tail: expect.stringMatching(/the report report\.xml is (?:no regular file|a link|a folder)/),
      });
    }
    const gate = await runGate({ ...common, config: { ...config, min: { a: 1 }, exclusive: false } });
    expect(gate).toMatchObject({ outcome: 'unmet', exitCode: 0 });
    expect(gate.problems[0]).toMatch(/the report report\.xml is (?:no regular file|a link|a folder)/);
    expect(readdirSync(cwd)).toEqual([path.basename(report)]);
  });

  it('in place of a lock file or a note of a home holds nobody up', { timeout: BOUND_MS }, async () => {
    const folder = temporaryFolder();
    plant(what, path.join(folder, 'package-lock.json'));
    expect(await setupDigest(folder, { run: 'true', timeout: 1000 })).toMatch(/^sha256-/);
    expect(await readJson(path.join(folder, 'package-lock.json'))).toBeUndefined();
    await expect(readTextIfThere(path.join(folder, 'package-lock.json'))).rejects.toThrow(
      /package-lock\.json can't be read/,
    );
  });
});

describe.each(['a FIFO', 'an endless file'] as const)('%s in a repository by hand', (what) => {
  it.each([
    'config',
    'HEAD',
    'packed-refs',
    'refs/heads/other',
    'objects/info/alternates',
    'worktrees/x/HEAD',
    'worktrees/x/locked',
    'info/exclude',
    'shallow',
  ])('as %s is named by whoever has to read it', { timeout: BOUND_MS }, async (name) => {
    const { origin } = await setting();
    const at = path.join(origin, '.git', name);
    plant(what, at);
    expect(await originProblem(origin, 'main')).toContain(at);
  });

  it('as .git is named', { timeout: BOUND_MS }, async () => {
    const folder = temporaryFolder();
    plant(what, path.join(folder, '.git'));
    expect(await originProblem(folder, 'main')).toContain(path.join(folder, '.git'));
  });
});

it('what stands in the way of a worktree by hand is named, and nothing is made', {
  timeout: BOUND_MS,
}, async () => {
  const { origin, base, root } = await setting();
  const repo = await userRepository(origin);
  const request = {
    branch: 'feature/x',
    commit: base,
    into: path.join(root, 'trees'),
    copy: ['.env', 'local'],
  };
  plant('a FIFO', path.join(origin, '.env'));
  write(origin, { 'local/a': 'a\n' });
  plant('a FIFO', path.join(origin, 'local/pipe'));
  const made = await createHandWorktree(repo, { ...request, name: 'one', text: undefined });
  expect(made.copied).toEqual(['local']);
  expect(made.skipped).toEqual([{ path: '.env', reason: 'it is neither a file nor a folder' }]);
  expect(readdirSync(path.join(made.path, 'local'))).toEqual(['a']);
  const [found] = await handWorktrees(repo);
  if (found === undefined) throw new Error('no worktree');
  fifo(origin, '.git/info/exclude');
  await expect(createHandWorktree(repo, { ...request, name: 'two', branch: 'b', text: 'x' })).rejects.toThrow(
    'info/exclude',
  );
  await expect(handWork(repo, found, base)).rejects.toThrow('info/exclude');
});
