import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { openPullRequest } from '../../src/github/pull-request.ts';
import { StandInGh } from '../support/stand-in-gh.ts';

const TOKEN = 'stand-in-token-0123456789';
const repository = 'git.example.com/team/service';
let gh: StandInGh;
let commit: string;
let from: Record<string, string>;

beforeEach(async () => {
  gh = await StandInGh.create();
  const bare = path.join(gh.dir, 'bare.git');
  const git = async (...args: string[]) =>
    (await execa('git', ['--git-dir', bare, '-c', 'user.name=T', '-c', 'user.email=t@localhost', ...args]))
      .stdout;
  await execa('git', ['init', '-q', '--bare', bare]);
  const tree = await git('hash-object', '-w', '-t', 'tree', '/dev/null');
  commit = await git('commit-tree', tree, '-m', 'A commit');
  for (const branch of ['main', 'feature/one']) await git('update-ref', `refs/heads/${branch}`, commit);
  await gh.knows(repository, bare);
  from = { PATH: gh.path, GH_TOKEN: TOKEN, SECRET_OF_OURS: 'x', TEMPORAL_API_KEY: 'y', PIP_INDEX_URL: 'z' };
});

const wanted = (more: Partial<{ title: string; body: string; commit: string }> = {}) => ({
  repository,
  base: 'main',
  head: 'feature/one',
  commit,
  title: '--web "Add" $(the file)',
  body: 'What was `done`; $(rm -rf /)\n',
  ...more,
});
const open = (more = {}) => openPullRequest(wanted(more), { from });

describe('opening a pull request', () => {
  it('gives gh title and text as they are, in a folder without anything of a repository', async () => {
    expect(await open()).toEqual({ kind: 'open', url: `https://${repository}/pull/1`, how: 'opened' });
    expect(await gh.requests()).toMatchObject([
      {
        title: wanted().title,
        body: wanted().body,
        baseRefName: 'main',
        headRefName: 'feature/one',
        headRefOid: commit,
      },
    ]);
    const calls = await gh.calls();
    expect(calls.map(({ command }) => command)).toEqual(['pr list', 'pr create']);
    expect(calls.map(({ folder }) => folder)).toEqual([[], ['body.md']]);
    for (const { env } of calls) {
      expect(env).toContain('GH_TOKEN');
      expect(env).not.toContain('SECRET_OF_OURS');
      expect(env).not.toContain('TEMPORAL_API_KEY');
      expect(env).not.toContain('PIP_INDEX_URL');
    }
  });

  it('again opens no second one: nothing to do, or the text brought up to date', async () => {
    await open();
    expect(await open()).toMatchObject({ how: 'was there' });
    expect(await open({ body: 'More was done.\n' })).toMatchObject({ how: 'updated' });
    expect(await gh.requests()).toMatchObject([{ body: 'More was done.\n' }]);
  });

  it('leaves one alone that people have merged or closed, and opens another for new commits', async () => {
    await open();
    await gh.change(1, { state: 'CLOSED' });
    expect(await open({ body: 'x' })).toMatchObject({
      url: `https://${repository}/pull/1`,
      how: 'was closed',
    });
    await gh.change(1, { state: 'MERGED' });
    expect(await open({ body: 'x' })).toMatchObject({ how: 'was merged' });
    expect(await gh.requests()).toMatchObject([{ body: wanted().body }]);
    await gh.change(1, { headRefOid: '0'.repeat(40) });
    expect(await open()).toMatchObject({ url: `https://${repository}/pull/2`, how: 'opened' });
  });

  it('does not take the branch of a fork for its own', async () => {
    await open();
    await gh.change(1, { isCrossRepository: true, baseRefName: 'other' } as object);
    expect(await open()).toMatchObject({ how: 'opened' });
  });
});

describe('gh that can not do it', () => {
  it('is missing', async () => {
    from.PATH = await mkdtemp(path.join(tmpdir(), 'baton-no-gh-'));
    expect(await open()).toMatchObject({
      kind: 'unavailable',
      why: expect.stringMatching(/gh isn't there: install/),
    });
  });

  it('is not logged in', async () => {
    delete from.GH_TOKEN;
    expect(await open()).toMatchObject({
      kind: 'unavailable',
      why: expect.stringMatching(/not logged in: log in .*gh auth login.*GH_TOKEN/s),
    });
  });

  it('does not know the repository', async () => {
    const unknown = { ...wanted(), repository: 'git.example.com/team/other' };
    expect(await openPullRequest(unknown, { from })).toMatchObject({
      kind: 'unavailable',
      why: expect.stringMatching(/doesn't know the repository.*team\/other/s),
    });
  });

  it('refuses it: what it said is told, without the token', async () => {
    await gh.refuse({ said: 'No commits between main and feature/one, {token}', command: 'pr create' });
    const refused = await open();
    expect(refused).toMatchObject({
      why: expect.stringContaining('No commits between main and feature/one, [GH_TOKEN]'),
    });
    expect(JSON.stringify(refused)).not.toContain(TOKEN);
  });

  it('meets what passes by itself: worth another attempt', async () => {
    await gh.refuse({ said: 'HTTP 502: Bad Gateway {token}' });
    const error = await open().catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ type: 'PullRequest', retryable: true });
    expect(String(error)).not.toContain(TOKEN);
    await gh.refuse();
    expect(await open()).toMatchObject({ how: 'opened' });
  });
});
