import { readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { contentsOf, git, temporaryFolder, userRepository, write } from './fixture.ts';

const CRLF = 'one\r\ntwo\r\nthree\r\n';
const LF = 'one\ntwo\nthree\n';
const MIXED = 'one\r\ntwo\nthree\n';

/** A repository whose files were there before the rules for them. */
const prepared = async () => {
  const root = temporaryFolder();
  const origin = userRepository(root, {
    'old.txt': CRLF,
    'other.txt': CRLF,
    'mixed.txt': MIXED,
    'run.bat': LF,
    'old.bat': CRLF,
    'mixed.bat': MIXED,
    'id.c': '$Id: by hand $\n',
    'auto.md': CRLF,
    'raw.bin': CRLF,
  });
  write(origin, {
    '.gitattributes':
      '*.txt text\n*.bat text eol=crlf\n*.c ident\n*.md text=auto\n*.bin -text\n*.u16 working-tree-encoding=UTF-16\n',
  });
  git(origin, 'add', '.gitattributes');
  git(origin, 'commit', '--quiet', '-m', 'rules');
  const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
  const base = await repo.resolveBase('main');
  const id = { feature: 'prefs', name: 'one', epoch: 1 };
  const { path: folder } = await repo.prepareWorktree({ ...id, start: base });
  return { repo, origin, base, id, folder, of: (at: string) => contentsOf(repo, at) };
};

const touch = (folder: string, names: readonly string[]) => {
  for (const name of names) utimesSync(path.join(folder, name), new Date(), new Date());
};

test('files that nobody touched are in no change, whatever the rules would make of them', async () => {
  const { repo, base, id, folder, of } = await prepared();
  const before = of(base);
  expect(before).toMatchObject({ 'old.txt': CRLF, 'old.bat': CRLF, 'mixed.bat': MIXED });
  expect(readFileSync(path.join(folder, 'run.bat'), 'utf8')).toBe(CRLF);
  expect(await repo.commitAll({ worktree: id, message: 'Nothing' })).toMatchObject({ changed: false });
  write(folder, { 'new.js': 'x\n' });
  const first = await repo.commitAll({ worktree: id, message: 'Else' });
  expect(of(first.commit)).toEqual({ ...before, 'new.js': 'x\n' });
  touch(folder, ['old.txt', 'other.txt', 'mixed.txt', 'run.bat', 'old.bat', 'auto.md', 'raw.bin']);
  expect(await repo.commitAll({ worktree: id, message: 'Touched' })).toMatchObject({ changed: false });
  const own = { ...id, name: 'integration' };
  await repo.prepareWorktree({ ...own, start: base, own: true });
  await repo.checkoutClean(own, base);
  expect(await repo.drift(own)).toEqual({ changed: [], added: [] });
  await repo.checkoutClean(own, base);
  expect(await repo.drift(own)).toEqual({ changed: [], added: [] });
});

test('files that nobody touched stay as they are when an agent changes the rules', async () => {
  const { repo, base, id, folder, of } = await prepared();
  write(folder, { '.gitattributes': '* text\n*.bat -text\n' });
  const work = await repo.commitAll({ worktree: id, message: 'Other rules' });
  expect(of(work.commit)).toEqual({ ...of(base), '.gitattributes': '* text\n*.bat -text\n' });
});

test('a real edit is converted as git does on add', async () => {
  const { repo, base, id, folder, of } = await prepared();
  const edited = { 'old.txt': CRLF, 'mixed.txt': MIXED, 'run.bat': CRLF, 'old.bat': CRLF, 'new.bat': CRLF };
  const more = { ...edited, 'auto.md': CRLF, 'new.md': CRLF, 'raw.bin': CRLF, 'id.c': '$Id: 123 $\n' };
  const files = Object.fromEntries(Object.entries(more).map(([name, text]) => [name, `${text}four\r\n`]));
  write(folder, files);
  const work = await repo.commitAll({ worktree: id, message: 'Edits' });
  git(folder, 'add', ...Object.keys(files));
  const asGit = git(folder, 'write-tree');
  expect(of(work.commit)).toEqual({ ...contentsOf({ ...repo, clone: folder }, asGit) });
  expect(of(work.commit)).toMatchObject({
    'old.txt': `${LF}four\n`,
    'run.bat': `${LF}four\n`,
    'other.txt': of(base)['other.txt'],
    'auto.md': `${CRLF}four\r\n`,
    'new.md': `${LF}four\n`,
    'raw.bin': `${CRLF}four\r\n`,
  });
});

test('a tree is brought up over such files, untouched ones as well as edited ones', async () => {
  const { repo, origin, id, folder, of } = await prepared();
  write(folder, { 'old.txt': CRLF.replace('one', 'ONE'), 'run.bat': CRLF.replace('one', 'ONE') });
  const mine = await repo.commitAll({ worktree: id, message: 'Mine' });
  expect(of(mine.commit)['old.txt']).toBe(LF.replace('one', 'ONE'));
  write(origin, {
    'old.bat': CRLF.replace('three', 'THREE'),
    'run.bat': LF.replace('three', 'THREE'),
    'c.js': '',
  });
  git(origin, 'add', 'old.bat', 'run.bat', 'c.js');
  git(origin, 'commit', '--quiet', '-m', 'head');
  const head = await repo.resolveBase('main');
  const brought = await repo.bringUpTo({ worktree: id, head });
  if (brought.kind !== 'clean') throw new Error(brought.output);
  expect(of(brought.commit)).toMatchObject({
    'other.txt': of(head)['other.txt'],
    'old.txt': LF.replace('one', 'ONE'),
    'run.bat': 'ONE\ntwo\nTHREE\n',
    'old.bat': of(head)['old.bat'],
  });
  expect(readFileSync(path.join(folder, 'run.bat'), 'utf8')).toBe('ONE\r\ntwo\r\nTHREE\r\n');
  expect(readFileSync(path.join(folder, 'other.txt'), 'utf8')).toBe(CRLF);
  expect(await repo.commitAll({ worktree: id, message: 'Nothing' })).toMatchObject({ changed: false });
  expect(git(folder, 'diff', '--name-only', 'HEAD', '--', 'run.bat', 'c.js', 'raw.bin')).toBe('');
});

test('a file that can’t be converted as its rules say is named, and left as the base has it', async () => {
  const { repo, base, id, folder, of } = await prepared();
  write(folder, { 'bad one.u16': 'not UTF-16', 'sub/bad.u16': 'neither', 'b.js': 'b\n' });
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  expect(of(work.commit)).toEqual({ ...of(base), 'b.js': 'b\n' });
  expect([...work.unusable].sort()).toEqual(['bad one.u16', 'sub/bad.u16']);
});
