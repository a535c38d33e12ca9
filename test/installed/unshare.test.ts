import { chmod, link as hardLink, lstat, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { unshare } from '../../src/installed/unshare.ts';
import { emptyTree, fill, link, treeOf } from './tree.ts';

it('a file that is linked from a store becomes one of its own, with the same content, mode and times', async () => {
  const store = await treeOf(() => ({ 'tool.sh': 'tool\n' }));
  await chmod(path.join(store, 'tool.sh'), 0o755);
  await utimes(path.join(store, 'tool.sh'), 1_000_000, 1_000_000);
  const tree = await emptyTree();
  await fill(tree, { 'deps/own.txt': 'own\n', 'deps/to-own': link('own.txt') });
  const file = path.join(tree, 'deps/tool.sh');
  await hardLink(path.join(store, 'tool.sh'), file);
  const own = await lstat(path.join(tree, 'deps/own.txt'));
  await unshare(tree, ['deps', 'missing']);
  const { nlink, mode, mtimeMs } = await lstat(file);
  expect({ nlink, mode: mode & 0o777, mtimeMs }).toEqual({ nlink: 1, mode: 0o755, mtimeMs: 1_000_000_000 });
  expect((await lstat(path.join(tree, 'deps/own.txt'))).ino).toBe(own.ino);
  expect(await readdir(path.join(tree, 'deps'))).toEqual(['own.txt', 'to-own', 'tool.sh']);
  await writeFile(file, 'changed\n');
  expect(await readFile(path.join(store, 'tool.sh'), 'utf8')).toBe('tool\n');
});

it('two links within a tree, also in a folder that may not be written, become two files', async () => {
  const tree = await treeOf(() => ({ 'deps/a/one': 'one\n' }));
  await fill(tree, { 'deps/b/other': '' });
  await hardLink(path.join(tree, 'deps/a/one'), path.join(tree, 'deps/b/one'));
  await chmod(path.join(tree, 'deps/b'), 0o555);
  await unshare(tree, ['deps']);
  const [a, b] = await Promise.all(['a', 'b'].map((name) => lstat(path.join(tree, 'deps', name, 'one'))));
  expect(a?.ino).not.toBe(b?.ino);
  expect((await lstat(path.join(tree, 'deps/b'))).mode & 0o777).toBe(0o555);
  expect(await readdir(path.join(tree, 'deps/b'))).toEqual(['one', 'other']);
});
