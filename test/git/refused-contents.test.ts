import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { contentsOf, git, setting, write } from './fixture.ts';

const UTF16 = Buffer.from('\ufeffa\n', 'utf16le');

/** What an agent may leave that git stops at. */
const CASES: readonly {
  what: string;
  leave: (at: string) => void;
  refused: readonly string[];
  kept: string[];
}[] = [
  {
    what: 'an encoding that a file isn’t in',
    leave: (at) => write(at, { '.gitattributes': '*.txt working-tree-encoding=UTF-16\n', 'x.txt': 'x\n' }),
    refused: ['x.txt'],
    kept: ['.gitattributes', 'a.txt', 'b.md'],
  },
  {
    what: 'a byte order mark that its encoding forbids',
    leave: (at) => {
      write(at, { '.gitattributes': '*.txt working-tree-encoding=UTF-16LE\n' });
      writeFileSync(path.join(at, 'x.txt'), UTF16);
    },
    refused: ['x.txt'],
    kept: ['.gitattributes', 'a.txt', 'b.md'],
  },
  {
    what: 'an encoding that nobody knows',
    leave: (at) => write(at, { '.gitattributes': '*.txt working-tree-encoding=NONE\n', 'x.txt': 'x\n' }),
    refused: ['x.txt'],
    kept: ['.gitattributes', 'a.txt', 'b.md'],
  },
  {
    what: 'an encoding without a name, of which git says no file',
    leave: (at) =>
      write(at, {
        '.gitattributes': '*.txt working-tree-encoding\n',
        'x.txt': 'x\n',
        'y.txt': 'y\n',
        'c.md': 'c\n',
      }),
    refused: ['x.txt', 'y.txt'],
    kept: ['.gitattributes', 'a.txt', 'b.md', 'c.md'],
  },
  {
    what: 'the same for every file there is',
    leave: (at) => write(at, { '.gitattributes': '* working-tree-encoding\n', 'x.txt': 'x\n' }),
    refused: ['.gitattributes', 'b.md', 'x.txt'],
    kept: ['a.txt'],
  },
  {
    what: 'names that are no UTF-8 in a repository inside',
    leave: (at) => {
      mkdirSync(path.join(at, 'inner'));
      git(path.join(at, 'inner'), 'init', '--quiet');
      for (const name of ['caf\xe9', 'd\xe9'])
        writeFileSync(Buffer.concat([Buffer.from(`${at}/inner/`), Buffer.from(name, 'latin1')]), 'x');
      write(at, { 'inner/ok.txt': 'ok\n' });
    },
    refused: [],
    kept: ['a.txt', 'b.md', 'inner/caf\ufffd', 'inner/d\ufffd', 'inner/ok.txt'],
  },
];

test.each(CASES)(
  '$what keeps nothing else from being committed, and is named',
  async ({ leave, refused, kept }) => {
    const { repo, worktree } = await setting({ 'a.txt': 'a\n' });
    const { id, path: at } = await worktree('one');
    write(at, { 'b.md': 'b\n' });
    leave(at);
    const work = await repo.commitAll({ worktree: id, message: 'Work\0' });
    expect([...work.unusable].sort()).toEqual([...refused].sort());
    expect(Object.keys(contentsOf(repo, work.commit)).sort()).toEqual([...kept].sort());
    const again = await repo.commitAll({ worktree: id, message: 'Again' });
    expect([...again.unusable].sort()).toEqual([...refused].sort());
  },
);
