import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBaseConfig } from '../../src/cli/start/base-config.ts';
import { createHandWorktree } from '../../src/git/by-hand/create-hand-worktree.ts';
import { bytesOf, isNotUtf8, nameText } from '../../src/git/names.ts';
import { originProblem } from '../../src/git/remote/origin.ts';
import { incompleteProblem } from '../../src/git/remote/whole.ts';
import { openRepository, type Repository } from '../../src/git/repository.ts';
import { userRepository as userRepositoryAt } from '../../src/git/user-repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import {
  CONTENT,
  partialClone,
  referenceClone,
  sha256Repository,
  sparseRepository,
} from '../support/repositories.ts';
import { commit, git, temporaryFolder, userRepository, write } from './fixture.ts';

const INTEGRATION = 'baton/prefs/integration';
const homeIn = (root: string) => homePaths(path.join(root, 'home'));

const worktree = async (repo: Repository, name: string, start: string, own = false) => {
  const id = { feature: 'prefs', name, epoch: 1 };
  const shown = { branch: `baton/prefs/${name}`, base: { branch: 'main', commit: start } };
  const { path: at } = await repo.prepareWorktree({ ...id, start, own, ...shown });
  return { id, at };
};

/** Two packets that change one line, brought together, proven and landed. @returns the landed commit. */
const landed = async (repo: Repository): Promise<string> => {
  const base = await repo.resolveBase('main');
  await repo.beginFeature({ feature: 'prefs', execution: 'first', at: base });
  const one = await worktree(repo, 'one', base);
  const two = await worktree(repo, 'two', base);
  write(one.at, { 'a.txt': 'one\nfirst\nthree\n', 'src/one.ts': '1\n' });
  write(two.at, { 'a.txt': 'one\nsecond\nthree\n' });
  const first = await repo.commitAll({ worktree: one.id, message: 'One' });
  expect(await repo.moveBranch({ branch: INTEGRATION, old: base, new: first.commit })).toMatchObject({
    kind: 'moved',
  });
  await repo.commitAll({ worktree: two.id, message: 'Two' });
  // The agent's own git sees what Baton gave it.
  expect(git(two.at, 'status', '--porcelain')).toBe('M a.txt');
  git(two.at, 'commit', '-qam', 'of the agent');
  const brought = await repo.bringUpTo({ worktree: two.id, head: first.commit });
  expect(brought).toMatchObject({ kind: 'conflict', files: ['a.txt'] });
  expect(git(two.at, 'status', '--porcelain')).toBe('UU a.txt');
  const marked = await repo.commitAll({ worktree: two.id, message: 'Markers' });
  expect(await repo.leftoverMarkers(first.commit, marked.commit, ['a.txt'])).toEqual(['a.txt']);
  write(two.at, { 'a.txt': 'one\nfirst and second\nthree\n' });
  const { commit: done } = await repo.commitAll({ worktree: two.id, message: 'Two' });
  expect(await repo.leftoverMarkers(first.commit, done, ['a.txt'])).toEqual([]);
  const proof = await worktree(repo, 'proof', base, true);
  await repo.checkoutClean(proof.id, done);
  expect(git(proof.at, 'status', '--porcelain')).toBe('');
  expect(readFileSync(path.join(proof.at, 'src/one.ts'), 'utf8')).toBe('1\n');
  expect(await repo.drift(proof.id)).toMatchObject({ changed: [] });
  await repo.pushCandidate({ commit: done, feature: 'prefs', packet: 'two', n: 1 });
  await repo.putText('refs/baton/records/prefs/x', 'a record');
  expect(await repo.getText('refs/baton/records/prefs/x')).toBe('a record');
  await repo.moveBranch({ branch: INTEGRATION, old: first.commit, new: done });
  expect(await repo.landBranch({ branch: 'feature/prefs', commit: done })).toMatchObject({ kind: 'landed' });
  return done;
};

describe('a repository whose objects are named by SHA-256', () => {
  it('gets a feature as any other does', async () => {
    const root = temporaryFolder();
    const origin = sha256Repository(root);
    const done = await landed(await openRepository({ screen: 'none', home: homeIn(root), origin }));
    expect(done).toMatch(/^[0-9a-f]{64}$/);
    expect(git(origin, 'show', `${done}:a.txt`)).toBe('one\nfirst and second\nthree');
    expect(git(origin, 'fsck', '--strict')).not.toMatch(/error/);
  });

  it('shares a hub of its own kind only, and says how to make one', async () => {
    const root = temporaryFolder();
    const origin = sha256Repository(root);
    const [same, other] = [path.join(root, 'same.git'), path.join(root, 'other.git')];
    git(root, 'init', '--quiet', '--bare', '--object-format=sha256', same);
    git(root, 'init', '--quiet', '--bare', other);
    await landed(await openRepository({ screen: 'none', home: homeIn(root), origin, hub: same }));
    const home = homePaths(path.join(root, 'second'));
    const refusal = {
      type: 'Repository',
      message: expect.stringContaining('git init --bare --object-format=sha256'),
    };
    await expect(openRepository({ screen: 'none', home, origin, hub: other })).rejects.toMatchObject(refusal);
  });

  it('is refused where another one was cloned from', async () => {
    const root = temporaryFolder();
    const origin = userRepository(root, CONTENT);
    const repo = await openRepository({ screen: 'none', home: homeIn(root), origin });
    await repo.resolveBase('main');
    rmSync(origin, { recursive: true });
    git(root, 'init', '--quiet', '--object-format=sha256', '-b', 'main', origin);
    commit(origin, CONTENT);
    const refusal = { type: 'Repository', message: expect.stringContaining(`remove ${repo.clone}`) };
    await expect(openRepository({ screen: 'none', home: homeIn(root), origin })).rejects.toMatchObject(
      refusal,
    );
    expect(existsSync(repo.clone)).toBe(true);
    // A server's kind is found out by git.
    await expect(repo.resolveBase('main')).rejects.toMatchObject(refusal);
  });
});

describe('a clone without all objects', () => {
  it.each(['blob:none', 'tree:0'])(
    'of the kind %s is refused, and taken once it has them',
    async (filter) => {
      const root = temporaryFolder();
      const origin = partialClone(root, filter);
      const canary = path.join(root, 'canary');
      git(origin, 'config', 'remote.origin.uploadpack', `touch ${canary}; git-upload-pack`);
      const problem = await incompleteProblem(origin);
      expect(problem).toContain(`${origin} is a partial clone`);
      expect(problem).toContain('git fetch --refetch --no-filter');
      await expect(readBaseConfig(origin, { base: 'main' })).rejects.toThrow(problem);
      // Also by a worker that wasn't asked before.
      const repo = await openRepository({ screen: 'none', home: homeIn(root), origin });
      await expect(repo.resolveBase('main')).rejects.toMatchObject({ type: 'Repository', message: problem });
      expect(existsSync(canary)).toBe(false);
      git(origin, 'config', '--unset', 'remote.origin.uploadpack');
      git(origin, 'fetch', '--quiet', '--refetch', '--no-filter');
      expect(await incompleteProblem(origin)).toBeUndefined();
      await landed(repo);
    },
  );

  it('of a history that was cut is refused, and taken once it has all of it', async () => {
    const root = temporaryFolder();
    const source = userRepository(root, CONTENT);
    commit(source, { 'a.txt': 'more\n' });
    const origin = path.join(root, 'shallow');
    git(root, 'clone', '--quiet', '--depth=1', `file://${source}`, origin);
    expect(await originProblem(origin, 'main')).toContain('git fetch --unshallow');
    git(origin, 'fetch', '--quiet', '--unshallow');
    expect(await originProblem(origin, 'main')).toBeUndefined();
  });

  it('that borrows of another is read through, unless that is gone or lacks some itself', async () => {
    const root = temporaryFolder();
    const origin = referenceClone(root);
    expect(await incompleteProblem(origin)).toBeUndefined();
    const repo = await openRepository({ screen: 'none', home: homeIn(root), origin });
    await landed(repo);
    const borrowed = path.join(root, 'origin');
    renameSync(borrowed, `${borrowed}.away`);
    const problem = await incompleteProblem(origin);
    expect(problem).toContain(`borrows objects of ${borrowed}/.git/objects, which is not there`);
    // What Baton has, it has for itself.
    expect(git(repo.clone, 'fsck', '--full')).not.toMatch(/missing/);
    const other = temporaryFolder();
    const lacking = partialClone(other, 'tree:0');
    git(other, 'clone', '--quiet', '--shared', '--no-checkout', lacking, 'shared');
    expect(await incompleteProblem(path.join(other, 'shared'))).toContain('is a partial clone');
  });
});

it('a checkout that shows a part only gives whole trees, also to agents that a person drives', async () => {
  const root = temporaryFolder();
  const origin = sparseRepository(root);
  expect(existsSync(path.join(origin, 'src'))).toBe(false);
  const repo = await openRepository({ screen: 'none', home: homeIn(root), origin });
  const { at } = await worktree(repo, 'look', await repo.resolveBase('main'));
  expect(readFileSync(path.join(at, 'src/deep/base.ts'), 'utf8')).toBe('base\n');
  await landed(repo);
  const by = await userRepositoryAt(origin);
  const hand = await createHandWorktree(by, {
    name: 'x',
    branch: 'work/x',
    commit: git(origin, 'rev-parse', 'HEAD'),
    into: path.join(root, 'hands'),
    copy: [],
  });
  expect(readFileSync(path.join(hand.path, 'src/deep/base.ts'), 'utf8')).toBe('base\n');
  expect(git(hand.path, 'status', '--porcelain')).toBe('');
  expect(existsSync(path.join(origin, 'src'))).toBe(false);
});

describe('names that are no UTF-8', () => {
  const bytes = (root: string, name: string): Buffer =>
    Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
  /** As Baton says them. */
  const [CAFE, TEA, NEW] = ['caf\udce9.txt', 'th\udce9/x\udcff', 'neu\udcfc'];

  it('are packets’ to change, add, conflict in and remove, and checks see them', async () => {
    const root = temporaryFolder();
    const origin = userRepository(root, CONTENT);
    mkdirSync(bytes(origin, 'th\xe9'));
    writeFileSync(bytes(origin, 'caf\xe9.txt'), 'one\ntwo\n');
    // The same as text, if what is no UTF-8 were replaced.
    writeFileSync(bytes(origin, 'caf\xe8.txt'), 'another\n');
    writeFileSync(bytes(origin, 'th\xe9/x\xff'), 'x\n');
    commit(origin, {});
    const repo = await openRepository({ screen: 'none', home: homeIn(root), origin });
    const base = await repo.resolveBase('main');
    const one = await worktree(repo, 'one', base);
    expect(git(one.at, 'status', '--porcelain')).toBe('');
    writeFileSync(bytes(one.at, 'caf\xe9.txt'), 'one\nfirst\n');
    writeFileSync(bytes(one.at, 'neu\xfc'), 'new\n');
    rmSync(bytes(one.at, 'th\xe9/x\xff'));
    const first = await repo.commitAll({ worktree: one.id, message: 'One' });
    expect(first.unusable).toEqual([]);
    const changes = await repo.changedFiles({ from: base, to: first.commit });
    expect(changes.map(({ path: file, status }) => [file, status])).toEqual([
      [CAFE, 'modified'],
      [NEW, 'added'],
      [TEA, 'deleted'],
    ]);
    // What is kept and sent is JSON.
    expect(JSON.parse(JSON.stringify(changes))).toEqual(changes);
    expect(await repo.readFileAt(first.commit, CAFE)).toBe('one\nfirst\n');
    const two = await worktree(repo, 'two', base);
    writeFileSync(bytes(two.at, 'caf\xe9.txt'), 'one\nsecond\n');
    await repo.commitAll({ worktree: two.id, message: 'Two' });
    const brought = await repo.bringUpTo({ worktree: two.id, head: first.commit });
    expect(brought).toMatchObject({ kind: 'conflict', files: [CAFE] });
    expect(readFileSync(bytes(two.at, 'caf\xe9.txt'), 'utf8')).toContain('<<<<<<<');
    expect(readFileSync(bytes(two.at, 'neu\xfc'), 'utf8')).toBe('new\n');
    expect(existsSync(bytes(two.at, 'th\xe9/x\xff'))).toBe(false);
    const marked = await repo.commitAll({ worktree: two.id, message: 'Markers' });
    expect(await repo.leftoverMarkers(first.commit, marked.commit, [CAFE])).toEqual([CAFE]);
    writeFileSync(bytes(two.at, 'caf\xe9.txt'), 'one\nboth\n');
    const { commit: done } = await repo.commitAll({ worktree: two.id, message: 'Two' });
    expect(await repo.leftoverMarkers(first.commit, done, [CAFE])).toEqual([]);
    const proof = await worktree(repo, 'proof', base, true);
    await repo.checkoutClean(proof.id, done);
    expect(git(proof.at, 'status', '--porcelain')).toBe('');
    writeFileSync(bytes(proof.at, 'caf\xe9.txt'), 'by a check\n');
    writeFileSync(bytes(proof.at, 'left\xe9'), 'by a check\n');
    expect(await repo.drift(proof.id)).toEqual({ changed: [CAFE], added: ['left\udce9'] });
    await repo.restoreFiles(proof.id, [CAFE]);
    await repo.checkoutClean(proof.id, done);
    expect(readFileSync(bytes(proof.at, 'caf\xe9.txt'), 'utf8')).toBe('one\nboth\n');
    expect(readFileSync(bytes(proof.at, 'caf\xe8.txt'), 'utf8')).toBe('another\n');
    expect(existsSync(bytes(proof.at, 'left\xe9'))).toBe(false);
    expect(await repo.landBranch({ branch: 'feature/prefs', commit: done })).toMatchObject({
      kind: 'landed',
    });
    const file = path.join(root, 'patch');
    await repo.writePatch({ from: base, to: done }, file);
    git(origin, 'apply', '--check', file);
  });

  it('are the same bytes again, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (array) => {
        const name = Buffer.from(array);
        const text = nameText(name);
        expect(bytesOf(text).equals(name)).toBe(true);
        expect(JSON.parse(JSON.stringify(text))).toBe(text);
        expect(isNotUtf8(text)).toBe(!Buffer.from(name.toString('utf8')).equals(name));
      }),
    );
    for (const name of ['', 'é', '😀', '\ufffd', 'a\ufffdb']) expect(nameText(Buffer.from(name))).toBe(name);
  });
});
