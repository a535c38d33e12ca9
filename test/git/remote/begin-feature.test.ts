import path from 'node:path';
import { expect, test } from 'vitest';
import { openRepository, type Repository } from '../../../src/git/repository.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import { commit, git, setting, write } from '../fixture.ts';

const BRANCH = 'baton/prefs/integration';
const WORK = { feature: 'prefs', name: 'one', epoch: 1 };

/** Two homes with one hub. */
const twoHomes = async () => {
  const { root, origin, base } = await setting();
  const hub = path.join(root, 'shared.git');
  git(root, 'init', '--quiet', '--bare', hub);
  const open = async (name: string): Promise<Repository> => {
    const repo = await openRepository({ home: homePaths(path.join(root, name)), origin, hub });
    await repo.resolveBase('main');
    return repo;
  };
  return { origin, hub, base, a: await open('a'), b: await open('b') };
};

const begin = (repo: Repository, execution: string, at: string) =>
  repo.beginFeature({ feature: 'prefs', execution, at });

/** Prepares the packet, writes a file and commits. */
const work = async (repo: Repository, start: string, file: string, epoch = 1) => {
  const id = { ...WORK, epoch };
  const { path: folder, createdAt } = await repo.prepareWorktree({ ...id, start });
  write(folder, { [file]: file });
  const made = await repo.commitAll({ worktree: id, message: file });
  return { folder, createdAt, commit: made.commit };
};

const refsOf = (hub: string, below: string): string[] =>
  git(hub, 'for-each-ref', '--format=%(objectname)', below).split('\n').filter(Boolean).sort();

test('work and a branch that another home made are put aside, and its old tree is not built on', async () => {
  const { origin, hub, base, a, b } = await twoHomes();
  await begin(a, 'first', base);
  const old = await work(a, base, 'old.txt');
  await a.moveBranch({ branch: BRANCH, old: base, new: old.commit });
  // The base has moved since.
  const newer = commit(origin, { 'newer.txt': 'n\n' });
  await b.resolveBase('main');
  await begin(b, 'second', newer);
  expect(await b.branchAt(BRANCH)).toBe(newer);
  expect(refsOf(hub, 'refs/baton/work/')).toEqual([]);
  expect(new Set(refsOf(hub, 'refs/baton/kept/'))).toEqual(new Set([old.commit]));
  // The first home has the packet now, and still the tree of the first execution.
  write(old.folder, { 'unsaved.txt': 'u\n' });
  const next = await work(a, newer, 'next.txt');
  expect(next.createdAt).toBe(newer);
  expect(await a.listFilesAt(next.commit)).toEqual(['a.txt', 'newer.txt', 'next.txt']);
  expect(refsOf(hub, 'refs/baton/work/')).toEqual([next.commit]);
  const kept = refsOf(hub, 'refs/baton/kept/').filter((each) => each !== old.commit);
  expect(await Promise.all(kept.map((each) => a.listFilesAt(each)))).toContainEqual([
    ...['a.txt', 'old.txt', 'unsaved.txt'],
  ]);
  // Again, it is kept as it is.
  expect((await a.prepareWorktree({ ...WORK, start: newer })).createdAt).toBeUndefined();
});

test('a tree of an earlier execution does not replace the work of an epoch before', async () => {
  const { base, a, b } = await twoHomes();
  await begin(a, 'first', base);
  await work(a, base, 'old.txt');
  await begin(b, 'second', base);
  const fresh = await work(b, base, 'fresh.txt');
  const moved = await work(a, base, 'moved.txt', 2);
  expect(moved.createdAt).toBe(fresh.commit);
  expect(await a.listFilesAt(moved.commit)).toEqual(['a.txt', 'fresh.txt', 'moved.txt']);
});
