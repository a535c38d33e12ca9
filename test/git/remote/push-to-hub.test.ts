import { mkdirSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { pushToHub } from '../../../src/git/remote/push-to-hub.ts';
import type { RefUpdate } from '../../../src/git/remote/ref-update.ts';
import { openRepository, type Repository } from '../../../src/git/repository.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import { commit, git, type Setting, setting, write } from '../fixture.ts';

/** A repository whose history is in a pack: it has more objects than git leaves loose where it receives them. */
const packed = async (): Promise<Setting> => {
  const made = await setting();
  const files = Array.from({ length: 150 }, (_, n) => [`files/${n}.txt`, `${n}\n`] as const);
  const base = commit(made.origin, Object.fromEntries(files));
  await made.repo.resolveBase('main');
  return { ...made, base };
};

const packsOf = (bare: string) =>
  readdirSync(path.join(bare, 'objects/pack')).filter((name) => name.endsWith('.pack'));

/** Two packets' work on a new feature; the first one's is merged. */
const work = async (repo: Repository, feature: string, base: string) => {
  await repo.beginFeature({ feature, execution: feature, at: base });
  for (const name of ['one', 'two']) {
    const id = { feature, name, epoch: 1 };
    const { path: tree } = await repo.prepareWorktree({ ...id, start: base });
    write(tree, { [`${feature}-${name}.txt`]: name });
    const made = await repo.commitAll({ worktree: id, message: name });
    await repo.publishBranch({ branch: `baton/${feature}/${name}`, commit: made.commit, feature });
    if (name === 'one')
      await repo.moveBranch({ branch: `baton/${feature}/integration`, old: base, new: made.commit });
  }
};

it('a home has the history once, and its hub stays whole if the clone is lost', async () => {
  const { repo, base } = await packed();
  const hub = repo.hub.url;
  for (const feature of ['first', 'second']) {
    await work(repo, feature, base);
    const [pack = '', ...more] = packsOf(hub);
    expect(more).toEqual([]);
    const inode = (bare: string) => statSync(path.join(bare, 'objects/pack', pack)).ino;
    expect(inode(hub)).toBe(inode(repo.clone));
  }
  renameSync(repo.clone, `${repo.clone}.away`);
  expect(git(hub, 'fsck', '--full', '--strict', '--no-dangling')).toBe('');
  expect(git(hub, 'for-each-ref', 'refs/baton/work').split('\n')).toHaveLength(4);
  expect(git(hub, 'show', 'baton/second/two:second-two.txt')).toBe('two');
});

test('work whose base the clone got as single files is whole on the hub, too', async () => {
  const { repo, origin, base } = await setting();
  await work(repo, 'first', base);
  const next = commit(origin, { 'b.txt': 'b\n' });
  await repo.resolveBase('main');
  expect(packsOf(repo.clone)).toEqual([]);
  await work(repo, 'second', next);
  renameSync(repo.clone, `${repo.clone}.away`);
  expect(git(repo.hub.url, 'fsck', '--full', '--strict', '--no-dangling')).toBe('');
  expect(git(repo.hub.url, 'show', 'baton/second/two:b.txt')).toBe('b');
});

const deviceOf = (folder: string) => statSync(folder, { throwIfNoEntry: false })?.dev;
/** The tests' own folder lies in memory if there is room. */
const elsewhere = ['/dev/shm', '/var/tmp'].find(
  (folder) => ![undefined, deviceOf(tmpdir())].includes(deviceOf(folder)),
);

test.skipIf(elsewhere === undefined)('hubs on a file system of their own get copies', async () => {
  const { root, origin, base } = await packed();
  const home = homePaths(path.join(root, 'apart'));
  const hubs = path.join(elsewhere ?? '', `baton-hubs-${process.pid}-${path.basename(root)}`);
  mkdirSync(hubs);
  onTestFinished(() => rmSync(hubs, { recursive: true }));
  mkdirSync(path.dirname(home.hubs), { recursive: true });
  symlinkSync(hubs, home.hubs);
  const repo = await openRepository({ screen: 'none', home, origin });
  await repo.resolveBase('main');
  await work(repo, 'first', base);
  const [pack = ''] = packsOf(repo.hub.url);
  expect(statSync(path.join(repo.hub.url, 'objects/pack', pack)).nlink).toBe(1);
  renameSync(repo.clone, `${repo.clone}.away`);
  expect(git(repo.hub.url, 'fsck', '--full', '--strict', '--no-dangling')).toBe('');
});

describe.each([
  ['the home has for itself', false],
  ['homes share', true],
])('a hub that %s', (_, shared) => {
  const opened = async () => {
    const { root, origin, repo: alone, base } = await setting();
    const hub = path.join(root, 'shared.git');
    if (shared) git(root, 'init', '--quiet', '--bare', hub);
    const home = homePaths(path.join(root, 'sharing'));
    const repo = shared ? await openRepository({ screen: 'none', home, origin, hub }) : alone;
    const next = commit(origin, { 'a.txt': 'more\n' });
    await repo.resolveBase('main');
    const push = (...updates: RefUpdate[]) => pushToHub(repo, updates);
    const at = (ref: string) => git(repo.hub.url, 'for-each-ref', '--format=%(objectname)', ref);
    return { repo, base, next, push, at };
  };
  const REF = 'refs/baton/kept/prefs/a/1';
  const OTHER = 'refs/baton/kept/prefs/b/1';

  it('moves a ref from where it is expected, and from nowhere else', async () => {
    const { base, next, push, at } = await opened();
    expect(await push({ ref: REF, commit: base, old: next })).toBe(false);
    expect(await push({ ref: REF, commit: base, old: undefined })).toBe(true);
    expect(await push({ ref: REF, commit: next, old: undefined })).toBe(false);
    expect(await push({ ref: REF, commit: next, old: next })).toBe(false);
    expect(at(REF)).toBe(base);
    expect(await push({ ref: REF, commit: next, old: base })).toBe(true);
    expect(await push({ ref: REF, commit: base, old: 'any' })).toBe(true);
    expect(at(REF)).toBe(base);
    expect(await push({ ref: REF, commit: undefined, old: next })).toBe(false);
    expect(await push({ ref: REF, commit: undefined, old: base })).toBe(true);
    expect(await push({ ref: REF, commit: base, old: 'any' })).toBe(true);
    expect(await push({ ref: REF, commit: undefined, old: 'any' })).toBe(true);
    expect(at(REF)).toBe('');
  });

  it('makes all updates or none', async () => {
    const { base, next, push, at } = await opened();
    await push({ ref: REF, commit: base, old: undefined });
    const both = (old: string) =>
      push({ ref: OTHER, commit: next, old: undefined }, { ref: REF, commit: undefined, old });
    expect(await both(next)).toBe(false);
    expect([at(REF), at(OTHER)]).toEqual([base, '']);
    expect(await both(base)).toBe(true);
    expect([at(REF), at(OTHER)]).toEqual(['', next]);
  });

  it('says so where the name of one branch is a folder of another', async () => {
    const { repo, base, push } = await opened();
    await push({ ref: 'refs/heads/topic', commit: base, old: undefined });
    await expect(push({ ref: 'refs/heads/topic/one', commit: base, old: undefined })).rejects.toMatchObject({
      type: 'Repository',
      retryable: false,
      message: expect.stringContaining("'refs/heads/topic' exists; cannot create 'refs/heads/topic/one'"),
    });
    expect(await repo.branchAt('topic')).toBe(base);
  });
});

it('a hub that was put back from before gets what it lacks', async () => {
  const { repo, base } = await setting();
  const hub = repo.hub.url;
  await repo.beginFeature({ feature: 'prefs', execution: 'first', at: base });
  git(path.dirname(hub), 'clone', '--quiet', '--mirror', hub, `${hub}.backup`);
  await work(repo, 'later', base);
  const made = await repo.branchAt('baton/later/two');
  renameSync(hub, `${hub}.away`);
  renameSync(`${hub}.backup`, hub);
  const keep = () => pushToHub(repo, [{ ref: 'refs/baton/kept/later/two/1', commit: made, old: undefined }]);
  await expect(keep()).rejects.toMatchObject({ type: 'Outage', retryable: true });
  expect(await keep()).toBe(true);
  expect(git(hub, 'fsck', '--full', '--strict', '--no-dangling')).toBe('');
});
