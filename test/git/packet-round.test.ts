import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { originProblem } from '../../src/git/remote/origin.ts';
import { commit, fingerprint, git, setting, temporaryFolder, write } from './fixture.ts';

test('a packet goes from worktree to the integration branch, and the user’s checkout stays as it is', async () => {
  const { repo, origin, base, worktree } = await setting();
  write(origin, { 'a.txt': 'not committed\n', 'untracked.txt': 'mine\n' });
  const before = fingerprint(origin, (name) => /^\.git\/(objects|refs|logs\/refs)/.test(name));
  const integration = 'baton/prefs/integration';
  expect(await repo.createBranch({ branch: integration, at: base })).toEqual({ kind: 'moved', at: base });
  expect(await repo.createBranch({ branch: integration, at: base })).toEqual({ kind: 'was there', at: base });
  const one = await worktree('one');
  const two = await worktree('two');
  write(one.path, { 'src/one.ts': '1\n' });
  write(two.path, { 'src/two.ts': '2\n' });
  const first = await repo.commitAll({
    worktree: one.id,
    message: 'One',
    trailers: { 'Baton-Packet': 'one' },
  });
  const second = await repo.commitAll({ worktree: two.id, message: 'Two' });
  expect(first).toMatchObject({ changed: true, nested: [] });
  await repo.publishBranch({ branch: 'baton/prefs/one', commit: first.commit, feature: 'prefs' });
  expect(await repo.branchAt('baton/prefs/one')).toBe(first.commit);

  expect(await repo.moveBranch({ branch: integration, old: base, new: first.commit })).toMatchObject({
    kind: 'moved',
  });
  const merge = { base: second.standsOn, ours: first.commit, theirs: second.commit };
  const combined = await repo.combine(merge);
  expect(combined).toMatchObject({ files: [], stages: [], output: '' });
  expect(await repo.combine(merge)).toEqual(combined);
  const made = { tree: combined.tree, parents: [first.commit], message: 'Two', at: 1_700_000_000 };
  const candidate = await repo.makeCommit(made);
  expect(await repo.makeCommit(made)).toBe(candidate);
  expect(combined.tree).toBe(await repo.tree(candidate));
  const round = await worktree('integration', first.commit, { own: true });
  await repo.checkoutClean(round.id, candidate);
  expect(readFileSync(path.join(round.path, 'src/two.ts'), 'utf8')).toBe('2\n');
  await repo.pushCandidate({ commit: candidate, feature: 'prefs', packet: 'two', n: 1 });
  const move = { branch: integration, old: first.commit, new: candidate };
  expect(await repo.moveBranch(move)).toMatchObject({ kind: 'moved' });
  expect(await repo.moveBranch(move)).toMatchObject({ kind: 'was there' });
  await expect(
    repo.moveBranch({ branch: integration, old: first.commit, new: second.commit }),
  ).rejects.toMatchObject({
    type: 'BadInput',
  });
  expect((await repo.log(base, candidate)).map(({ message }) => message)).toEqual([
    `One\n\nBaton-Packet: one\nBaton-Base: ${base} one`,
    'Two',
  ]);
  expect(await repo.landBranch({ branch: 'feature/prefs', commit: candidate })).toMatchObject({
    kind: 'landed',
  });
  expect(await repo.landBranch({ branch: 'feature/prefs', commit: candidate })).toMatchObject({
    kind: 'was there',
  });
  expect(git(origin, 'rev-parse', 'feature/prefs')).toBe(candidate);
  const landing = { base: 'main', expectedOld: base, commit: candidate, feature: 'prefs' };
  expect(await repo.landIntoBase(landing)).toMatchObject({ kind: 'branch', branch: 'feature/prefs' });
  expect(fingerprint(origin, (name) => /^\.git\/(objects|refs|logs\/refs)/.test(name))).toBe(before);
  expect(git(origin, 'branch', '--format=%(refname:short)').split('\n')).toEqual(['feature/prefs', 'main']);
});

test('landing into the base moves it where it is not checked out, and refuses where it went on', async () => {
  const { repo, origin, base, worktree } = await setting();
  git(origin, 'switch', '--quiet', '-c', 'elsewhere');
  const { id, path: folder } = await worktree('one');
  write(folder, { 'b.txt': 'b\n' });
  const { commit: done } = await repo.commitAll({ worktree: id, message: 'b' });
  const landing = { base: 'main', expectedOld: base, commit: done, feature: 'prefs' };
  expect(await repo.landIntoBase(landing)).toEqual({ kind: 'landed', branch: 'main', commit: done });
  expect(await repo.landIntoBase(landing)).toMatchObject({ kind: 'was there' });
  git(origin, 'switch', '--quiet', 'main');
  const later = commit(origin, { 'c.txt': 'c\n' });
  git(origin, 'switch', '--quiet', 'elsewhere');
  expect(await repo.landIntoBase(landing)).toMatchObject({ kind: 'was there', commit: later });
  write(folder, { 'b.txt': 'bb\n' });
  const { commit: again } = await repo.commitAll({ worktree: id, message: 'bb' });
  await expect(repo.landIntoBase({ ...landing, expectedOld: done, commit: again })).rejects.toMatchObject({
    type: 'BranchMoved',
  });
  // Checked out in a further worktree of the origin counts as well.
  git(origin, 'worktree', 'add', '--quiet', path.join(folder, '../../../../wt'), 'main');
  const rebased = await repo.bringUpTo({ worktree: id, head: later });
  if (rebased.kind !== 'clean') throw new Error('conflict');
  expect(await repo.landIntoBase({ ...landing, expectedOld: later, commit: rebased.commit })).toMatchObject({
    kind: 'branch',
    branch: 'feature/prefs',
  });
});

test('a conflict touches no tree of Baton’s, and the packet gets its work with markers', async () => {
  const { repo, base, worktree } = await setting();
  const one = await worktree('one');
  const two = await worktree('two');
  write(one.path, { 'a.txt': 'one\nTWO\nthree\n' });
  write(two.path, {
    'a.txt': 'one\nzwei\nthree\n',
    'new.txt': 'n\n',
    '.gitignore': 'build\n',
    'build/x': 'kept',
  });
  const head = (await repo.commitAll({ worktree: one.id, message: 'One' })).commit;
  const tip = (await repo.commitAll({ worktree: two.id, message: 'Two' })).commit;
  const merged = await repo.combine({ base, ours: head, theirs: tip });
  expect(merged.files).toEqual(['a.txt']);
  expect(merged.output).toContain('zwei');

  const brought = await repo.bringUpTo({ worktree: two.id, head });
  expect(brought).toMatchObject({ kind: 'conflict', files: ['a.txt'] });
  // Repeated after a crash: the same, not a commit of the markers.
  expect(await repo.bringUpTo({ worktree: two.id, head })).toEqual(brought);
  expect(readFileSync(path.join(two.path, 'build/x'), 'utf8')).toBe('kept');
  expect(git(two.path, 'status', '--porcelain').split('\n').sort()).toEqual([
    'A  .gitignore',
    'A  new.txt',
    'UU a.txt',
  ]);
  expect(git(two.path, 'rev-parse', 'HEAD')).toBe(head);
  const unsolved = await repo.commitAll({ worktree: two.id, message: 'Still markers' });
  expect(await repo.leftoverMarkers(head, unsolved.commit, ['a.txt', 'new.txt', 'gone.txt'])).toEqual([
    'a.txt',
  ]);
  write(two.path, { 'a.txt': 'one\nTWO zwei\nthree\n' });
  const solved = await repo.commitAll({ worktree: two.id, message: 'Two again' });
  expect(solved.standsOn).toBe(head);
  expect(await repo.leftoverMarkers(head, solved.commit, ['a.txt'])).toEqual([]);
  expect(await repo.isAncestor(head, solved.commit)).toBe(true);
  expect(await repo.readFileAt(solved.commit, 'new.txt')).toBe('n\n');
  const kept = git(repo.hub.url, 'for-each-ref', '--format=%(objectname)', 'refs/baton/kept').split('\n');
  expect(kept).toContain(tip);
  const { tree } = await repo.combine({ base: solved.standsOn, ours: head, theirs: solved.commit });
  expect(tree).toBe(await repo.tree(solved.commit));
});

test('bringing up drops what the other side has already', async () => {
  const { repo, base, worktree } = await setting();
  const one = await worktree('one');
  const two = await worktree('two');
  write(one.path, { 'b.txt': 'b\n' });
  write(two.path, { 'b.txt': 'b\n' });
  const head = (await repo.commitAll({ worktree: one.id, message: 'One' })).commit;
  const same = (await repo.commitAll({ worktree: two.id, message: 'Two' })).commit;
  const { tree } = await repo.combine({ base, ours: head, theirs: same });
  expect(tree).toBe(await repo.tree(head));
  expect(await repo.bringUpTo({ worktree: two.id, head })).toEqual({ kind: 'clean', commit: head });
  expect(git(two.path, 'status', '--porcelain', '--branch')).toBe('## two');
});

test('a worktree is kept with its uncommitted work, and removed only after that is on the hub', async () => {
  const { repo, worktree } = await setting();
  const { id, path: folder } = await worktree('one');
  write(folder, { 'half.txt': 'half\n' });
  expect(await repo.prepareWorktree({ ...id, start: await repo.resolveBase('main') })).toEqual({
    path: folder,
    createdAt: undefined,
  });
  expect(readFileSync(path.join(folder, 'half.txt'), 'utf8')).toBe('half\n');
  const saved = await repo.removeWorktree({ feature: 'prefs', name: 'one' });
  expect(existsSync(folder)).toBe(false);
  expect(await repo.readFileAt(saved ?? '', 'half.txt')).toBe('half\n');
  expect(await repo.removeWorktree({ feature: 'prefs', name: 'one' })).toBeUndefined();
  // Prepared again, it goes on from there.
  const again = await worktree('one');
  expect(readFileSync(path.join(again.path, 'half.txt'), 'utf8')).toBe('half\n');
  rmSync(again.path, { recursive: true });
  expect((await worktree('one')).path).toBe(folder);
  expect(existsSync(path.join(folder, 'half.txt'))).toBe(true);
});

test('changed files name both ends of a rename, and count what is not committed yet', async () => {
  const { repo, base, worktree } = await setting({
    'a.txt': 'one\ntwo\nthree\n',
    'old name.txt': 'x\ny\nz\n',
  });
  const { id, path: folder } = await worktree('one');
  const odd = 'ünï code\n"line".txt';
  write(folder, { 'new name.txt': 'x\ny\nz\n', 'a.txt': 'one\n', [odd]: 'odd\n' });
  rmSync(path.join(folder, 'old name.txt'));
  const changes = [
    { path: 'a.txt', status: 'modified' },
    { path: 'old name.txt', status: 'deleted' },
    { path: 'new name.txt', status: 'renamed' },
    { path: odd, status: 'added' },
  ];
  const byPath = (list: readonly { path: string }[]) => [...list].sort((x, y) => (x.path < y.path ? -1 : 1));
  expect(byPath(await repo.changedFiles({ worktree: id, from: base }))).toEqual(byPath(changes));
  const { commit: to } = await repo.commitAll({ worktree: id, message: 'odd' });
  expect(byPath(await repo.changedFiles({ from: base, to }))).toEqual(byPath(changes));
  expect(await repo.diffStat({ from: base, to })).toContainEqual({ path: 'a.txt', added: 0, removed: 2 });
  expect(await repo.listFilesAt(to)).toEqual(['a.txt', 'new name.txt', odd]);
  expect(await repo.readFileAt(to, odd)).toBe('odd\n');
  expect(await repo.readFileAt(to, 'nothing')).toBeUndefined();
});

test('what is wrong with an origin is said before anything is made', async () => {
  const { origin, root } = await setting();
  const empty = temporaryFolder();
  expect(await originProblem(origin, 'main')).toBeUndefined();
  expect(await originProblem(origin, 'mian')).toContain('has no branch "mian"; it has main');
  expect(await originProblem(empty, 'main')).toContain('is not a git repository');
  expect(await originProblem(path.join(root, 'none'), 'main')).toContain('there is no folder');
  git(empty, 'init', '--quiet');
  expect(await originProblem(empty, 'main')).toContain('no commit yet');
  write(origin, { 'sub/x': '' });
  expect(await originProblem(path.join(origin, 'sub'), 'main')).toContain('not its top folder');
  expect(await originProblem('ext::sh -c "touch /tmp/x"', 'main')).toContain("can't read the repository");
});
