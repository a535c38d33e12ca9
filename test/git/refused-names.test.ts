import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, git, setting, write } from './fixture.ts';

/** A path below `root` that isn't UTF-8: its characters stand for bytes. */
const bytes = (root: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);

test('what git can’t hold comes back as unusable, and everything else is committed', async () => {
  const { repo, worktree } = await setting({ 'a.txt': 'a\n', '.gitignore': '*.log\n' });
  const { id, path: folder } = await worktree('one');
  write(folder, {
    'git~1': '',
    'GIT~1.log/x': '',
    'Git~1./x': '',
    'Git~1./y': '',
    '.GIT': '',
    'sub/.Git/x': '',
    '.git ': '',
    '.git.': '',
    '.git::$INDEX_ALLOCATION/x': '',
    '.g\u200cit/config': '',
    'sub/.git\\x': '',
  });
  const fine = {
    'b.txt': 'b\n',
    '.git.md': '',
    '.github/x': '',
    'git~10': '',
    '.gitx': '',
    'sub/.gitkeep': '',
  };
  write(folder, fine);
  symlinkSync('a.txt', path.join(folder, '.gitmodules'));
  writeFileSync(bytes(folder, 'caf\xe9'), 'x');
  writeFileSync(bytes(folder, 'caf\xe9.log'), 'ignored');
  mkdirSync(bytes(folder, 'sub/dir\xe9'));
  writeFileSync(bytes(folder, 'sub/dir\xe9/x'), 'x');
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  // Names are bytes; `contentsOf` reads them as UTF-8.
  const odd = { 'caf\ufffd': 'x', 'sub/dir\ufffd/x': 'x' };
  const kept = { 'a.txt': 'a\n', '.gitignore': '*.log\n', ...fine };
  expect(contentsOf(repo, work.commit)).toEqual({ ...kept, ...odd });
  const refused = ['git~1', 'Git~1.', '.GIT', 'sub/.Git', '.git ', '.git.', '.git::$INDEX_ALLOCATION'];
  refused.push('.g\u200cit', 'sub/.git\\x', '.gitmodules');
  expect([...work.unusable].sort()).toEqual(refused.sort());
  expect(work.nested).toEqual([]);
  const again = await repo.commitAll({ worktree: id, message: 'Again' });
  expect(again).toMatchObject({ changed: false, commit: work.commit });
  expect([...again.unusable].sort()).toEqual(refused);
  await repo.checkoutClean(id, work.commit);
  expect(readdirSync(folder, { recursive: true }).filter((name) => !`${name}`.startsWith('.git/'))).toEqual(
    expect.not.arrayContaining(['git~1', '.GIT']),
  );
  writeFileSync(bytes(folder, 'caf\xe9'), 'x');
  await repo.removeWorktree(id);
  expect(existsSync(folder)).toBe(false);
});

test('files of the base whose names aren’t UTF-8 stay as they are, and hold nobody up', async () => {
  const { repo, origin, worktree } = await setting({ 'a.txt': 'a\n' });
  const commitAll = (message: string) => {
    git(origin, 'add', '--all');
    git(origin, 'commit', '--quiet', '-m', message);
    return repo.resolveBase('main');
  };
  mkdirSync(bytes(origin, 'd\xe9'));
  for (const name of ['caf\xe9', 'd\xe9/x']) writeFileSync(bytes(origin, name), 'one\n');
  const base = await commitAll('names');
  const listed = git(repo.clone, 'ls-tree', '-r', base).split('\n');
  expect(listed).toHaveLength(3);
  writeFileSync(bytes(origin, 'caf\xe9'), 'two\n');
  write(origin, { 'c.txt': 'c\n' });
  const head = await commitAll('more');
  const { id, path: folder } = await worktree('one', base);
  expect(git(folder, 'status', '--porcelain')).toBe('');
  expect(await repo.commitAll({ worktree: id, message: 'x' })).toMatchObject({
    changed: false,
    unusable: [],
  });
  write(folder, { 'b.txt': 'b\n' });
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  expect(work.unusable).toEqual([]);
  expect(git(repo.clone, 'ls-tree', '-r', work.commit).split('\n')).toEqual(expect.arrayContaining(listed));
  const brought = await repo.bringUpTo({ worktree: id, head });
  if (brought.kind !== 'clean') throw new Error('conflict');
  expect(await repo.commitAll({ worktree: id, message: 'x' })).toMatchObject({ changed: false });
  expect(git(repo.clone, 'diff', '--name-status', head, brought.commit)).toBe('A\tb.txt');
  const round = await worktree('integration', base, { own: true });
  await repo.checkoutClean(round.id, head);
  expect(await repo.drift(round.id)).toEqual({ changed: [], added: [] });
  expect(git(round.path, 'status', '--porcelain')).toBe('');
});

test('a link’s target is committed byte by byte', async () => {
  const { repo, worktree } = await setting();
  const { id, path: folder } = await worktree('one');
  symlinkSync(Buffer.from('caf\xe9', 'latin1'), path.join(folder, 'link'));
  const { commit } = await repo.commitAll({ worktree: id, message: 'link' });
  const round = await worktree('integration', commit);
  expect(git(round.path, 'status', '--porcelain')).toBe('');
  rmSync(path.join(folder, '.git'), { recursive: true });
  expect(git(repo.clone, 'cat-file', '-s', `${commit}:link`)).toBe('4');
});
