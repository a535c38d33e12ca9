import { chmod, lstat, mkdir, readdir, readFile, readlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyInstalled, copyingName } from '../../src/installed/copy-installed.ts';
import { pointsInto } from '../../src/installed/points-into.ts';
import { removeTree } from '../../src/installed/remove-tree.ts';
import { emptyTree, fill, link, makePipe, treeOf } from './tree.ts';

const ALREADY = 'something is there already';

describe('a copy of what is installed', () => {
  it('has links as they were, so that workspaces lead into the tree it was copied to', async () => {
    const from = await treeOf(() => ({
      'packages/api/index.js': 'of the first tree',
      'node_modules/api': link('../packages/api'),
      'node_modules/.pnpm/b@1/node_modules/b/index.js': 'b',
      'node_modules/b': link('.pnpm/b@1/node_modules/b'),
      'node_modules/python': link('/usr/bin/python3'),
    }));
    const to = await treeOf(() => ({ 'packages/api/index.js': 'of the second tree' }));
    expect(await copyInstalled({ from, to, paths: ['node_modules/'] })).toEqual({
      copied: ['node_modules/'],
      skipped: [],
    });
    expect(await readFile(path.join(to, 'node_modules/api/index.js'), 'utf8')).toBe('of the second tree');
    expect(await readFile(path.join(to, 'node_modules/b/index.js'), 'utf8')).toBe('b');
    expect(await readlink(path.join(to, 'node_modules/python'))).toBe('/usr/bin/python3');
    expect((await readdir(to)).sort()).toEqual(['node_modules', 'packages']);
    expect(await pointsInto(to, ['node_modules'])).toBeUndefined();
  });

  it('keeps modes and times, of read-only folders, too', async () => {
    const from = await treeOf(() => ({ 'mod/a@v1/a.go': 'a', 'mod/run.sh': 'x', 'mod/l': link('run.sh') }));
    const old = new Date('2020-01-02T03:04:05.678Z');
    await chmod(path.join(from, 'mod/run.sh'), 0o751);
    await chmod(path.join(from, 'mod/a@v1/a.go'), 0o444);
    for (const each of ['mod/run.sh', 'mod/a@v1/a.go', 'mod/a@v1', 'mod'])
      await utimes(path.join(from, each), old, old);
    for (const each of ['mod/a@v1', 'mod']) await chmod(path.join(from, each), 0o555);
    const to = await emptyTree();
    expect((await copyInstalled({ from, to, paths: ['mod'] })).copied).toEqual(['mod']);
    const modes = { mod: 0o555, 'mod/a@v1': 0o555, 'mod/a@v1/a.go': 0o444, 'mod/run.sh': 0o751 };
    for (const [each, mode] of Object.entries(modes)) {
      const stat = await lstat(path.join(to, each));
      expect(stat.mode & 0o7777, each).toBe(mode);
      expect(stat.mtime, each).toEqual(old);
    }
    for (const tree of [from, to]) await removeTree(tree);
  });

  it('leaves out pipes, says so, and does not wait for them', async () => {
    const from = await treeOf(() => ({ 'node_modules/a.js': 'a' }));
    for (const pipe of ['node_modules/pipe', 'pipe']) await makePipe(path.join(from, pipe));
    const to = await emptyTree();
    expect(await copyInstalled({ from, to, paths: ['node_modules', 'pipe'] })).toEqual({
      copied: ['node_modules'],
      skipped: [
        { path: 'node_modules/pipe', reason: 'it is a pipe, a socket or a device' },
        { path: 'pipe', reason: 'it is a pipe, a socket or a device' },
      ],
    });
    expect(await readdir(path.join(to, 'node_modules'))).toEqual(['a.js']);
  });

  it('may be of a single file, in a folder that is not there yet', async () => {
    const from = await treeOf(() => ({ 'a/b/generated.ts': 'x' }));
    const to = await emptyTree();
    await copyInstalled({ from, to, paths: ['a/b/generated.ts'] });
    expect(await readFile(path.join(to, 'a/b/generated.ts'), 'utf8')).toBe('x');
  });

  it('replaces nothing, and is not written through a link', async () => {
    const from = await treeOf(() => ({ 'a/x': 'new', 'b/c/x': 'new', 'd/x': 'new' }));
    const elsewhere = await emptyTree();
    const to = await treeOf(() => ({ a: link(elsewhere), b: link(elsewhere), 'd/x': 'old' }));
    expect(await copyInstalled({ from, to, paths: ['a', 'b/c', 'd', 'gone', '../x'] })).toEqual({
      copied: [],
      skipped: [
        { path: 'a', reason: ALREADY },
        { path: 'b/c', reason: 'b is not a real folder' },
        { path: 'd', reason: ALREADY },
        { path: 'gone', reason: 'it is not there' },
        { path: '../x', reason: 'it can\'t be copied ("../x" is not a path inside the tree)' },
      ],
    });
    expect(await readdir(elsewhere)).toEqual([]);
    expect(await readFile(path.join(to, 'd/x'), 'utf8')).toBe('old');
  });

  it('is made again from nothing if a worker was killed while it copied', async () => {
    const from = await treeOf(() => ({ 'lib/mod/a': 'a' }));
    const half = copyingName('lib/mod');
    const to = await treeOf(() => ({ [`${half}/a`]: 'h', [`${half}/half`]: 'h' }));
    await chmod(path.join(to, half), 0o555);
    expect((await copyInstalled({ from, to, paths: ['lib/mod'] })).copied).toEqual(['lib/mod']);
    expect(await readdir(path.join(to, 'lib'))).toEqual(['mod']);
    expect(await readdir(path.join(to, 'lib/mod'))).toEqual(['a']);
  });

  it('does not follow a link that has its temporary name', async () => {
    const elsewhere = await treeOf(() => ({ kept: '' }));
    const from = await treeOf(() => ({ 'mod/a': 'a' }));
    const to = await treeOf(() => ({ [copyingName('mod')]: link(elsewhere) }));
    expect((await copyInstalled({ from, to, paths: ['mod'] })).copied).toEqual(['mod']);
    expect(await readdir(elsewhere)).toEqual(['kept']);
  });

  it('is not left half if something can’t be copied', async () => {
    const from = await treeOf(() => ({ 'mod/a': 'a', 'mod/sub/b': 'b' }));
    const to = await emptyTree();
    // A name that isn't UTF-8 can't be given to Node as text.
    await mkdir(Buffer.concat([Buffer.from(`${from}/mod/`), Buffer.from([0xff])]));
    const { copied, skipped } = await copyInstalled({ from, to, paths: ['mod'] });
    expect(copied).toEqual([]);
    expect(skipped[0]?.reason).toContain('may not be listed');
    expect(await readdir(to)).toEqual([]);
  });

  it('shares no file with the tree that it comes from', async () => {
    const from = await treeOf(() => ({ 'mod/a': 'a' }));
    const to = await emptyTree();
    await copyInstalled({ from, to, paths: ['mod'] });
    await fill(to, { 'mod/a': 'changed' });
    expect(await readFile(path.join(from, 'mod/a'), 'utf8')).toBe('a');
  });
});
