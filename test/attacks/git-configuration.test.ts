import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handBase } from '../../src/cli/by-hand/hand-repository.ts';
import { branchesOf, readBaseWithFiles } from '../../src/cli/start/base-config.ts';
import { createHandWorktree } from '../../src/git/by-hand/create-hand-worktree.ts';
import { handWork } from '../../src/git/by-hand/hand-work.ts';
import { handWorktrees } from '../../src/git/by-hand/hand-worktrees.ts';
import { removeHandWorktree } from '../../src/git/by-hand/remove-hand-worktree.ts';
import { checkedOutBranches, originProblem } from '../../src/git/remote/origin.ts';
import { userRepository } from '../../src/git/user-repository.ts';
import { BASE } from '../config/base-config.ts';
import { attempt, newFolder, type Setting, setting, temporaryFolder, write } from '../git/fixture.ts';
import { Trapped } from '../git/trapped.ts';
import { ATTACKS, CHOOSING, type Target } from './git-attacks.ts';

/** Lays every attack in a repository. @returns the names of those that were sprung */
function layAll(common: string, root: string): () => string[] {
  const folder = path.join(root, `attacks-${path.basename(path.dirname(common))}`);
  const canaries = path.join(folder, 'canaries');
  mkdirSync(canaries, { recursive: true });
  for (const [number, { config, lay }] of ATTACKS.entries()) {
    const own = path.join(folder, String(number));
    mkdirSync(own);
    const target: Target = {
      common,
      folder: own,
      canary: `touch ${path.join(canaries, String(number))}; false`,
    };
    if (config !== undefined) appendFileSync(path.join(common, 'config'), config(target));
    lay?.(target);
  }
  mkdirSync(path.join(common, 'info'), { recursive: true });
  writeFileSync(path.join(common, 'info/attributes'), CHOOSING['.gitattributes']);
  return () => readdirSync(canaries).map((number) => ATTACKS[Number(number)]?.by ?? number);
}

describe('an attack by configuration', () => {
  let first: Trapped;
  beforeAll(() => {
    first = new Trapped(newFolder());
  });
  afterAll(() => rmSync(first.dir, { recursive: true, force: true }));

  it.each(ATTACKS)('$by starts a program in plain git', ({ config, lay, control }) => {
    const trapped = new Trapped(temporaryFolder(), first);
    const common = path.join(trapped.repo, '.git');
    const folder = path.join(trapped.dir, 'attack');
    mkdirSync(folder);
    const canary = path.join(trapped.dir, 'canary');
    const target: Target = { common, folder, canary: `touch ${canary}; false` };
    if (config !== undefined) appendFileSync(path.join(common, 'config'), config(target));
    lay?.(target);
    control(trapped.plain, trapped);
    expect(existsSync(canary)).toBe(true);
  });
});

describe('all attacks by configuration at once', () => {
  it('in the user’s repository start nothing, whatever Baton does there', async () => {
    const all = await setting({ ...CHOOSING, 'baton.yaml': BASE, 'x.trap': 'one\n', 'package.json': '{}' });
    const { origin, root, repo, base } = all;
    const sprung = layAll(path.join(origin, '.git'), root);
    expect(await originProblem(origin, 'main')).toBeUndefined();
    expect(await branchesOf(origin)).toEqual(new Set(['main']));
    expect(await checkedOutBranches(origin)).toEqual(['main']);
    expect((await readBaseWithFiles(origin, {})).files.files).toContain('x.trap');
    expect((await handBase(origin, undefined)).baseCommit).toBe(base);
    const mine = await userRepository(origin);
    const request = { name: 'api', branch: 'feature/api', commit: base, into: path.join(root, 'trees') };
    const made = await createHandWorktree(mine, { ...request, copy: [], text: 'x' });
    write(made.path, { 'x.trap': 'two\n' });
    const [found] = await handWorktrees(mine);
    if (found === undefined) throw new Error('no worktree');
    expect(await handWork(mine, found, base)).toEqual({ uncommitted: ['x.trap'], unmerged: 0 });
    await removeHandWorktree(mine, found, { base, baseName: 'main', force: true });
    const { id, path: at } = await all.worktree('one');
    write(at, { 'x.trap': 'three\n' });
    const work = await repo.commitAll({ worktree: id, message: 'Work' });
    expect(await repo.resolveBase('main')).toBe(base);
    expect(await repo.landBranch({ branch: 'feature/one', commit: work.commit })).toMatchObject({
      kind: 'landed',
    });
    expect(sprung()).toEqual([]);
    // They were there all the time: plain git falls for them.
    attempt(origin, 'status');
    expect(sprung()).not.toEqual([]);
  });

  it('in an object that is missing start nothing, though plain git would fetch it', async () => {
    const { origin, root } = await setting({ 'baton.yaml': BASE });
    const sprung = layAll(path.join(origin, '.git'), root);
    const blob = execFileSync('git', ['hash-object', '--stdin'], { input: BASE, cwd: '/' }).toString().trim();
    rmSync(path.join(origin, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
    await expect(readBaseWithFiles(origin, { base: 'main' })).rejects.toThrow(
      /baton\.yaml can't be read.*partial clone/s,
    );
    expect(sprung()).toEqual([]);
  });

  it('in Baton’s own clone and hub start nothing, whenever they are laid', async () => {
    const all = await setting({ ...CHOOSING, 'x.trap': 'one\ntwo\nthree\n' });
    const { repo, root, base } = all;
    const sprung = [layAll(repo.clone, root), layAll(repo.hub.url, root)];
    const one = await workOf(all, 'one', 'ours\ntwo\nthree\n');
    const two = await workOf(all, 'two', 'one\ntwo\ntheirs\n');
    const merged = await repo.combine({ base, ours: one.commit, theirs: two.commit });
    expect(merged.files).toEqual([]);
    await repo.patch({ from: base, to: one.commit });
    await repo.diffStat({ from: base, to: one.commit });
    await repo.createBranch({ branch: 'baton/prefs/integration', at: base });
    await repo.moveBranch({ branch: 'baton/prefs/integration', old: base, new: one.commit });
    await repo.putText('refs/baton/records/prefs/x', 'text');
    expect(await repo.getText('refs/baton/records/prefs/x')).toBe('text');
    expect(await repo.bringUpTo({ worktree: two.id, head: one.commit })).toMatchObject({ kind: 'clean' });
    const own = await all.worktree('integration', one.commit, { own: true });
    expect(await repo.drift(own.id)).toEqual({ changed: [], added: [] });
    await repo.landBranch({ branch: 'feature/prefs', commit: one.commit });
    expect(sprung.flatMap((look) => look())).toEqual([]);
    // They were there all the time: plain git falls for them.
    attempt(own.path, '--git-dir', repo.clone, '--work-tree', own.path, 'status');
    expect(sprung.flatMap((look) => look())).not.toEqual([]);
  });
});

async function workOf({ repo, worktree }: Setting, name: string, text: string) {
  const { id, path: at } = await worktree(name);
  write(at, { 'x.trap': text });
  return { id, ...(await repo.commitAll({ worktree: id, message: name })) };
}

it('what git starts for the origin has none of the keys that the worker has', async () => {
  const folder = temporaryFolder();
  const seen = path.join(folder, 'seen');
  const script = path.join(folder, 'ssh');
  writeFileSync(script, `#!/bin/sh\nenv > ${seen}\nexit 1\n`, { mode: 0o755 });
  const keys = { GH_TOKEN: 'canary-gh', ANTHROPIC_API_KEY: 'canary-model', DEPLOY_TOKEN: 'canary-release' };
  const own = { GIT_SSH_COMMAND: script, SSH_AUTH_SOCK: '/run/agent', HTTPS_PROXY: 'http://proxy:1' };
  const before = { ...process.env };
  Object.assign(process.env, keys, own, { NAMED: 'canary-named', BATON_GIT_ENV: 'NAMED, TEMPORAL_API_KEY' });
  process.env.TEMPORAL_API_KEY = 'canary-temporal';
  try {
    expect(await originProblem('ssh://localhost/nowhere', 'main')).toContain("can't read the repository");
  } finally {
    for (const name of [
      ...Object.keys(keys),
      ...Object.keys(own),
      'NAMED',
      'BATON_GIT_ENV',
      'TEMPORAL_API_KEY',
    ])
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
  }
  const env = execFileSync('cat', [seen]).toString();
  expect(env.match(/canary-\w+/g)).toEqual(['canary-named']);
  for (const [name, value] of Object.entries(own)) expect(env).toContain(`${name}=${value}\n`);
});
