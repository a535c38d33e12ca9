import {
  chmod,
  link as hardLink,
  lstat,
  mkdir,
  readdir,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { copyInstalled } from '../../src/installed/copy-installed.ts';
import { type Manifest, manifestChanges, manifestOf, removeAdded } from '../../src/installed/manifest.ts';
import { emptyTree, fill, link, makePipe, treeOf } from './tree.ts';

const NOTHING = { added: [], changed: [], removed: [] };

/** A tree with something installed, and its manifest as it comes back from a file. */
async function installed(paths: readonly string[] = ['mod']) {
  const root = await treeOf(() => ({ 'mod/a.js': 'aaaa', 'mod/sub/b.js': 'bbbb', 'mod/l': link('a.js') }));
  const at = (relative: string) => path.join(root, relative);
  const manifest = async () => JSON.parse(JSON.stringify(await manifestOf(root, paths))) as Manifest;
  return { root, at, manifest };
}

/** Writes as many bytes into a file and sets its times back. */
async function rewrite(file: string, content: string): Promise<void> {
  const { atime, mtime, size } = await lstat(file);
  expect(content).toHaveLength(size);
  await writeFile(file, content);
  await utimes(file, atime, mtime);
}

describe('a manifest', () => {
  it('finds nothing changed in what was only read', async () => {
    const { root, manifest } = await installed();
    expect(await manifestChanges(root, await manifest())).toEqual(NOTHING);
  });

  it('finds what was added, changed and removed, a folder once for all that is in it', async () => {
    const { root, at, manifest } = await installed();
    const before = await manifest();
    await fill(root, { 'mod/new/x/y.js': '', 'mod/new/z.js': '', 'mod/a.js': 'changed', 'src/c.js': '' });
    await rm(at('mod/sub'), { recursive: true });
    await rm(at('mod/l'));
    await fill(root, { 'mod/l': link('sub') });
    expect(await manifestChanges(root, before)).toEqual({
      added: ['mod/new'],
      changed: ['mod/a.js', 'mod/l'],
      removed: ['mod/sub'],
    });
  });

  it('is not deceived by a file of the same size whose times are set back', async () => {
    const { root, at, manifest } = await installed();
    const before = await manifest();
    await rewrite(at('mod/a.js'), 'evil');
    expect((await manifestChanges(root, before)).changed).toEqual(['mod/a.js']);
  });

  it('is not deceived by a write in the moment after it was made', async () => {
    const { root, at, manifest } = await installed();
    for (let round = 0; round < 20; round += 1) {
      await writeFile(at('mod/a.js'), 'aaaa');
      const before = await manifest();
      await rewrite(at('mod/a.js'), 'evil');
      expect((await manifestChanges(root, before)).changed).toEqual(['mod/a.js']);
    }
  });

  it('is not deceived by a file that was put in the place of another', async () => {
    const { root, at, manifest } = await installed();
    const before = await manifest();
    await fill(root, { 'mod/other': 'evil' });
    const { atime, mtime } = await lstat(at('mod/a.js'));
    await utimes(at('mod/other'), atime, mtime);
    await rename(at('mod/other'), at('mod/a.js'));
    expect(await manifestChanges(root, before)).toEqual({ ...NOTHING, changed: ['mod/a.js'] });
  });

  it('counts a file’s mode, and of a folder only that it is there', async () => {
    const { root, at, manifest } = await installed();
    const before = await manifest();
    await chmod(at('mod/a.js'), 0o755);
    await fill(root, { 'mod/sub/cache': '' });
    await rm(at('mod/sub/cache'));
    expect(await manifestChanges(root, before)).toEqual({ ...NOTHING, changed: ['mod/a.js'] });
  });

  it('is of nothing that a link leads to', async () => {
    const { root, at, manifest } = await installed();
    const before = await manifest();
    await rename(at('mod'), at('mod-2'));
    await fill(root, { mod: link('mod-2') });
    expect(await manifestChanges(root, before)).toEqual({
      added: [],
      changed: ['mod'],
      removed: ['mod/a.js', 'mod/l', 'mod/sub'],
    });
  });

  it('of a path that was not there finds all of it added', async () => {
    const { root, manifest } = await installed(['mod', '.venv']);
    const before = await manifest();
    await fill(root, { '.venv/x': '' });
    expect(await manifestChanges(root, before)).toEqual({ ...NOTHING, added: ['.venv'] });
  });
});

describe('files with several links', () => {
  it('are unchanged if another tree links or removes them', async () => {
    const { root, at, manifest } = await installed();
    await hardLink(at('mod/a.js'), at('store'));
    const before = await manifest();
    await hardLink(at('mod/a.js'), at('another'));
    expect(await manifestChanges(root, before)).toEqual(NOTHING);
    await rm(at('another'));
    await rm(at('store'));
    expect(await manifestChanges(root, before)).toEqual(NOTHING);
  });

  it('are changed if their content is, through whichever link', async () => {
    const { root, at, manifest } = await installed();
    await hardLink(at('mod/a.js'), at('store'));
    const before = await manifest();
    await rewrite(at('store'), 'evil');
    await hardLink(at('mod/a.js'), at('another'));
    expect((await manifestChanges(root, before)).changed).toEqual(['mod/a.js']);
  });

  it('that had one link at first are changed: a link can be added to hide a write', async () => {
    const { root, at, manifest } = await installed();
    const before = await manifest();
    await rewrite(at('mod/a.js'), 'evil');
    await hardLink(at('mod/a.js'), at('another'));
    expect((await manifestChanges(root, before)).changed).toEqual(['mod/a.js']);
  });
});

describe('what was added', () => {
  it('is removed, read-only folders and pipes too, and what links lead to stays', async () => {
    const { root, at, manifest } = await installed();
    const elsewhere = await treeOf(() => ({ kept: '' }));
    const before = await manifest();
    await fill(root, { 'mod/new/deep/x': '', 'mod/out': link(elsewhere), 'mod/new/out': link(elsewhere) });
    await makePipe(at('mod/pipe'));
    for (const folder of ['mod/new/deep', 'mod/new', 'mod']) await chmod(at(folder), 0o555);
    const { added } = await manifestChanges(root, before);
    expect(added).toEqual(['mod/new', 'mod/out', 'mod/pipe']);
    await removeAdded(root, added);
    expect(await manifestChanges(root, before)).toEqual(NOTHING);
    expect((await lstat(at('mod'))).mode & 0o777).toBe(0o555);
    expect(await readdir(elsewhere)).toEqual(['kept']);
    await chmod(at('mod'), 0o755);
  });

  it('is removed if it looks like a repository', async () => {
    const { root, manifest } = await installed();
    const before = await manifest();
    await fill(root, { 'mod/sub/.git/config': '' });
    const { added } = await manifestChanges(root, before);
    expect(added).toEqual(['mod/sub/.git']);
    await removeAdded(root, added);
    expect(await manifestChanges(root, before)).toEqual(NOTHING);
    await expect(removeAdded(root, ['.git/config'])).rejects.toThrow('is not a path inside the tree');
  });

  it('is seen and removed if its name is not UTF-8', async () => {
    const { root, at, manifest } = await installed();
    const before = await manifest();
    const named = (name: string) =>
      Buffer.concat([Buffer.from(`${at('mod')}/`), Buffer.from([0xff]), Buffer.from(name)]);
    await writeFile(named('.pth'), 'import evil');
    await mkdir(named('folder'));
    const { added } = await manifestChanges(root, before);
    expect(added).toEqual(['mod/\ufffd.pth', 'mod/\ufffdfolder']);
    await removeAdded(root, added);
    expect(await manifestChanges(root, before)).toEqual(NOTHING);
  });

  it('is not removed through a link', async () => {
    const elsewhere = await treeOf(() => ({ kept: '' }));
    const root = await treeOf(() => ({ mod: link(elsewhere) }));
    await expect(removeAdded(root, ['mod/kept'])).rejects.toThrow('mod is not a real folder');
    await expect(removeAdded(root, ['../kept'])).rejects.toThrow('is not a path inside the tree');
    expect(await readdir(elsewhere)).toEqual(['kept']);
  });
});

it('a folder whose name is not UTF-8 counts as changed, since nobody sees what is in it', async () => {
  const { root, at, manifest } = await installed();
  await mkdir(Buffer.concat([Buffer.from(`${at('mod')}/`), Buffer.from([0xff])]));
  expect((await manifestChanges(root, await manifest())).changed).toEqual(['mod/\ufffd']);
});

it('a copy has the manifest of its own files, so it is unchanged in its own tree', async () => {
  const { root } = await installed();
  const to = await emptyTree();
  await copyInstalled({ from: root, to, paths: ['mod'] });
  expect(await manifestChanges(to, await manifestOf(to, ['mod']))).toEqual(NOTHING);
});
