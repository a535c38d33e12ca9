import { once } from 'node:events';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { contentsOf, fifo, fingerprint, git, newFolder, type Setting, settingIn, write } from './fixture.ts';

/** Opening a FIFO that nobody writes to waits for ever; all that is done here takes a second. */
const BOUND_MS = 30_000;

const FILES = {
  'a.txt': 'a\n',
  'src/x.ts': 'x\n',
  'src/y.ts': 'y\n',
  '.gitignore': 'build/\n',
  'b.txt': 'b\n',
};

interface Planted {
  /** The worktree. */
  readonly at: string;
  /** A folder that isn't the worktree's, with all that git would read or remove in a `.git`. */
  readonly far: string;
}

interface Case {
  readonly title: string;
  plant(planted: Planted): unknown;
  /** Tracked files in whose place something else lies. */
  readonly gone?: readonly string[];
  /** Links that come to the commit. */
  readonly links?: Record<string, string>;
}

const link = (target: string, ...parts: string[]) => {
  rmSync(path.join(...parts), { recursive: true, force: true });
  symlinkSync(target, path.join(...parts));
};

/** A socket; its path in a worktree would be too long to listen at. */
const socket = async ({ at, far }: Planted, name: string): Promise<void> => {
  const server = createServer();
  const short = path.join(far, '../s');
  server.listen(short);
  await once(server, 'listening');
  rmSync(path.join(at, name), { recursive: true, force: true });
  renameSync(short, path.join(at, name));
  server.close();
};

const cases: Case[] = [
  {
    title: 'FIFOs as .gitignore and .gitattributes',
    plant: ({ at }) => {
      for (const name of ['.gitignore', '.gitattributes']) fifo(at, name);
      for (const name of ['.gitignore', '.gitattributes']) fifo(at, 'src', name);
    },
    gone: ['.gitignore'],
  },
  { title: 'a FIFO as a tracked file', plant: ({ at }) => fifo(at, 'a.txt'), gone: ['a.txt'] },
  { title: 'a FIFO as a tracked folder', plant: ({ at }) => fifo(at, 'src'), gone: ['src/x.ts', 'src/y.ts'] },
  { title: 'a FIFO as .git/HEAD', plant: ({ at }) => fifo(at, '.git/HEAD') },
  {
    title: 'FIFOs as settings, index, refs and alternates',
    plant: ({ at }) => {
      for (const name of ['config', 'index', 'packed-refs', 'refs/heads/one', 'objects/info/alternates'])
        fifo(at, '.git', name);
    },
  },
  { title: 'a FIFO as .git', plant: ({ at }) => fifo(at, '.git') },
  {
    title: 'FIFOs in repositories inside',
    plant: ({ at }) => {
      write(at, { 'src/.git/config': '', 'src/.git/objects/x': '', 'src/.git/refs/x': '' });
      fifo(at, 'src/.git/HEAD');
      fifo(at, 'inner/.git');
    },
  },
  {
    title: 'sockets',
    plant: async (planted) => {
      mkdirSync(path.join(planted.at, '.git'), { recursive: true });
      for (const name of ['a.txt', 'new.sock', '.git/HEAD']) await socket(planted, name);
    },
    gone: ['a.txt'],
  },
  {
    title: 'links as .gitignore and .gitattributes',
    plant: ({ at }) => {
      for (const name of ['.gitignore', '.gitattributes']) link('/dev/zero', at, name);
    },
    gone: ['.gitignore'],
    links: { '.gitignore': '/dev/zero', '.gitattributes': '/dev/zero' },
  },
  {
    title: 'a link in place of a tracked folder',
    plant: ({ at, far }) => link(path.relative(at, far), at, 'src'),
    gone: ['src/x.ts', 'src/y.ts'],
    links: { src: '../../../../far' },
  },
  {
    title: 'a link in place of a tracked file',
    plant: ({ at, far }) => link(path.relative(at, path.join(far, 'x.ts')), at, 'a.txt'),
    gone: ['a.txt'],
    links: { 'a.txt': '../../../../far/x.ts' },
  },
  { title: 'a link as .git', plant: ({ at, far }) => link(far, at, '.git') },
  {
    title: 'links in .git',
    plant: ({ at, far }) => {
      for (const name of ['refs', 'info', 'index', 'HEAD', 'rebase-merge'])
        link(path.join(far, name), at, '.git', name);
    },
  },
  {
    title: 'links to themselves, and to a folder above',
    plant: ({ at }) => {
      link('loop', at, 'loop');
      link('..', at, 'src/up');
    },
    links: { loop: 'loop', 'src/up': '..' },
  },
];

let shared: Setting;
let head: string;
let far: string;

beforeAll(async () => {
  const root = newFolder();
  shared = await settingIn(root, FILES);
  const { id, path: folder } = await shared.worktree('other');
  write(folder, { 'head.txt': 'head\n', 'src/x.ts': 'xx\n', 'a.txt': 'aa\n', 'src/new/z.ts': 'z\n' });
  head = (await shared.repo.commitAll({ worktree: id, message: 'Head' })).commit;
  far = path.join(root, 'far');
  write(far, { 'x.ts': 'secret\n', 'y.ts': 'secret\n', MERGE_HEAD: 'x\n', HEAD: 'ref: refs/heads/main\n' });
  write(far, { config: '[core]\n\tbare = false\n', index: '', 'index.lock': '', 'rebase-merge/done': '' });
  write(far, { 'info/exclude': '*\n', 'objects/info/alternates': '/nowhere\n', 'refs/heads/one': 'x\n' });
});

afterAll(() => rmSync(shared.root, { recursive: true, force: true }));

const named = (n: number, kind: string) => `${kind}-${n}`;
const numbered = cases.map((each, n) => ({ ...each, n }));

test.each(numbered)(
  '$title in an agent’s worktree: nothing hangs, and nothing outside is touched',
  async ({ n, plant, gone = [], links = {} }) => {
    const { repo } = shared;
    const before = fingerprint(far);
    const { id, path: at } = await shared.worktree(named(n, 'one'));
    write(at, { 'b.txt': 'mine\n' });
    await plant({ at, far });
    const work = await repo.commitAll({ worktree: id, message: 'Work' });
    expect(contentsOf(repo, work.commit)).toEqual({
      ...Object.fromEntries(Object.entries(FILES).filter(([name]) => !gone.includes(name))),
      'b.txt': 'mine\n',
      ...Object.fromEntries(Object.entries(links).map(([name, to]) => [name, `-> ${to}`])),
    });
    const brought = await repo.bringUpTo({ worktree: id, head });
    // What the head changed and the agent took away conflicts.
    const touched = gone.some((name) => name === 'a.txt' || name === 'src/x.ts');
    expect(brought.kind).toBe(touched ? 'conflict' : 'clean');
    expect(git(at, 'rev-parse', '--abbrev-ref', 'HEAD')).toBe(id.name);
    expect(lstatSync(path.join(at, 'src/new')).isDirectory()).toBe(true);
    if (!touched) expect(lstatSync(path.join(at, 'src/x.ts')).isFile()).toBe(true);
    await plant({ at, far });
    await repo.removeWorktree(id);
    expect(existsSync(at)).toBe(false);
    expect(fingerprint(far)).toBe(before);
  },
  BOUND_MS,
);

test.each(numbered)(
  '$title in a tree of Baton’s own: seen, put back and swept away without a look at it',
  async ({ n, plant, gone = [], links = {} }) => {
    const { repo, base } = shared;
    const before = fingerprint(far);
    const { id, path: at } = await shared.worktree(named(n, 'own'), base, { own: true });
    await plant({ at, far });
    const { changed, added } = await repo.drift(id);
    expect(changed).toEqual([...gone].sort());
    expect([...added].sort()).toEqual(
      Object.keys(links)
        .filter((name) => !(name in FILES))
        .sort(),
    );
    await repo.restoreFiles(id, changed);
    expect((await repo.drift(id)).changed).toEqual([]);
    await plant({ at, far });
    await repo.checkoutClean(id, base);
    expect(await repo.drift(id)).toEqual({ changed: [], added: [] });
    expect(readdirSync(at).sort()).toEqual(['.git', '.gitignore', 'a.txt', 'b.txt', 'src']);
    expect(git(at, 'status', '--porcelain', '--ignored')).toBe('');
    await plant({ at, far });
    await repo.removeWorktree(id);
    expect(existsSync(at)).toBe(false);
    expect(fingerprint(far)).toBe(before);
  },
  BOUND_MS,
);
