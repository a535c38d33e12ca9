import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { git, setting, temporaryFolder, userRepository, write } from './fixture.ts';

/** Milliseconds into an operation of about 100 to 300. */
const DELAYS = [40, 120];

const ACTOR = path.join(import.meta.dirname, 'actor.ts');

const act = (...args: string[]) => {
  const child = spawn(process.execPath, ['--import', 'tsx', ACTOR, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const lines: string[] = [];
  const output = createInterface(child.stdout);
  const ready = once(output, 'line');
  output.on('line', (line) => lines.push(line));
  const ended = once(child, 'close').then(() => JSON.parse(lines[1] ?? 'null') as unknown);
  return { ready, ended, group: -(child.pid ?? 0) };
};

/** Starts a job and kills it with its git processes `delay` ms after it began. @returns whether it was cut. */
const killAfter = async (delay: number, ...args: string[]): Promise<boolean> => {
  const actor = act(...args);
  await actor.ready;
  await sleep(delay);
  try {
    process.kill(actor.group, 'SIGKILL');
  } catch {
    // It was done already.
  }
  return (await actor.ended) === null;
};

test('several processes open a new repository at once, and all see the same', async () => {
  const root = temporaryFolder();
  const origin = userRepository(root);
  const home = path.join(root, 'home');
  const answers = await Promise.all([1, 2, 3].map(() => act(home, origin, '', 'open').ended));
  expect(answers).toEqual(Array(3).fill(git(origin, 'rev-parse', 'main')));
  expect(readdirSync(path.join(home, 'repos')).filter((name) => name.endsWith('.git')).length).toBe(1);
});

test('of two processes that move a branch from one place, exactly one does', async () => {
  const { repo, root, origin, base, worktree } = await setting();
  const branch = 'baton/prefs/integration';
  await repo.createBranch({ branch, at: base });
  const tips = [];
  for (const name of ['one', 'two']) {
    const { id, path: folder } = await worktree(name);
    write(folder, { [`${name}.txt`]: name });
    tips.push((await repo.commitAll({ worktree: id, message: name })).commit);
  }
  const home = path.join(root, 'home');
  const moves = tips.map((tip) => act(home, origin, '', 'move', branch, base, tip).ended);
  expect((await Promise.all(moves)).sort()).toEqual(['BranchMoved', 'moved']);
  expect(tips).toContain(await repo.branchAt(branch));
});

test('work killed at any moment is done by repeating it', async () => {
  const { repo, root, origin, base, worktree } = await setting();
  const home = path.join(root, 'home');
  const cut: boolean[] = [];
  const { id, path: folder } = await worktree('one');
  const many = Object.fromEntries(
    Array.from({ length: 600 }, (_, n) => [`many/${n}.txt`, `${n}\n`.repeat(40)]),
  );
  write(folder, many);
  for (const delay of DELAYS) cut.push(await killAfter(delay, home, origin, '', 'commit', 'one', '1'));
  const tip = (await repo.commitAll({ worktree: id, message: 'again' })).commit;
  expect((await repo.listFilesAt(tip)).length).toBe(601);
  // Killed while a worktree is made, while it is brought up, and while one of Baton's own is checked out.
  cut.push(await killAfter(80, home, origin, '', 'prepare', 'integration', '1', tip));
  const round = await worktree('integration', tip);
  expect(git(round.path, 'status', '--porcelain')).toBe('');
  const two = await worktree('two', base);
  write(two.path, { 'two.txt': '2\n' });
  cut.push(await killAfter(80, home, origin, '', 'bring', 'two', '1', tip));
  expect(await repo.bringUpTo({ worktree: two.id, head: tip })).toMatchObject({ kind: 'clean' });
  expect(git(two.path, 'status', '--porcelain', '--branch')).toBe('## two');
  const both = (await repo.commitAll({ worktree: two.id, message: 'both' })).commit;
  expect((await repo.listFilesAt(both)).length).toBe(602);
  cut.push(await killAfter(80, home, origin, '', 'checkout', 'integration', '1', base));
  await repo.checkoutClean(round.id, base);
  expect(readdirSync(round.path).sort()).toEqual(['.git', 'a.txt']);
  expect(await repo.drift(round.id)).toEqual({ changed: [], added: [] });
  // Most attempts were really cut short.
  expect(cut.filter(Boolean).length).toBeGreaterThanOrEqual(DELAYS.length);
});

test('locks and half-done states that a killed process left are cleared', async () => {
  const { repo, base, worktree } = await setting();
  const { id, path: folder } = await worktree('one');
  const admin = path.join(repo.clone, 'worktrees/prefs.one');
  writeFileSync(path.join(admin, 'baton-index.lock'), '');
  writeFileSync(path.join(admin, 'baton-index'), 'cut sh');
  writeFileSync(path.join(admin, 'baton-stamps.json'), '{"tree":');
  write(admin, { 'staging/a.txt': 'of another time\n', 'staging/.gitattributes': '* text eol=crlf\n' });
  for (const name of ['index.lock', 'HEAD.lock', 'MERGE_HEAD', 'rebase-merge/done'])
    write(path.join(folder, '.git'), { [name]: `${base}\n` });
  write(folder, { 'b.txt': 'b\n' });
  // A ref's lock on the hub, too old to be somebody's who is still at it.
  const lock = path.join(repo.hub.url, 'refs/baton/work/prefs/one/1.lock');
  mkdirSync(path.dirname(lock), { recursive: true });
  writeFileSync(lock, '');
  utimesSync(lock, new Date(0), new Date(0));
  const { commit } = await repo.commitAll({ worktree: id, message: 'b' });
  expect(git(repo.hub.url, 'rev-parse', 'refs/baton/work/prefs/one/1')).toBe(commit);
  expect(existsSync(lock)).toBe(false);
  // Half-made: no mark yet.
  rmSync(path.join(admin, 'baton.json'));
  expect((await repo.prepareWorktree({ ...id, start: base })).createdAt).toBe(commit);
  expect(git(folder, 'status', '--porcelain')).toBe('');
});

test('a packet moved to another home goes on from its work, and its stale attempt changes nothing', async () => {
  const { repo, root, origin, base } = await setting();
  const hub = path.join(root, 'shared.git');
  git(root, 'init', '--quiet', '--bare', hub);
  const open = (name: string) =>
    openRepository({ screen: 'none', home: homePaths(path.join(root, name)), origin, hub });
  const [a, b] = [await open('a'), await open('b')];
  const first = { feature: 'prefs', name: 'one', epoch: 1 };
  const second = { ...first, epoch: 2 };
  await a.resolveBase('main');
  const { path: inA } = await a.prepareWorktree({ ...first, start: base });
  write(inA, { 'one.txt': '1\n' });
  const { commit } = await a.commitAll({ worktree: first, message: 'one' });
  await b.resolveBase('main');
  const moved = await b.prepareWorktree({ ...second, start: base });
  expect(moved.createdAt).toBe(commit);
  // The first home comes back to life.
  write(inA, { 'stale.txt': 'stale\n' });
  const stale = await a.commitAll({ worktree: first, message: 'stale' });
  write(moved.path, { 'two.txt': '2\n' });
  const fresh = await b.commitAll({ worktree: second, message: 'two' });
  expect(await b.listFilesAt(fresh.commit)).toEqual(['a.txt', 'one.txt', 'two.txt']);
  await expect(b.prepareWorktree({ ...first, start: base })).rejects.toMatchObject({ type: 'StaleEpoch' });
  await expect(b.commitAll({ worktree: first, message: 'x' })).rejects.toMatchObject({ type: 'StaleEpoch' });
  // Moved back, it takes the newest work; what the stale attempt left stays on the hub.
  const third = await a.prepareWorktree({ ...first, epoch: 3, start: base });
  expect(third.createdAt).toBe(fresh.commit);
  expect(git(hub, 'rev-parse', 'refs/baton/work/prefs/one/1')).toBe(stale.commit);
  // A commit that only the other home pushed is fetched when it is needed.
  await a.createBranch({ branch: 'baton/prefs/integration', at: base });
  await b.pushCandidate({ commit: fresh.commit, feature: 'prefs', packet: 'one', n: 1 });
  expect(await repo.isAncestor(base, base)).toBe(true);
  const move = { branch: 'baton/prefs/integration', old: base, new: fresh.commit };
  expect(await a.moveBranch(move)).toMatchObject({ kind: 'moved' });
  expect(await b.moveBranch(move)).toMatchObject({ kind: 'was there' });
});

test('a branch of somebody else is not overwritten by publishing a packet', async () => {
  const { repo, base, worktree } = await setting();
  const { id, path: folder } = await worktree('one');
  write(folder, { 'b.txt': 'b\n' });
  const mine = (await repo.commitAll({ worktree: id, message: 'b' })).commit;
  await repo.publishBranch({ branch: 'team/one', commit: mine, feature: 'prefs' });
  const { id: other, path: otherFolder } = await worktree('two');
  write(otherFolder, { 'c.txt': 'c\n' });
  const theirs = (await repo.commitAll({ worktree: other, message: 'c' })).commit;
  // Baton's own former push may be replaced, a stranger's commit not.
  await repo.publishBranch({ branch: 'team/one', commit: theirs, feature: 'prefs' });
  git(repo.hub.url, 'update-ref', 'refs/heads/team/one', mine);
  const publish = repo.publishBranch({ branch: 'team/one', commit: theirs, feature: 'prefs' });
  await expect(publish).rejects.toMatchObject({ type: 'BranchMoved' });
  await repo.publishBranch({ branch: 'baton/prefs/one', commit: mine, feature: 'prefs' });
  await repo.publishBranch({ branch: 'baton/prefs/one', commit: theirs, feature: 'prefs' });
  expect(await repo.branchAt('baton/prefs/one')).toBe(theirs);
  expect(await repo.isAncestor(base, theirs)).toBe(true);
});
