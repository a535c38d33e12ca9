import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { GitContent } from '../../src/domain/git-content.ts';
import { usersContent } from '../../src/git/content/users-content.ts';
import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { hasLfs } from '../support/lfs.ts';
import { commit, contentsOf, git, temporaryFolder, userRepository, write } from './fixture.ts';

/** The settings of a person who has none in the system's or an own file: only the repository's count. */
const withoutSettings = () => {
  for (const [name, value] of [
    ['GIT_CONFIG_GLOBAL', '/dev/null'],
    ['GIT_CONFIG_NOSYSTEM', '1'],
  ] as const) {
    const before = process.env[name];
    process.env[name] = value;
    onTestFinished(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
};

const attributesOf = (origin: string) => [readFileSync(path.join(origin, '.gitattributes'), 'utf8')];

const opened = async (root: string, origin: string, content: GitContent | undefined) => {
  const repo = await openRepository({
    screen: 'none',
    home: homePaths(path.join(root, 'home')),
    origin,
    content,
  });
  const base = await repo.resolveBase('main');
  const id = { feature: 'prefs', name: 'one', epoch: 1 };
  const { path: folder } = await repo.prepareWorktree({ ...id, start: base });
  const own = { ...id, name: 'integration' };
  const { path: proof } = await repo.prepareWorktree({ ...own, start: base, own: true });
  return { repo, base, id, folder, own, proof };
};

/** What an object of Git LFS is committed as. */
const pointerOf = (text: string) =>
  expect.stringMatching(new RegExp(`^version https://git-lfs.*\\nsize ${text.length}\\n$`, 's'));

test.skipIf(!hasLfs)(
  'Git LFS: content in every tree, pointers in every commit, objects at the origin',
  async () => {
    withoutSettings();
    const root = temporaryFolder();
    const origin = userRepository(root);
    git(origin, 'lfs', 'install', '--local');
    commit(origin, {
      '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n',
      'a.bin': 'first\n',
      'b.bin': 'other\n',
    });
    const { content, notices, problem } = await usersContent(origin, attributesOf(origin));
    expect([problem, notices.join()]).toEqual([undefined, expect.stringContaining('git-lfs filter-process')]);
    const { repo, base, id, folder, own, proof } = await opened(root, origin, content);
    expect(contentsOf(repo, base)['a.bin']).toEqual(pointerOf('first\n'));
    expect(readFileSync(path.join(folder, 'a.bin'), 'utf8')).toBe('first\n');

    // What the set-up pulls, or somebody writes again, is no change.
    git(folder, 'lfs', 'pull');
    rmSync(path.join(folder, 'b.bin'));
    writeFileSync(path.join(folder, 'b.bin'), 'other\n');
    expect(await repo.commitAll({ worktree: id, message: 'Nothing' })).toMatchObject({ changed: false });
    expect(git(folder, 'status', '--porcelain')).toBe('');

    write(folder, { 'a.bin': 'second, longer\n', 'new.bin': 'new\n' });
    const work = await repo.commitAll({ worktree: id, message: 'Work' });
    expect(contentsOf(repo, work.commit)).toMatchObject({
      'a.bin': pointerOf('second, longer\n'),
      'b.bin': contentsOf(repo, base)['b.bin'],
      'new.bin': pointerOf('new\n'),
    });

    await repo.checkoutClean(own, work.commit);
    expect(readFileSync(path.join(proof, 'a.bin'), 'utf8')).toBe('second, longer\n');
    expect(await repo.drift(own)).toEqual({ changed: [], added: [] });
    writeFileSync(path.join(proof, 'a.bin'), 'spoilt');
    expect((await repo.drift(own)).changed).toEqual(['a.bin']);
    await repo.restoreFiles(own, ['a.bin']);
    expect(readFileSync(path.join(proof, 'a.bin'), 'utf8')).toBe('second, longer\n');

    await repo.landBranch({ branch: 'feature/prefs', commit: work.commit });
    git(origin, 'checkout', '--quiet', 'feature/prefs');
    expect(readFileSync(path.join(origin, 'a.bin'), 'utf8')).toBe('second, longer\n');
    expect(readFileSync(path.join(origin, 'new.bin'), 'utf8')).toBe('new\n');
  },
);

test.skipIf(!hasLfs)('an object that the origin hasn’t got is told before anything starts', async () => {
  withoutSettings();
  const root = temporaryFolder();
  const origin = userRepository(root);
  git(origin, 'lfs', 'install', '--local');
  commit(origin, { '.gitattributes': '*.bin filter=lfs -text\n', 'a.bin': 'first\n' });
  rmSync(path.join(origin, '.git/lfs/objects'), { recursive: true });
  const { content } = await usersContent(origin, attributesOf(origin));
  await expect(opened(root, origin, content)).rejects.toThrow(/1 objects of Git LFS.*git lfs fetch --all/s);
});

test('a filter of the person’s own is run as git runs it, and sees nothing of the worker’s', async () => {
  withoutSettings();
  process.env.BATON_TEST_SECRET = 'secret';
  onTestFinished(() => {
    delete process.env.BATON_TEST_SECRET;
  });
  const root = temporaryFolder();
  const origin = userRepository(root);
  const seen = path.join(root, 'seen');
  git(origin, 'config', 'filter.case.clean', `env >>${seen}; printf '%s\\n' %f >>${seen}; tr a-z A-Z`);
  git(origin, 'config', 'filter.case.smudge', 'tr A-Z a-z');
  const odd = `it's a $(touch ${root}/ran) "file" %f.up`.replaceAll('/', '_');
  commit(origin, { '.gitattributes': '*.up filter=case\n', [odd]: 'abc\n' });
  rmSync(seen);
  const { content, notices } = await usersContent(origin, attributesOf(origin));
  expect(notices).toEqual([
    expect.stringMatching(/filter=case go through .*tr a-z A-Z.*tr A-Z a-z.*\.git\/config/s),
  ]);
  const { repo, base, id, folder } = await opened(root, origin, content);
  expect(contentsOf(repo, base)[odd]).toBe('ABC\n');
  expect(readFileSync(path.join(folder, odd), 'utf8')).toBe('abc\n');
  writeFileSync(path.join(folder, odd), 'abc\n');
  expect(await repo.commitAll({ worktree: id, message: 'Nothing' })).toMatchObject({ changed: false });
  writeFileSync(path.join(folder, odd), 'edited\n');
  const work = await repo.commitAll({ worktree: id, message: 'Edit' });
  expect(contentsOf(repo, work.commit)[odd]).toBe('EDITED\n');
  const told = readFileSync(seen, 'utf8');
  expect(told).toContain(`\n${odd}\n`);
  expect(told).not.toContain('BATON_TEST_SECRET');
});

test('filters that an agent sets up, or names, are not run', async () => {
  withoutSettings();
  const root = temporaryFolder();
  const origin = userRepository(root);
  git(origin, 'config', 'filter.case.clean', 'tr a-z A-Z');
  commit(origin, { '.gitattributes': '*.up filter=case\n', 'a.up': 'abc\n' });
  const { content } = await usersContent(origin, attributesOf(origin));
  const { repo, id, folder } = await opened(root, origin, content);
  const ran = path.join(root, 'ran');
  for (const at of [folder, origin])
    for (const name of ['case', 'mine']) git(at, 'config', `filter.${name}.clean`, `touch ${ran}; cat`);
  write(folder, { '.gitattributes': '*.up filter=case\n*.x filter=mine\n', 'b.up': 'b\n', 'b.x': 'x\n' });
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  expect(contentsOf(repo, work.commit)).toMatchObject({ 'b.up': 'B\n', 'b.x': 'x\n' });
  expect(existsSync(ran)).toBe(false);
});

test('what is missing for a filter is told at the start, and refused if it is required', async () => {
  withoutSettings();
  const root = temporaryFolder();
  const origin = userRepository(root, {
    '.gitattributes': '*.bin filter=lfs\n*.k filter=keys\n*.m filter=gone\n',
  });
  const named = () => usersContent(origin, attributesOf(origin));
  const without = await named();
  expect(without).toMatchObject({ content: undefined, problem: undefined });
  expect(without.notices.join('\n')).toMatch(
    /"gone", and your git isn't set up for it.*"keys", and.*"lfs", and.*git lfs install/s,
  );
  git(origin, 'config', 'filter.gone.clean', 'no-such-program-anywhere --clean');
  expect((await named()).notices.join('\n')).toContain("`no-such-program-anywhere` isn't installed");
  git(origin, 'config', 'filter.gone.required', 'true');
  expect((await named()).problem).toMatch(
    /filter "gone", which your git is told to require.*isn't installed/,
  );
  git(origin, 'config', '--unset', 'filter.gone.required');
  git(origin, 'config', 'filter.keys.smudge', '"git-crypt" smudge');
  git(origin, 'config', 'filter.keys.required', 'true');
  expect((await named()).problem).toMatch(/"keys".*looks for its key in the repository's own \.git/);
});

test('line ends are converted as core.autocrlf and core.eol of the person’s git say', async () => {
  withoutSettings();
  const root = temporaryFolder();
  const origin = userRepository(root, {
    'lf.txt': 'a\nb\n',
    'crlf.txt': 'a\r\nb\r\n',
    '.gitattributes': 't.* text\n',
    't.x': 'x\n',
  });
  git(origin, 'config', 'core.autocrlf', 'true');
  git(origin, 'config', 'core.eol', 'crlf');
  const { content } = await usersContent(origin, attributesOf(origin));
  expect(content).toEqual({ autocrlf: 'true', eol: 'crlf' });
  const { repo, id, folder } = await opened(root, origin, content);
  expect(readFileSync(path.join(folder, 'lf.txt'), 'utf8')).toBe('a\r\nb\r\n');
  expect(readFileSync(path.join(folder, 't.x'), 'utf8')).toBe('x\r\n');
  for (const file of ['lf.txt', 'crlf.txt', 't.x'])
    writeFileSync(path.join(folder, file), readFileSync(path.join(folder, file)));
  expect(await repo.commitAll({ worktree: id, message: 'Nothing' })).toMatchObject({ changed: false });
  write(folder, { 'new.txt': 'n\r\nm\r\n', 'lf.txt': 'a\r\nc\r\n' });
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  expect(contentsOf(repo, work.commit)).toMatchObject({
    'new.txt': 'n\nm\n',
    'lf.txt': 'a\nc\n',
    'crlf.txt': 'a\r\nb\r\n',
  });
  expect(git(folder, 'config', 'core.autocrlf')).toBe('true');
});
