import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createHandWorktree,
  type HandRequest,
  PACKET_TEXT_FILE,
} from '../../../src/git/by-hand/create-hand-worktree.ts';
import { handWork } from '../../../src/git/by-hand/hand-work.ts';
import { handWorktrees } from '../../../src/git/by-hand/hand-worktrees.ts';
import { removeHandWorktree } from '../../../src/git/by-hand/remove-hand-worktree.ts';
import { userRepository as opened, type UserRepository } from '../../../src/git/user-repository.ts';
import { commit, fingerprint, git, temporaryFolder, userRepository, write } from '../fixture.ts';

interface Hand {
  readonly root: string;
  readonly origin: string;
  readonly repo: UserRepository;
  readonly base: string;
  make(name: string, more?: Partial<HandRequest>): Promise<string>;
  remove(name: string, force?: boolean): Promise<string | undefined>;
}

const setting = async (files?: Record<string, string>): Promise<Hand> => {
  const root = temporaryFolder();
  const origin = userRepository(root, files);
  const repo = await opened(origin);
  const base = git(origin, 'rev-parse', 'HEAD');
  const request = {
    branch: 'feature/x',
    commit: base,
    into: path.join(root, 'worktrees'),
    copy: [],
  };
  return {
    root,
    origin,
    repo,
    base,
    make: async (name, more) =>
      (await createHandWorktree(repo, { ...request, name, branch: `feature/${name}`, ...more })).path,
    remove: async (name, force = false) => {
      const found = (await handWorktrees(repo)).find((one) => one.name === name);
      if (!found) throw new Error(`no worktree ${name}`);
      return removeHandWorktree(repo, found, { base, baseName: 'main', force });
    },
  };
};
const workOf = async ({ repo, base }: Hand, name: string) => {
  const found = (await handWorktrees(repo)).find((one) => one.name === name);
  if (!found) throw new Error(`no worktree ${name}`);
  return handWork(repo, found, base);
};
const filesOf = (folder: string) =>
  fingerprint(folder, (name) => name === '.git' || name.startsWith('.git/'));

describe('a worktree by hand', () => {
  it('has a branch of its own with the files of the base, and leaves the checkout alone', async () => {
    const hand = await setting({ 'a.txt': 'one\n', 'src/run.sh': 'x\n', '.gitignore': 'node_modules\n' });
    write(hand.origin, { 'a.txt': 'the user is at work\n', 'new.txt': 'here\n' });
    git(hand.origin, 'add', 'new.txt');
    const before = [filesOf(hand.origin), readFileSync(path.join(hand.origin, '.git/HEAD'), 'utf8')];
    const index = readFileSync(path.join(hand.origin, '.git/index'));
    const at = await hand.make('api');
    expect(at).toBe(path.join(hand.root, 'worktrees', 'agent-api'));
    expect(git(at, 'status', '--porcelain', '--branch')).toBe('## feature/api');
    expect(git(at, 'rev-parse', 'HEAD')).toBe(hand.base);
    expect(readFileSync(path.join(at, 'a.txt'), 'utf8')).toBe('one\n');
    expect([filesOf(hand.origin), readFileSync(path.join(hand.origin, '.git/HEAD'), 'utf8')]).toEqual(before);
    expect(readFileSync(path.join(hand.origin, '.git/index'))).toEqual(index);
    expect(await handWorktrees(hand.repo)).toMatchObject([
      { name: 'api', path: at, branch: 'feature/api', head: hand.base, present: true },
    ]);
  });

  it('holds the packet for the agent to read, and copies, none of which can be committed', async () => {
    const hand = await setting();
    write(hand.origin, { 'local/settings.json': '{}\n', '.env': 'SECRET=1\n' });
    const made = await createHandWorktree(hand.repo, {
      name: 'api',
      branch: 'feature/api',
      commit: hand.base,
      into: path.join(hand.root, 'worktrees'),
      text: '# Work Packet: api\n',
      copy: ['.env', 'local', '../outside', 'a.txt'],
    });
    expect(made).toMatchObject({
      copied: ['.env', 'local'],
      skipped: [
        { path: '../outside', reason: 'it is not a path inside the repository' },
        { path: 'a.txt', reason: 'it is tracked by git' },
      ],
    });
    expect(readFileSync(path.join(made.path, PACKET_TEXT_FILE), 'utf8')).toBe('# Work Packet: api\n');
    expect(readFileSync(path.join(made.path, 'local/settings.json'), 'utf8')).toBe('{}\n');
    git(made.path, 'add', '--all');
    expect(git(made.path, 'status', '--porcelain')).toBe('');
    expect(await workOf(hand, 'api')).toEqual({ uncommitted: [], unmerged: 0 });
    await hand.remove('api');
    expect(readFileSync(path.join(hand.origin, 'local/settings.json'), 'utf8')).toBe('{}\n');
  });

  it('inside the repository is kept out of git', async () => {
    const hand = await setting();
    const at = await hand.make('api', { into: path.join(hand.origin, 'worktrees') });
    expect(git(hand.origin, 'status', '--porcelain')).toBe('');
    // Only the worktree itself is: the folder may hold files of the user's.
    write(hand.origin, { 'worktrees/notes.md': 'x\n' });
    expect(git(hand.origin, 'status', '--porcelain', '-uall')).toBe('?? worktrees/notes.md');
    expect(at).toBe(path.join(hand.origin, 'worktrees', 'agent-api'));
  });

  it('is refused where its branch, its folder or a worktree of its name is there, and leaves nothing', async () => {
    const hand = await setting({ 'a.txt': 'x\n', [PACKET_TEXT_FILE]: 'tracked\n' });
    git(hand.origin, 'branch', 'feature/taken');
    git(hand.origin, 'branch', 'team');
    await expect(hand.make('taken')).rejects.toThrow('has the branch feature/taken already');
    await expect(hand.make('api', { branch: 'team/api' })).rejects.toThrow('beside the branch "team"');
    await expect(hand.make('api', { text: 'x' })).rejects.toThrow(
      `has a file ${PACKET_TEXT_FILE} of its own`,
    );
    await expect(hand.make('api', { into: path.join(hand.origin, '.git', 'x') })).rejects.toThrow(
      "git's own",
    );
    write(path.join(hand.root, 'worktrees'), { 'agent-full/mine.txt': 'x\n' });
    await expect(hand.make('full')).rejects.toThrow('There is something at');
    await hand.make('twice');
    await expect(hand.make('twice', { branch: 'other' })).rejects.toThrow('There is a worktree of that name');
    expect(git(hand.origin, 'branch', '--format=%(refname:short)').split('\n').sort()).toEqual([
      'feature/taken',
      'feature/twice',
      'main',
      'team',
    ]);
    expect(await handWorktrees(hand.repo)).toHaveLength(1);
  });

  it('that fails halfway is taken away again with its branch', async () => {
    const hand = await setting();
    // A tree that is missing: the commit is there, its files are not.
    const tree = git(hand.origin, 'rev-parse', 'HEAD^{tree}');
    const object = path.join(hand.origin, '.git/objects', tree.slice(0, 2), tree.slice(2));
    chmodSync(object, 0o644);
    rmSync(object);
    await expect(hand.make('api')).rejects.toThrow();
    expect(git(hand.origin, 'for-each-ref', 'refs/heads/feature')).toBe('');
    expect(await handWorktrees(hand.repo)).toEqual([]);
    expect(existsSync(path.join(hand.root, 'worktrees', 'agent-api'))).toBe(false);
  });
});

describe('removing one', () => {
  it('is refused while something is uncommitted, staged, hidden or unmerged; its branch stays', async () => {
    const hand = await setting();
    const at = await hand.make('api');
    write(at, { 'new.txt': 'x\n' });
    await expect(hand.remove('api')).rejects.toThrow(/uncommitted: new\.txt/);
    rmSync(path.join(at, 'new.txt'));
    write(at, { 'staged.txt': 'x\n' });
    git(at, 'add', 'staged.txt');
    rmSync(path.join(at, 'staged.txt'));
    await expect(hand.remove('api')).rejects.toThrow(/uncommitted: staged\.txt/);
    git(at, 'reset', '--quiet');
    write(at, { 'a.txt': 'changed\n' });
    git(at, 'update-index', '--assume-unchanged', 'a.txt');
    expect(git(at, 'status', '--porcelain')).toBe('');
    await expect(hand.remove('api')).rejects.toThrow(/uncommitted: a\.txt/);
    git(at, 'update-index', '--no-assume-unchanged', 'a.txt');
    const tip = commit(at, {});
    await expect(hand.remove('api')).rejects.toThrow('1 of its commits is not in main');
    expect(existsSync(at)).toBe(true);
    expect(await hand.remove('api', true)).toBeUndefined();
    expect(existsSync(at)).toBe(false);
    expect(git(hand.origin, 'rev-parse', 'feature/api')).toBe(tip);
  });

  it('is done where all is merged', async () => {
    const hand = await setting();
    const at = await hand.make('api');
    const tip = commit(at, { 'b.txt': 'x\n' });
    git(hand.origin, 'merge', '--quiet', '--ff-only', 'feature/api');
    await removeHandWorktree(hand.repo, (await handWorktrees(hand.repo))[0] ?? expect.unreachable(), {
      base: tip,
      baseName: 'main',
      force: false,
    });
    expect(existsSync(at)).toBe(false);
    expect(git(hand.origin, 'worktree', 'list').split('\n')).toHaveLength(1);
  });

  it('keeps commits that no branch has', async () => {
    const hand = await setting();
    const at = await hand.make('api');
    git(at, 'checkout', '--quiet', '--detach');
    const tip = commit(at, { 'b.txt': 'x\n' });
    const kept = await hand.remove('api', true);
    expect(git(hand.origin, 'rev-parse', kept ?? '')).toBe(tip);
  });

  it('works where the folder is gone already, and only for worktrees by hand', async () => {
    const hand = await setting();
    const at = await hand.make('api');
    git(hand.origin, 'worktree', 'add', '--quiet', '-b', 'own', path.join(hand.root, 'own'));
    expect((await handWorktrees(hand.repo)).map(({ name }) => name)).toEqual(['api']);
    rmSync(at, { recursive: true });
    expect(await handWorktrees(hand.repo)).toMatchObject([{ name: 'api', present: false }]);
    await hand.remove('api');
    expect(await handWorktrees(hand.repo)).toEqual([]);
    expect(existsSync(path.join(hand.root, 'own'))).toBe(true);
  });
});

it('nothing that the repository’s configuration or its hooks name is ever run', async () => {
  const hand = await setting({ 'a.txt': 'one\n', '.gitattributes': '* filter=evil diff=evil merge=evil\n' });
  const control = path.join(hand.root, 'control');
  mkdirSync(control);
  const ran = (what: string) => `touch ${control}/${what}; cat`;
  for (const [key, what] of [
    ['filter.evil.smudge', 'smudge'],
    ['filter.evil.clean', 'clean'],
    ['filter.evil.process', 'process'],
    ['filter.evil.required', 'true'],
    ['core.fsmonitor', 'fsmonitor'],
    ['core.editor', 'editor'],
    ['core.pager', 'pager'],
    ['core.sshCommand', 'ssh'],
    ['diff.external', 'diff'],
    ['diff.evil.textconv', 'textconv'],
    ['alias.worktree', 'alias'],
  ] as const)
    git(hand.origin, 'config', key, what === 'true' ? what : ran(what));
  const hooks = path.join(hand.origin, '.git', 'hooks');
  for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-commit']) {
    writeFileSync(path.join(hooks, hook), `#!/bin/sh\ntouch ${control}/${hook}\n`);
    chmodSync(path.join(hooks, hook), 0o755);
  }
  const at = await hand.make('api', { text: 'x' });
  write(at, { 'a.txt': 'changed\n' });
  expect(await workOf(hand, 'api')).toEqual({ uncommitted: ['a.txt'], unmerged: 0 });
  await expect(hand.remove('api')).rejects.toThrow('uncommitted');
  await hand.remove('api', true);
  expect(readdirSync(control)).toEqual([]);
  // The traps work: plain git falls into them.
  expect(() => git(hand.origin, 'worktree', 'add', '-b', 'trap', path.join(hand.root, 'trap'))).toThrow();
  expect(readdirSync(control)).toEqual(expect.arrayContaining(['process', 'reference-transaction']));
});

it('an object that is missing is not fetched by a command that the configuration names', async () => {
  const hand = await setting();
  const control = path.join(hand.root, 'ran');
  for (const [key, value] of [
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', 'evil'],
    ['remote.evil.url', hand.origin],
    ['remote.evil.promisor', 'true'],
    ['remote.evil.uploadpack', `touch ${control}; git-upload-pack`],
  ] as const)
    git(hand.origin, 'config', key, value);
  const blob = git(hand.origin, 'rev-parse', 'HEAD:a.txt');
  rmSync(path.join(hand.origin, '.git/objects', blob.slice(0, 2), blob.slice(2)), { force: true });
  await expect(hand.make('api')).rejects.toThrow();
  expect(existsSync(control)).toBe(false);
  // The trap works: plain git falls into it.
  expect(() => git(hand.origin, 'show', 'HEAD:a.txt')).toThrow();
  expect(existsSync(control)).toBe(true);
});
