import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
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
    const repo = await openRepository({
      screen: 'none',
      home: homePaths(path.join(root, name)),
      origin,
      hub,
    });
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

/** Keeps the mark of an execution from being made, until it is called. */
const blockMark = (hub: string, base: string, execution: string) => {
  const below = `refs/baton/executions/prefs/${execution}/in-the-way`;
  git(hub, 'update-ref', below, base);
  return () => git(hub, 'update-ref', '-d', below);
};

describe.each([
  ['the home has for itself', false],
  ['homes share', true],
])('an execution that is cut off while it begins, on a hub that %s,', (_, shared) => {
  const afterWork = async () => {
    const { root, origin, base, repo: alone } = await setting();
    const hub = shared ? path.join(root, 'shared.git') : alone.hub.url;
    if (shared) git(root, 'init', '--quiet', '--bare', hub);
    const repo = shared
      ? await openRepository({ screen: 'none', home: homePaths(path.join(root, 'sharing')), origin, hub })
      : alone;
    await repo.resolveBase('main');
    await begin(repo, 'first', base);
    const old = (await work(repo, base, 'old.txt')).commit;
    await repo.moveBranch({ branch: BRANCH, old: base, new: old });
    return { hub, repo, base, old };
  };

  it('has not begun before all is put aside: the mark comes last', async () => {
    const { hub, repo, base, old } = await afterWork();
    const unblock = blockMark(hub, base, 'second');
    await expect(begin(repo, 'second', base)).rejects.toThrow();
    expect(await repo.branchAt(BRANCH)).toBe(base);
    expect(refsOf(hub, 'refs/baton/work/')).toEqual([]);
    expect(refsOf(hub, 'refs/baton/kept/')).toContain(old);
    unblock();
    await begin(repo, 'second', base);
    expect(refsOf(hub, 'refs/baton/executions/prefs/second')).toEqual([base]);
    expect(await repo.branchAt(BRANCH)).toBe(base);
  });

  it.each(['its branch', 'a packet'] as const)(
    'with only %s put aside, has the rest put aside when it begins again',
    async (done) => {
      const { hub, repo, base, old } = await afterWork();
      if (done === 'its branch') git(hub, 'update-ref', `refs/heads/${BRANCH}`, base);
      else git(hub, 'update-ref', '-d', 'refs/baton/work/prefs/one/1');
      await begin(repo, 'second', base);
      expect(await repo.branchAt(BRANCH)).toBe(base);
      expect(refsOf(hub, 'refs/baton/work/')).toEqual([]);
      expect(refsOf(hub, 'refs/baton/kept/')).toContain(old);
    },
  );

  it('loses nothing if its branch can not be put aside: what is there is kept before anything goes', async () => {
    const { hub, repo, base, old } = await afterWork();
    const inTheWay = `refs/baton/kept/prefs/integration/${old.slice(0, 16)}/in-the-way`;
    git(hub, 'update-ref', inTheWay, base);
    await expect(begin(repo, 'second', base)).rejects.toThrow();
    expect(await repo.branchAt(BRANCH)).toBe(old);
    git(hub, 'update-ref', '-d', inTheWay);
    await begin(repo, 'second', base);
    expect(await repo.branchAt(BRANCH)).toBe(base);
  });

  it('and by then was begun by a later attempt, moves nothing that this one made', async () => {
    const { hub, repo, base, old } = await afterWork();
    await begin(repo, 'second', base);
    const fresh = (await work(repo, base, 'fresh.txt')).commit;
    await repo.moveBranch({ branch: BRANCH, old: base, new: fresh });
    await begin(repo, 'second', base);
    expect(await repo.branchAt(BRANCH)).toBe(fresh);
    expect(refsOf(hub, 'refs/baton/work/')).toEqual([fresh]);
    expect(refsOf(hub, 'refs/baton/kept/')).toContain(old);
  });
});
