import { once } from 'node:events';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { isLostRace, notPushed } from '../../../src/git/remote/not-pushed.ts';
import { openRepository, type Repository } from '../../../src/git/repository.ts';
import { homePaths } from '../../../src/homes/paths.ts';
import { commit, git, setting } from '../fixture.ts';

const BRANCH = 'baton/prefs/integration';
const BASIC = { 'www-authenticate': 'Basic realm="x"' };
const LOCK = `refs/heads/${BRANCH}.lock`;

/** A home, and one that shares its hub with others. */
const opened = async (shared: boolean) => {
  const made = await setting();
  if (!shared) return { ...made, hub: made.repo.hub.url };
  const hub = path.join(made.root, 'shared.git');
  git(made.root, 'init', '--quiet', '--bare', hub);
  const repo = await openRepository({
    screen: 'none',
    home: homePaths(path.join(made.root, 'sharing')),
    origin: made.origin,
    hub,
  });
  await repo.resolveBase('main');
  return { ...made, repo, hub };
};

/** Nothing can be written there, also not by root: git makes a folder for what comes. */
const takeNothing = (bare: string): (() => void) => {
  const objects = path.join(bare, 'objects');
  renameSync(objects, `${objects}.away`);
  symlinkSync('/proc/self/fdinfo', objects);
  return () => {
    rmSync(objects);
    renameSync(`${objects}.away`, objects);
  };
};

const begin = (repo: Repository, at: string) =>
  repo.beginFeature({ feature: 'prefs', execution: 'first', at });
const move = (repo: Repository, old: string, next: string) =>
  repo.moveBranch({ branch: BRANCH, old, new: next });
const outage = (where: string) => ({ type: 'Outage', retryable: true, where });
const gone = (where: string) => ({ type: 'Gone', retryable: false, where });

describe.each([
  ['the home has for itself', false],
  ['homes share', true],
])('a hub that %s', (_, shared) => {
  test.skipIf(process.platform !== 'linux')('takes nothing for a moment is tried again', async () => {
    const { repo, base, hub } = await opened(shared);
    const restore = takeNothing(hub);
    await expect(begin(repo, base)).rejects.toMatchObject(outage(`the hub ${hub}`));
    restore();
    await begin(repo, base);
    expect(await repo.branchAt(BRANCH)).toBe(base);
  });

  it('is gone is named at once, and no empty one takes its place', async () => {
    const { repo, base, hub, origin, root } = await opened(shared);
    await begin(repo, base);
    renameSync(hub, `${hub}.away`);
    const again = () =>
      openRepository({ screen: 'none', home: repo.home, origin, hub: shared ? hub : undefined }).then((one) =>
        one.branchAt(BRANCH),
      );
    await expect(again()).rejects.toMatchObject(gone(`the hub ${hub}`));
    await expect(repo.branchAt(BRANCH)).rejects.toMatchObject(gone(`the hub ${hub}`));
    await expect(repo.createBranch({ branch: BRANCH, at: base })).rejects.toMatchObject(
      gone(`the hub ${hub}`),
    );
    renameSync(`${hub}.away`, hub);
    expect(await again()).toBe(base);
    expect(root).not.toBe('');
  });
});

it('a branch whose lock another git holds is not taken for one that somebody moved', async () => {
  const { repo, base, hub, origin } = await opened(true);
  await begin(repo, base);
  const next = commit(origin, { 'a.txt': 'more\n' });
  await repo.resolveBase('main');
  writeFileSync(path.join(hub, LOCK), '');
  await expect(move(repo, base, next)).rejects.toMatchObject(outage(`the hub ${hub}`));
  rmSync(path.join(hub, LOCK));
  expect(await move(repo, base, next)).toEqual({ kind: 'moved', at: next });
});

it('a hub over http whose server is down is tried again', async () => {
  const { root, origin } = await opened(false);
  const hub = 'http://127.0.0.1:1/hub.git';
  const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'far')), origin, hub });
  await expect(repo.branchAt(BRANCH)).rejects.toMatchObject({ ...outage(`the hub ${hub}`) });
});

it('an origin that takes nothing is tried again; one that is gone, or has a rule of its own, is not', async () => {
  const { repo, base, root, origin: first } = await opened(false);
  const origin = path.join(root, 'bare.git');
  git(root, 'clone', '--quiet', '--bare', first, origin);
  const far = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'other')), origin });
  await far.resolveBase('main');
  const next = commit(first, { 'a.txt': 'more\n' });
  await repo.resolveBase('main');
  const made = await far.makeCommit({ tree: await far.tree(base), parents: [base], message: 'm', at: 0 });
  const land = () => far.landBranch({ branch: 'feature/prefs', commit: made });
  const back = takeNothing(origin);
  await expect(land()).rejects.toMatchObject(outage(`the repository ${origin}`));
  back();
  renameSync(origin, `${origin}.away`);
  await expect(land()).rejects.toMatchObject(gone(`the repository ${origin}`));
  renameSync(`${origin}.away`, origin);
  const hook = path.join(origin, 'hooks', 'pre-receive');
  mkdirSync(path.dirname(hook), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "No space left for you" >&2\nexit 1\n');
  chmodSync(hook, 0o755);
  await expect(land()).rejects.toMatchObject({ type: 'Repository', retryable: false });
  rmSync(hook);
  expect(await land()).toMatchObject({ kind: 'landed' });
  expect(next).not.toBe(base);
});

describe('a repository at a service', () => {
  const answering = async (status: number) => {
    const service = createServer((_, response) => response.writeHead(status, BASIC).end());
    service.listen(0, '127.0.0.1');
    await once(service, 'listening');
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/a/b`;
    const { root, base } = await opened(false);
    const home = homePaths(path.join(root, 'far'));
    const asked = await openRepository({ screen: 'none', home, origin: url }).catch(
      (error: unknown) => error,
    );
    service.close();
    return { asked, where: `the repository ${url}`, base };
  };

  it.each([
    [404, gone, /^the repository \S+ is gone: [\s\S]*not found[\s\S]*Put it back/],
    [
      401,
      gone,
      /^the repository \S+ doesn't let the worker's user in: [\s\S]*Give that user a login that works/,
    ],
    [503, outage, /^the repository \S+ can't be used now: [\s\S]*503/],
    [429, outage, /^the repository \S+ can't be used now: [\s\S]*429/],
  ])('that answers with %i', async (status, kind, message) => {
    const { asked, where } = await answering(status);
    expect(asked).toMatchObject({ ...kind(where), message: expect.stringMatching(message) });
  });
});

describe('what git says of a push', () => {
  const rejected = (why: string, remark = '') =>
    `!\ta:refs/heads/x\t[remote rejected] (${why})\nDone\n${remark}`;
  const lock = (why: string) =>
    rejected(
      'failed to update ref',
      `remote: error: cannot lock ref 'refs/heads/x': Unable to create '/hub.git/./refs/heads/x.lock': ${why}\n`,
    );
  const said = (text: string) => {
    const { type } = notPushed({ where: 'the hub', what: 'x', said: text });
    return isLostRace(text) ? 'lost' : type;
  };

  it.each([
    ['a lock file', lock('File exists.'), 'Outage'],
    ['a folder of refs without permission', lock('Permission denied'), 'Outage'],
    ['a read-only disk', lock('Read-only file system'), 'Outage'],
    [
      'objects that can’t be written',
      rejected(
        'unpacker error',
        'error: remote unpack failed: unable to create temporary object directory\n',
      ),
      'Outage',
    ],
    [
      'a full disk',
      rejected(
        'unpacker error',
        'remote: fatal: write error: No space left on device\nerror: remote unpack failed: index-pack abnormal exit\n',
      ),
      'Outage',
    ],
    ['a service with an error of its own', rejected('internal server error'), 'Outage'],
    ['a hook', rejected('pre-receive hook declined'), 'Repository'],
    ['a protected branch', rejected('protected branch hook declined'), 'Repository'],
    ['a setting', rejected('deletion prohibited'), 'Repository'],
    ['somebody who was faster', '!\ta:refs/heads/x\t[rejected] (stale info)\nDone\n', 'lost'],
    [
      'somebody who was faster, as the other side says it',
      rejected(
        'failed to update ref',
        "remote: error: cannot lock ref 'refs/heads/x': is at a but expected b\n",
      ),
      'lost',
    ],
  ])('%s', (_, text, expected) => expect(said(text)).toBe(expected));
});
