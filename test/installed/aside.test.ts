import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { aside } from '../../src/installed/aside.ts';
import { fill, treeOf } from './tree.ts';

it('the thread does what it is asked, several at once', async () => {
  const trees = await Promise.all(
    [1, 2, 3].map((n) => treeOf(() => ({ 'mod/a.js': `${n}`, 'mod/sub/b.js': 'b' }))),
  );
  const manifests = await Promise.all(trees.map((root) => aside('manifestOf', root, ['mod'])));
  await fill(trees[1] ?? '', { 'mod/c.js': '' });
  const changes = await Promise.all(
    manifests.map((manifest, at) => aside('manifestChanges', trees[at] ?? '', manifest)),
  );
  expect(changes.map(({ added }) => added)).toEqual([[], ['mod/c.js'], []]);
});

it('an error keeps its words and its code', async () => {
  await expect(aside('manifestOf', '/', ['../etc'])).rejects.toThrow(/not a path inside the tree/);
  await expect(aside('pointsInto', '/nowhere/at/all', [])).rejects.toMatchObject({ code: 'ENOENT' });
});

it('a process ends once its work is done, and not before', async () => {
  const root = await treeOf(() => ({ 'mod/a.js': 'a' }));
  const file = pathToFileURL(path.resolve('src/installed/aside.ts')).href;
  const program = `const { aside } = await import(${JSON.stringify(file)});
    const { paths } = await aside('manifestOf', ${JSON.stringify(root)}, ['mod']);
    console.log(JSON.stringify(paths));`;
  const { stdout } = await execa('node', ['--import', 'tsx', '--input-type=module', '-e', program]);
  expect(stdout).toBe('["mod"]');
});
