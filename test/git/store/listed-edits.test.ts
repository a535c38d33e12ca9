import { chmodSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { RepositoryContext } from '../../../src/git/context.ts';
import { listedEdits } from '../../../src/git/store/listed-edits.ts';
import { raw, setting, write } from '../fixture.ts';

/** What git itself says. */
const byGit = (clone: string, from: string, to: string) => {
  const parts = raw(clone, 'diff-tree', '-r', '-z', '--raw', '--no-renames', '--abbrev=40', from, to).split(
    '\0',
  );
  const edits: string[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, , before = '', after = '', code] = parts[at]?.split(' ') ?? [];
    edits.push([code, before, after, parts[at + 1]].join(' '));
  }
  return edits;
};

const LETTERS = { added: 'A', deleted: 'D', modified: 'M', 'type-changed': 'T' };
const NONE = '0'.repeat(40);

it('tells of any two trees at hand what git tells of them, in its order', async () => {
  const files = {
    'a.txt': 'a\n',
    'a/b.txt': 'b\n',
    'a.b/c.txt': 'c\n',
    'ünï.txt': 'u\n',
    'run.sh': '#!/bin/sh\n',
  };
  const { repo, base, worktree } = await setting(files);
  const one = await worktree('one');
  const at = (name: string) => path.join(one.path, name);
  const changes: readonly (() => void)[] = [
    () => write(one.path, { 'a/new.txt': 'new\n', 'a-z.txt': 'z\n' }),
    () => chmodSync(at('run.sh'), 0o755),
    () => {
      rmSync(at('a.txt'));
      symlinkSync('run.sh', at('a.txt'));
    },
    () => renameSync(at('a/b.txt'), at('moved.txt')),
    () => {
      rmSync(at('a'), { recursive: true });
      write(one.path, { a: 'a file now\n', 'ünï.txt': 'other\n' });
    },
    () => rmSync(at('a.b'), { recursive: true }),
  ];
  const commits = [base];
  for (const change of changes) {
    change();
    commits.push((await repo.commitAll({ worktree: one.id, message: 'a change' })).commit);
  }
  expect(readlinkSync(at('a.txt'))).toBe('run.sh');
  const context = { clone: repo.clone } as RepositoryContext;
  for (const from of commits)
    for (const to of commits) {
      const listed = await listedEdits(context, { from, to });
      const told = listed?.map(({ path: name, status, before, after }) =>
        [LETTERS[status], before ?? NONE, after ?? NONE, name].join(' '),
      );
      expect(told, `${from} to ${to}`).toEqual(byGit(repo.clone, from, to));
    }
});

it('tells nothing of what was not listed lately', async () => {
  const { repo, base } = await setting();
  const context = { clone: `${repo.clone}-other` } as RepositoryContext;
  expect(await listedEdits(context, { from: base, to: base })).toBeUndefined();
});
