import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { commit, git, setting, write } from './fixture.ts';

/** Two branches of the user's repository, fetched, and a worktree of Baton's own. */
const branches = async (
  base: Record<string, string>,
  feature: readonly Record<string, string>[],
  main: Record<string, string>,
  also: (origin: string) => void = () => undefined,
) => {
  const { repo, origin, worktree, ...rest } = await setting(base);
  git(origin, 'checkout', '-q', '-b', 'feature');
  for (const files of feature) commit(origin, files);
  also(origin);
  git(origin, 'checkout', '-q', 'main');
  const onto = commit(origin, main);
  const tip = await repo.resolveBase('feature');
  await repo.resolveBase('main');
  const tree = await worktree('integration', rest.base);
  const merge = (parents: readonly string[]) =>
    repo.mergeOnto({ worktree: tree.id, commit: tip, onto, parents, message: 'Merge' });
  return {
    repo,
    onto,
    tip,
    tree,
    merge,
    base: rest.base,
    git: (...args: string[]) => git(repo.clone, ...args),
  };
};

test('commits that conflict one by one are merged in one, the same at each repetition', async () => {
  const { repo, onto, tip, merge, ...of } = await branches(
    { 'a.txt': 'one\ntwo\nthree\n' },
    [{ 'a.txt': 'feature\ntwo\nthree\n' }, { 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'b\n' }],
    { 'a.txt': 'main\ntwo\nthree\n' },
  );
  const worktree = of.tree.id;
  expect(await repo.rebaseOnto({ worktree, commit: tip, onto })).toMatchObject({ kind: 'conflict' });
  const merged = await merge([onto, tip]);
  expect(merged).toMatchObject({ files: [], output: '', tree: await repo.tree(merged.commit) });
  expect(await merge([onto, tip])).toEqual(merged);
  expect(of.git('log', '-1', '--format=%P %an', merged.commit)).toBe(`${onto} ${tip} Baton`);
  expect(await repo.readFileAt(merged.commit, 'a.txt')).toBe('main\ntwo\nthree\n');
  expect(await repo.readFileAt(merged.commit, 'b.txt')).toBe('b\n');
});

test('a conflict is in the merge with its markers, beside everything that had none', async () => {
  const { repo, onto, tip, merge, tree } = await branches(
    { 'a.txt': 'one\n', 'gone.txt': 'x\n', '.gitignore': 'ignored/\n' },
    [{ 'a.txt': 'feature\n', 'gone.txt': 'changed\n' }],
    { 'a.txt': 'main\n' },
    (origin) => {
      write(origin, { 'ignored/but-kept.txt': 'kept\n' });
      git(origin, 'add', '--force', 'ignored/but-kept.txt');
      git(origin, 'commit', '-q', '-m', 'ignored');
    },
  );
  const merged = await merge([tip, onto]);
  expect(merged.files).toEqual(['a.txt']);
  expect(merged.output).toContain('CONFLICT');
  expect(await repo.leftoverMarkers(tree.id, merged.files)).toEqual(['a.txt']);
  expect(await repo.readFileAt(merged.commit, 'a.txt')).toMatch(/<<<<<<<.*main.*feature.*>>>>>>>/s);
  expect(await repo.readFileAt(merged.commit, 'gone.txt')).toBe('changed\n');
  expect(await repo.readFileAt(merged.commit, 'ignored/but-kept.txt')).toBe('kept\n');
  // Both are in its history: the integration branch can move there, and the base is known to be in.
  for (const parent of [tip, onto]) expect(await repo.isAncestor(parent, merged.commit)).toBe(true);
});

test('what one side removed and the other changed is named too', async () => {
  const { merge, onto, tip, tree } = await branches(
    { 'a.txt': 'one\n', 'b.txt': 'b\n' },
    [{ 'a.txt': 'feature\n' }],
    { 'b.txt': 'bb\n' },
    (origin) => {
      git(origin, 'rm', '-q', 'b.txt');
      git(origin, 'commit', '-q', '-m', 'b is gone');
    },
  );
  expect(await merge([tip, onto])).toMatchObject({ files: ['b.txt'] });
  expect(existsSync(path.join(tree.path, 'b.txt'))).toBe(true);
});

test('a parent that another holds is left out', async () => {
  const {
    merge,
    onto,
    base,
    tip,
    git: inClone,
  } = await branches({ 'a.txt': 'a\n' }, [{ 'b.txt': 'b\n' }], {
    'c.txt': 'c\n',
  });
  for (const parents of [
    [onto, base],
    [onto, onto],
  ])
    expect(inClone('log', '-1', '--format=%P', (await merge(parents)).commit)).toBe(onto);
  expect(inClone('log', '-1', '--format=%P', (await merge([onto, tip])).commit)).toBe(`${onto} ${tip}`);
});
