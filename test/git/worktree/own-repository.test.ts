import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openRepository } from '../../../src/git/repository.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import {
  attempt,
  commit,
  contentsOf,
  fingerprint,
  git,
  temporaryFolder,
  userRepository,
  write,
} from '../fixture.ts';

/** A packet's worktree as Baton's own calls make it: its branch, the base branch, tags and branches of the origin. */
const packets = async (...names: string[]) => {
  const root = temporaryFolder();
  const origin = userRepository(root, { 'a.txt': 'one\n', '.gitignore': 'build/\n' });
  git(origin, 'tag', '-a', 'v1.2.0', '-m', 'A release');
  git(origin, 'branch', 'team/other');
  git(origin, 'branch', 'baton/old/integration');
  const base = commit(origin, { 'b.txt': 'b\n' });
  const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
  expect(await repo.resolveBase('main')).toBe(base);
  const made = [];
  for (const name of names) {
    const id = { feature: 'prefs', name, epoch: 1 };
    const more = { branch: `baton/prefs/${name}`, base: { branch: 'main', commit: base } };
    const { path: folder } = await repo.prepareWorktree({ ...id, ...more, start: base });
    made.push({ id, path: folder, git: (...args: string[]) => git(folder, ...args) });
  }
  const [one = expect.unreachable(), two = one] = made;
  return { root, origin, base, repo, one, two };
};

test('a base branch and a home whose names mean something in a configuration of git', async () => {
  const root = path.join(temporaryFolder(), 'the "home"; of #1');
  mkdirSync(root);
  const origin = userRepository(root, { 'a.txt': 'one\n' });
  const base = 'next";#1';
  git(origin, 'branch', base);
  const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
  const start = await repo.resolveBase(base);
  const { path: folder } = await repo.prepareWorktree({
    feature: 'prefs',
    name: 'one',
    epoch: 1,
    branch: 'baton/prefs/one',
    base: { branch: base, commit: start },
    start,
  });
  expect(git(folder, 'status', '--porcelain', '--branch')).toBe('## baton/prefs/one');
  expect(git(folder, 'rev-parse', '--abbrev-ref', `${base}@{upstream}`)).toBe(`origin/${base}`);
  expect(git(folder, 'fetch', '--dry-run', 'origin')).toBe('');
});

test('a developer finds a clone: history, tags, the base branch, the packet’s branch, no changes', async () => {
  const { base, one, repo } = await packets('one');
  expect(one.git('status', '--porcelain', '--branch')).toBe('## baton/prefs/one');
  expect(one.git('symbolic-ref', 'HEAD')).toBe('refs/heads/baton/prefs/one');
  expect(one.git('describe', '--tags')).toBe(`v1.2.0-1-g${base.slice(0, 7)}`);
  expect(one.git('log', '--format=%s', 'origin/main')).toBe('change\nstart');
  expect(one.git('rev-parse', '--abbrev-ref', 'origin/HEAD')).toBe('origin/main');
  expect(one.git('rev-parse', '--abbrev-ref', 'main@{upstream}')).toBe('origin/main');
  expect(one.git('branch', '--all', '--format=%(refname)').split('\n')).toEqual([
    'refs/heads/baton/prefs/one',
    'refs/heads/main',
    'refs/remotes/origin/HEAD',
    'refs/remotes/origin/main',
    'refs/remotes/origin/team/other',
  ]);
  expect(one.git('merge-base', 'main', 'HEAD')).toBe(base);
  write(one.path, { 'a.txt': 'one\ntwo\n', 'build/x': '' });
  expect(one.git('diff', '--stat')).toContain('1 file changed, 1 insertion(+)');
  one.git('commit', '--quiet', '--all', '-m', 'mine');
  expect(one.git('log', '-1', '--format=%an')).toBe('User');
  expect(one.git('diff', '--name-only', 'main...HEAD')).toBe('a.txt');
  one.git('switch', '--quiet', 'team/other');
  one.git('switch', '--quiet', '-');
  write(one.path, { 'c.txt': 'c\n' });
  one.git('stash', '--quiet', '--include-untracked');
  expect(existsSync(path.join(one.path, 'c.txt'))).toBe(false);
  one.git('stash', 'pop', '--quiet');
  one.git('fsck', '--no-dangling');
  expect(contentsOf(repo, (await repo.commitAll({ worktree: one.id, message: 'x' })).commit)).toMatchObject({
    'a.txt': 'one\ntwo\n',
    'c.txt': 'c\n',
  });
});

test('what an agent fetches comes from a copy, and what it pushes goes no further than that', async () => {
  const { origin, one, two, repo, root } = await packets('one', 'two');
  const before = [origin, repo.hub.url, two.path].map((folder) => fingerprint(folder));
  const clone = fingerprint(repo.clone, (name) => name.startsWith('worktrees'));
  write(one.path, { 'a.txt': 'pushed\n' });
  one.git('commit', '--quiet', '--all', '-m', 'pushed');
  one.git('tag', 'mine');
  one.git('push', '--quiet', 'origin', 'HEAD', 'HEAD:main', 'mine');
  one.git('push', '--quiet', '--force', 'origin', 'HEAD:team/other');
  one.git('push', '--quiet', 'origin', '--delete', 'v1.2.0');
  one.git('fetch', '--quiet', '--prune', 'origin');
  expect(one.git('rev-parse', 'origin/main')).toBe(one.git('rev-parse', 'HEAD'));
  expect([origin, repo.hub.url, two.path].map((folder) => fingerprint(folder))).toEqual(before);
  expect(fingerprint(repo.clone, (name) => name.startsWith('worktrees'))).toBe(clone);
  expect(one.git('remote', 'get-url', 'origin')).toBe(path.join(one.path, '.git/origin.git'));
  expect(readdirSync(root).sort()).toEqual(['home', 'origin']);
  // It goes with the worktree.
  await repo.removeWorktree(one.id);
  expect(existsSync(one.path)).toBe(false);
});

/** What breaks the repositories that share objects, refs, stashes or settings with the one it is done in. */
const rough = [
  'git stash --include-untracked',
  'git checkout -b feature',
  'git tag v9',
  'git tag -d v1.2.0',
  'git branch -D main',
  'git config core.bare true; git config --unset core.bare',
  'git fetch --depth=1',
  'git pack-refs --all',
  'git reflog expire --expire=now --all',
  'git gc --prune=now',
  'git prune --expire=now',
  'git repack -a -d',
  'git worktree prune',
  'git update-ref -d refs/remotes/origin/main',
  'rm .git/packed-refs',
  'git gc --prune=now',
  'git prune --expire=now',
];

test('what two agents do to their repositories harms neither the other nor Baton’s clone', async () => {
  const { base, repo, one, two, root } = await packets('one', 'two');
  write(one.path, { 'one.txt': 'stashed by one\n' });
  write(two.path, { 'two.txt': 'stashed by two\n' });
  for (const { git: run } of [one, two]) {
    run('stash', '--include-untracked');
    run('checkout', '--quiet', '-b', 'feature');
  }
  for (const { git: run } of [one, two]) expect(run('stash', 'list').split('\n')).toHaveLength(1);
  write(two.path, { 'a.txt': 'two’s feature\n' });
  two.git('commit', '--quiet', '--all', '-m', 'feature');
  two.git('tag', 'of-two');
  const twosFeature = two.git('rev-parse', 'feature');
  for (const line of rough) for (const each of line.split('; ')) attemptShell(one.path, each);
  expect(one.git('for-each-ref', 'refs/tags/of-two')).toBe('');
  expect(two.git('rev-parse', 'feature')).toBe(twosFeature);
  expect(two.git('describe', '--tags', base)).toContain('v1.2.0');
  two.git('stash', 'pop', '--quiet');
  two.git('fsck', '--full');
  expect(readFileSync(path.join(two.path, 'two.txt'), 'utf8')).toBe('stashed by two\n');
  write(one.path, { 'after.txt': 'one\n' });
  const first = await repo.commitAll({ worktree: one.id, message: 'one' });
  const second = await repo.commitAll({ worktree: two.id, message: 'two' });
  expect(contentsOf(repo, first.commit)).toEqual({
    ...contentsOf(repo, base),
    'after.txt': 'one\n',
  });
  expect(contentsOf(repo, second.commit)).toEqual({
    ...contentsOf(repo, base),
    'a.txt': 'two’s feature\n',
    'two.txt': 'stashed by two\n',
  });
  expect(git(repo.clone, 'fsck', '--full', '--strict', '--no-dangling')).toBe('');
  expect(git(repo.hub.url, 'fsck', '--full', '--strict', '--no-dangling')).toBe('');
  // Not even what was cut out of the folder in which both lie reaches the clone.
  rmSync(path.join(one.path, '.git'), { recursive: true });
  expect(git(root, '--git-dir', repo.clone, 'log', '--format=%s', second.commit)).toContain('two');
  expect((await repo.bringUpTo({ worktree: one.id, head: second.commit })).kind).toBe('clean');
  expect(one.git('status', '--porcelain', '--branch')).toBe('## baton/prefs/one');
});

const attemptShell = (cwd: string, line: string): void => {
  const [command = '', ...args] = line.split(' ');
  if (command === 'git') attempt(cwd, ...args);
  else rmSync(path.join(cwd, args[0] ?? ''), { force: true });
};

test('bringing up moves the agent’s repository, and leaves its stashes, branches and settings', async () => {
  const { base, repo, one, two } = await packets('one', 'two');
  write(two.path, { 'a.txt': 'two\n', 'two.txt': '2\n' });
  const head = (await repo.commitAll({ worktree: two.id, message: 'two' })).commit;
  write(one.path, { 'stashed.txt': 's\n' });
  one.git('stash', '--quiet', '--include-untracked');
  one.git('switch', '--quiet', '-c', 'try');
  one.git('config', 'alias.st', 'status');
  write(one.path, { 'a.txt': 'mine\n', 'mine.txt': 'm\n' });
  one.git('commit', '--quiet', '--all', '-m', 'mine');
  attempt(one.path, 'merge', 'no-such-thing');
  appendFileSync(path.join(one.path, '.git/MERGE_HEAD'), `${base}\n`);
  const kept = one.git('rev-parse', 'try', 'stash@{0}');
  const brought = await repo.bringUpTo({ worktree: one.id, head });
  expect(brought).toMatchObject({ kind: 'conflict', files: ['a.txt'] });
  expect(one.git('rev-parse', 'try', 'stash@{0}')).toBe(kept);
  expect(one.git('st', '--porcelain', '--branch').split('\n').sort()).toEqual([
    '## baton/prefs/one',
    'A  mine.txt',
    'UU a.txt',
  ]);
  expect(one.git('rev-parse', 'HEAD')).toBe(head);
  expect(one.git('ls-files', '--unmerged').split('\n')).toHaveLength(3);
  expect(existsSync(path.join(one.path, '.git/MERGE_HEAD'))).toBe(false);
  one.git('checkout', '--ours', 'a.txt');
  expect(readFileSync(path.join(one.path, 'a.txt'), 'utf8')).toBe('two\n');
  one.git('checkout', '--theirs', 'a.txt');
  one.git('add', 'a.txt');
  one.git('commit', '--quiet', '-m', 'solved');
  const { commit: solved } = await repo.commitAll({ worktree: one.id, message: 'solved' });
  expect(contentsOf(repo, solved)).toMatchObject({ 'a.txt': 'mine\n', 'mine.txt': 'm\n', 'two.txt': '2\n' });
  one.git('stash', 'pop', '--quiet');
  expect(readFileSync(path.join(one.path, 'stashed.txt'), 'utf8')).toBe('s\n');
});

test('a repository that the agent broke or took away is made anew when its tree is brought up', async () => {
  const { repo, one, two } = await packets('one', 'two');
  write(two.path, { 'two.txt': '2\n' });
  let head = (await repo.commitAll({ worktree: two.id, message: 'two' })).commit;
  for (const [n, broken] of ['.git', '.git/objects/info/alternates', '.git/refs', '.git/config'].entries()) {
    rmSync(path.join(one.path, broken), { recursive: true });
    write(one.path, { 'mine.txt': `${n}\n` });
    expect(await repo.bringUpTo({ worktree: one.id, head })).toMatchObject({ kind: 'clean' });
    expect(one.git('status', '--porcelain', '--branch')).toBe('## baton/prefs/one');
    expect(one.git('describe', '--tags')).toContain('v1.2.0-');
    one.git('fsck', '--no-dangling');
    write(two.path, { 'two.txt': `${n} more\n` });
    head = (await repo.commitAll({ worktree: two.id, message: 'more' })).commit;
  }
});
