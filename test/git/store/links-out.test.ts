import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leadsOut } from '../../../src/git/store/links-out.ts';
import { setting, write } from '../fixture.ts';

test.each([
  ['lib', '/home/user/other', true],
  ['lib', '../other/lib', true],
  ['src/lib', '../../other', true],
  ['src/lib', '..', false],
  ['src/lib', '../docs', false],
  ['lib', 'a/../../b', true],
  ['lib', '..hidden/x', false],
  ['a/b/c', '../../../..', true],
])('a link at %s to %s leads out of the repository: %s', (file, target, out) => {
  expect(leadsOut(file, target)).toBe(out);
});

test('links of a commit that lead out are named, others and files are not', async () => {
  const { repo, worktree } = await setting();
  const { id, path: folder } = await worktree('one');
  write(folder, { 'src/a.ts': 'a\n' });
  symlinkSync('a.ts', path.join(folder, 'src/same.ts'));
  symlinkSync('../../two/src', path.join(folder, 'src/other'));
  symlinkSync('/etc', path.join(folder, 'etc'));
  const { commit } = await repo.commitAll({ worktree: id, message: 'links' });
  const files = ['src/a.ts', 'src/same.ts', 'src/other', 'etc', 'missing'];
  expect(await repo.linksOut(commit, files)).toEqual(['src/other', 'etc']);
});

test('a link whose way leads through a name and back is refused: the name may be a link itself', () => {
  expect(leadsOut('src/x', '../d1/d2/A/../one/impl.txt')).toBe(true);
  expect(leadsOut('src/x', './a/./../b')).toBe(true);
  expect(leadsOut('src/x', '../../../b')).toBe(true);
  expect(leadsOut('src/deep/x', '../../lib/b')).toBe(false);
});
