import { rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, git, setting, write } from '../fixture.ts';

const FILES = {
  'a.txt': 'a\n',
  'docs/guide.md': 'guide\n',
  'generated/api.ts': 'v1\n',
  'report.xml': 'of the base\n',
  'packages/x/coverage/old.json': '{}\n',
};
const EXCLUDED = [
  'report.xml',
  'out/',
  '**/coverage/',
  'logs',
  '*.tmp',
  'generated/**',
  'odd [1]/',
  '.secret',
];

test('what is excluded is in no commit: new files are left out, tracked ones stay as the base has them', async () => {
  const { repo, base, worktree } = await setting(FILES);
  const { id, path: folder } = await worktree('one', base, { excluded: EXCLUDED });
  write(folder, {
    'a.txt': 'changed\n',
    'report.xml': 'of the agent\n',
    'out/report.xml': 'new\n',
    'out/deep/er': 'new\n',
    'packages/x/coverage/new.json': '{}\n',
    'packages/y/coverage/new.json': '{}\n',
    'packages/y/src.ts': 'src\n',
    logs: 'a file of that name\n',
    'x.tmp': '',
    'generated/more.ts': '',
    'odd [1]/x': '',
    '.secret': '',
    'not-out/x': 'x\n',
  });
  rmSync(path.join(folder, 'generated/api.ts'));
  rmSync(path.join(folder, 'packages/x/coverage/old.json'));
  rmSync(path.join(folder, 'docs'), { recursive: true });
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  const { 'docs/guide.md': _, ...stay } = FILES;
  expect(contentsOf(repo, work.commit)).toEqual({
    ...stay,
    'a.txt': 'changed\n',
    'packages/y/src.ts': 'src\n',
    'not-out/x': 'x\n',
  });
  expect((await repo.changedFiles({ worktree: id, from: base })).map((file) => file.path).sort()).toEqual([
    'a.txt',
    'docs/guide.md',
    'not-out/x',
    'packages/y/src.ts',
  ]);
  expect((await repo.commitAll({ worktree: id, message: 'Again' })).changed).toBe(false);
});

test('what is excluded and new doesn’t show in the agent’s own git status', async () => {
  const { base, worktree } = await setting(FILES);
  const { path: folder } = await worktree('one', base, { excluded: EXCLUDED });
  write(folder, {
    'out/x': '',
    'packages/y/coverage/x': '',
    logs: '',
    'x.tmp': '',
    'odd [1]/x': '',
    '.secret': '',
  });
  expect(git(folder, 'status', '--porcelain')).toBe('');
  write(folder, { 'new.txt': '' });
  expect(git(folder, 'status', '--porcelain')).toBe('?? new.txt');
});

test('what is newly excluded is so from the next commit on, without making the worktree anew', async () => {
  const { repo, base, worktree } = await setting(FILES);
  const { id, path: folder } = await worktree('one');
  write(folder, { 'junit.xml': '<x/>\n', 'a.txt': 'changed\n' });
  const again = await repo.prepareWorktree({ ...id, start: base, excluded: ['junit.xml'] });
  expect(again.createdAt).toBeUndefined();
  const work = await repo.commitAll({ worktree: id, message: 'Work' });
  expect(contentsOf(repo, work.commit)).toEqual({ ...FILES, 'a.txt': 'changed\n' });
});

test('a tree of Baton’s own sees neither what is excluded nor what the set-up made as drift', async () => {
  const { repo, base, worktree } = await setting({ ...FILES, '.gitignore': 'build/\n' });
  const { id, path: folder } = await worktree('integration', base, { own: true, excluded: ['out/'] });
  write(folder, {
    'out/report.xml': 'x\n',
    'node_modules/x/index.js': 'x\n',
    'build/x': 'x\n',
    'a.txt': 'changed\n',
    'generated/api.ts': 'v2\n',
    'left.txt': 'x\n',
  });
  rmSync(path.join(folder, 'docs'), { recursive: true });
  expect(await repo.drift(id, ['node_modules'])).toEqual({
    changed: ['a.txt', 'docs/guide.md', 'generated/api.ts'],
    added: ['left.txt'],
  });
  await repo.restoreFiles(id, ['a.txt', 'docs/guide.md', 'generated/api.ts']);
  expect(await repo.drift(id, ['node_modules'])).toEqual({ changed: [], added: ['left.txt'] });
  await repo.checkoutClean(id, base, ['node_modules/x']);
  expect(await repo.drift(id)).toEqual({ changed: [], added: ['node_modules/x/index.js'] });
  await repo.checkoutClean(id, base);
  expect(await repo.drift(id)).toEqual({ changed: [], added: [] });
});
