import { chmod, mkdir, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { CHUNK } from '../../src/files/regular-file.ts';
import { installedProblem, pointsInto } from '../../src/installed/points-into.ts';
import { type Content, emptyTree, fill, link, makePipe, treeOf } from './tree.ts';

const NAMES = 'names the folder that it was installed in';
const OUT = 'is a link that leads out of the folder that it was installed in';
const INTO = 'is an absolute link into the folder that it was installed in';
type Filled = (root: string) => Readonly<Record<string, Content>>;

describe('what can be copied', () => {
  it.each<[string, Filled]>([
    [
      'npm’s workspaces',
      () => ({
        'packages/api/package.json': '{}',
        'node_modules/api': link('../packages/api'),
        'node_modules/.bin/tsc': link('../typescript/bin/tsc'),
        'node_modules/typescript/bin/tsc': '#!/usr/bin/env node\n',
      }),
    ],
    [
      'pnpm’s folder of links',
      () => ({
        'node_modules/.pnpm/a@1.0.0/node_modules/a/index.js': '',
        'node_modules/.pnpm/a@1.0.0/node_modules/b': link('../../b@2.0.0/node_modules/b'),
        'node_modules/.pnpm/b@2.0.0/node_modules/b/index.js': '',
        'node_modules/a': link('.pnpm/a@1.0.0/node_modules/a'),
      }),
    ],
    ['a link to a program of the system', () => ({ 'node_modules/.bin/python': link('/usr/bin/python3') })],
    ['a link that leads nowhere', () => ({ 'node_modules/a': link('./gone/b') })],
    [
      'the path of another folder that begins the same way',
      (root) => ({ 'node_modules/a': `${root}-2/x ${root}.json ${root}é ${root}bc/d` }),
    ],
    ['what was not installed', () => ({ 'src/a.js': '' })],
    ['files outside the paths', (root) => ({ 'src/a.js': root })],
  ])('is %s', async (_, content) => {
    expect(await pointsInto(await treeOf(content), ['node_modules'])).toBeUndefined();
  });
});

describe('what can’t be copied', () => {
  it.each<[string, string, Filled]>([
    [
      'a virtual environment’s pyvenv.cfg',
      `.venv/pyvenv.cfg ${NAMES}`,
      (root) => ({ '.venv/pyvenv.cfg': `command = /usr/bin/python3 -m venv ${root}/.venv\n` }),
    ],
    [
      'a script with the interpreter’s path',
      `.venv/bin/pip ${NAMES}`,
      (root) => ({ '.venv/bin/pip': `#!${root}/.venv/bin/python3\n` }),
    ],
    [
      'a .pth file of an editable install',
      `.venv/lib/x.pth ${NAMES}`,
      (root) => ({ '.venv/lib/x.pth': root }),
    ],
    [
      'direct_url.json',
      `.venv/x.dist-info/direct_url.json ${NAMES}`,
      (root) => ({ '.venv/x.dist-info/direct_url.json': JSON.stringify({ url: `file://${root}` }) }),
    ],
    ['an absolute link', `.venv/x ${INTO}`, (root) => ({ '.venv/x': link(`${root}/src`) })],
    [
      'an absolute link that leads nowhere',
      `.venv/x ${INTO}`,
      (root) => ({ '.venv/x': link(`${root}/gone`) }),
    ],
    ['an absolute link to the tree itself', `.venv/x ${INTO}`, (root) => ({ '.venv/x': link(root) })],
    ['a link out of the tree', `.venv/x ${OUT}`, () => ({ '.venv/x': link('../../store/x') })],
    [
      'a link that leaves the tree through another one',
      `.venv/x ${OUT}`,
      () => ({ '.venv/.up': link('/usr/bin'), '.venv/x': link('.up/../lib') }),
    ],
    [
      'a binary that has the path between other strings',
      `.venv/x.so ${NAMES}`,
      (root) => ({ '.venv/x.so': Buffer.concat([Buffer.from([0, 255, 65]), Buffer.from(`${root}\0x`)]) }),
    ],
  ])('is %s', async (_, reason, content) => {
    expect(await pointsInto(await treeOf(content), ['.venv'])).toBe(reason);
  });

  it('is a file with the path across the border of two chunks, wherever it is cut', async () => {
    const root = await emptyTree();
    for (let cut = 0; cut <= root.length + 1; cut += 1) {
      const before = Buffer.alloc(CHUNK - cut, 'x');
      await fill(root, { 'lib/a.so': Buffer.concat([before, Buffer.from(`${root}/b`), before]) });
      expect(await pointsInto(root, ['lib']), `${cut} bytes before the border`).toBe(`lib/a.so ${NAMES}`);
      await fill(root, { 'lib/a.so': Buffer.concat([before, Buffer.from(`${root}bc`), before]) });
      expect(await pointsInto(root, ['lib']), `${cut} bytes of another folder`).toBeUndefined();
    }
  });

  it('is what names the tree by a path with links in it, or by the one without', async () => {
    const folder = await emptyTree();
    const real = path.join(folder, 'real tree é');
    await mkdir(real);
    await symlink(real, path.join(folder, 'alias'));
    const alias = path.join(folder, 'alias');
    for (const named of [alias, real, encodeURI(real), real.replace('é', '\\u00e9')]) {
      await fill(real, { 'lib/a.json': `{"a":"${named}"}` });
      expect(await pointsInto(alias, ['lib']), named).toBe(`lib/a.json ${NAMES}`);
    }
    await fill(real, { 'lib/a.json': '{}', 'lib/x': link(`${folder}/real tree é/src`) });
    expect(await pointsInto(alias, ['lib'])).toBe(`lib/x ${INTO}`);
  });

  it('is what stands behind a link', async () => {
    const root = await treeOf(() => ({ 'real/node_modules/a.js': '', packages: link('real') }));
    expect(await pointsInto(root, ['packages/node_modules'])).toBe('packages is not a real folder');
  });

  it('is nothing outside the tree', async () => {
    await expect(pointsInto(await emptyTree(), ['../x'])).rejects.toThrow(
      '"../x" is not a path inside the tree',
    );
  });
});

it('a pipe is not opened', async () => {
  const root = await treeOf(() => ({ 'node_modules/a.js': '' }));
  await makePipe(path.join(root, 'node_modules/pipe'));
  expect(await pointsInto(root, ['node_modules'])).toBeUndefined();
});

it('a real virtual environment is found out, before and after it is moved', async () => {
  const root = await emptyTree();
  await execa('python3', ['-m', 'venv', '--without-pip', path.join(root, '.venv')]);
  expect(await pointsInto(root, ['.venv'])).toContain(NAMES);
  const moved = await emptyTree();
  await rename(path.join(root, '.venv'), path.join(moved, '.venv'));
  expect(await pointsInto(moved, ['.venv'])).toBeUndefined();
});

describe('the doctor', () => {
  it('says why a checkout’s installed paths can’t be copied', async () => {
    const root = await treeOf((at) => ({ '.venv/bin/pip': `#!${at}/.venv/bin/python3\n` }));
    expect(await installedProblem(root, ['.venv', 'node_modules'])).toBe(
      `.venv/bin/pip ${NAMES}: it can't be copied, so the set-up runs in every worktree`,
    );
    await chmod(path.join(root, '.venv/bin/pip'), 0o755);
    expect(await installedProblem(root, ['node_modules'])).toBeUndefined();
    expect(await installedProblem(path.join(root, 'gone'), ['node_modules'])).toBe(
      "node_modules can't be looked through (ENOENT), so the set-up runs in every worktree",
    );
  });
});
