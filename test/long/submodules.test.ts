import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { attempt, commit, contentsOf, fifo, git, temporaryFolder, write } from '../git/fixture.ts';
import { repositoryWithModules } from '../support/repositories.ts';

const opened = async (root = temporaryFolder()) => {
  const made = repositoryWithModules(root);
  const repo = await openRepository({
    screen: 'none',
    home: homePaths(path.join(root, 'home')),
    origin: made.origin,
  });
  const base = await repo.resolveBase('main');
  await repo.fetchModules(base);
  const worktree = async (name: string, own = false) => {
    const id = { feature: 'prefs', name, epoch: 1 };
    const shown = { branch: `baton/prefs/${name}`, base: { branch: 'main', commit: base } };
    const { path: at } = await repo.prepareWorktree({ ...id, start: base, own, ...shown });
    if (own) await repo.checkoutClean(id, base);
    return { id, at, lib: path.join(at, 'vendor/lib') };
  };
  return { ...made, root, repo, base, worktree };
};
const replaceByLink = (at: string, to: string): void => {
  rmSync(at, { recursive: true });
  symlinkSync(to, at);
};
const text = (...at: string[]) => readFileSync(path.join(...at), 'utf8');

describe('a submodule', () => {
  it('is in the trees of agents and of checks with its own, at the commits that are recorded', async () => {
    const { worktree, repo, base, lib, versions } = await opened();
    for (const tree of [await worktree('one'), await worktree('proof', true)]) {
      expect(text(tree.lib, 'lib.txt')).toBe('2\n');
      expect(text(tree.lib, 'deps/inner/inner.txt')).toBe('inner\n');
      expect(git(tree.at, 'status', '--porcelain')).toBe('');
      expect(git(tree.lib, 'status', '--porcelain')).toBe('');
      expect(git(tree.lib, 'rev-parse', 'HEAD', 'origin/main')).toBe(`${versions[1]}\n${versions[2]}`);
      // There is nothing left to do for it, and nowhere that it would look for more.
      expect(git(tree.at, 'submodule', 'update', '--init', '--recursive')).toBe('');
      expect(git(tree.at, 'config', 'submodule.vendor/lib.url')).toBe(lib);
    }
    const { id, lib: proven } = await worktree('proof', true);
    write(proven, {
      'lib.txt': 'changed by a check\n',
      'left.txt': 'left\n',
      built: 'built\n',
      'kept/x': 'x\n',
    });
    rmSync(path.join(proven, '.git/HEAD'));
    fifo(proven, '.git/HEAD');
    await repo.checkoutClean(id, base, ['vendor/lib/kept']);
    expect(text(proven, 'lib.txt')).toBe('2\n');
    expect(text(proven, 'kept/x')).toBe('x\n');
    for (const name of ['left.txt', 'built']) expect(existsSync(path.join(proven, name))).toBe(false);
    rmSync(proven, { recursive: true });
    const elsewhere = temporaryFolder();
    symlinkSync(elsewhere, proven);
    await repo.checkoutClean(id, base);
    expect(text(proven, 'deps/inner/inner.txt')).toBe('inner\n');
    expect(existsSync(path.join(elsewhere, 'lib.txt'))).toBe(false);
  });

  it('that no tree shall have is an empty folder, whatever checks leave there', async () => {
    const root = temporaryFolder();
    const { origin } = repositoryWithModules(root);
    const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
    const start = await repo.resolveBase('main');
    const id = { feature: 'prefs', name: 'proof', epoch: 1 };
    const { path: at } = await repo.prepareWorktree({ ...id, start, own: true });
    for (const left of ['lib.txt', 'deps/x', '.git/HEAD']) {
      await repo.checkoutClean(id, start);
      expect(readdirSync(path.join(at, 'vendor/lib'))).toEqual([]);
      expect(git(at, 'status', '--porcelain')).toBe('');
      write(path.join(at, 'vendor/lib'), { [left]: 'left\n' });
    }
    await repo.checkoutClean(id, start);
    expect(readdirSync(path.join(at, 'vendor/lib'))).toEqual([]);
  });

  it('that an agent moves to a commit of where it comes from is a change like any other', async () => {
    const { worktree, repo, base, versions, lib } = await opened();
    const one = await worktree('one');
    const untouched = await repo.commitAll({ worktree: one.id, message: 'Nothing' });
    expect(untouched).toMatchObject({ changed: false, unusable: [] });
    git(one.lib, 'checkout', '--quiet', 'origin/main');
    write(one.at, { 'b.txt': 'b\n' });
    const done = await repo.commitAll({ worktree: one.id, message: 'A newer library' });
    expect(done.unusable).toEqual([]);
    expect(contentsOf(repo, done.commit)).toMatchObject({ 'vendor/lib': versions[2], 'b.txt': 'b\n' });
    expect(await repo.changedFiles({ from: base, to: done.commit })).toContainEqual({
      path: 'vendor/lib',
      status: 'modified',
    });
    const proof = await worktree('proof', true);
    await repo.checkoutClean(proof.id, done.commit);
    expect(text(proof.lib, 'new.txt')).toBe('new\n');
    // Another packet is brought up to it, and one that was pushed just now is found.
    const two = await worktree('two');
    write(two.at, { 'c.txt': 'c\n' });
    await repo.commitAll({ worktree: two.id, message: 'Beside' });
    expect(await repo.bringUpTo({ worktree: two.id, head: done.commit })).toMatchObject({ kind: 'clean' });
    expect(text(two.lib, 'lib.txt')).toBe('3\n');
    expect(git(two.at, 'status', '--porcelain')).toBe('');
    const fourth = commit(lib, { 'lib.txt': '4\n' });
    git(two.lib, 'pull', '--quiet', 'origin', 'main');
    const later = await repo.commitAll({ worktree: two.id, message: 'The newest' });
    expect(contentsOf(repo, later.commit)['vendor/lib']).toBe(fourth);
  });

  it('in which an agent leaves what a commit can’t hold is named, and nothing of it is lost', async () => {
    const { worktree, repo, base, versions } = await opened();
    const one = await worktree('one');
    write(one.lib, { 'lib.txt': 'mine\n', 'more.txt': 'mine\n', built: 'ignored there\n' });
    write(one.at, { 'b.txt': 'b\n' });
    const first = await repo.commitAll({ worktree: one.id, message: 'Beside' });
    expect(first.unusable).toEqual([expect.stringMatching(/^vendor\/lib \(.*in lib\.txt, more\.txt: /)]);
    expect(contentsOf(repo, first.commit)).toMatchObject({ 'vendor/lib': versions[1], 'b.txt': 'b\n' });
    git(one.lib, 'add', '--all');
    git(one.lib, 'commit', '--quiet', '-m', 'mine');
    const second = await repo.commitAll({ worktree: one.id, message: 'With a commit there' });
    expect(second.unusable).toEqual([
      expect.stringMatching(/^vendor\/lib \(.*no branch or tag of .*lib has/),
    ]);
    expect(contentsOf(repo, second.commit)['vendor/lib']).toBe(versions[1]);
    expect(text(one.lib, 'lib.txt')).toBe('mine\n');
    git(one.lib, 'checkout', '--quiet', '--detach', versions[1]);
    write(one.lib, { 'deps/inner/inner.txt': 'mine\n' });
    const third = await repo.commitAll({ worktree: one.id, message: 'In the inner one' });
    expect(third.unusable).toEqual([expect.stringMatching(/^vendor\/lib \(.*deps\/inner/)]);
    git(path.join(one.lib, 'deps/inner'), 'checkout', '--quiet', '.');
    expect((await repo.commitAll({ worktree: one.id, message: 'Clean' })).unusable).toEqual([]);
    expect(await repo.tree(base)).not.toBe(await repo.tree(third.commit));
  });

  it('whose folder an agent makes a trap of holds nothing up and leads nowhere', async () => {
    const { worktree, repo, base } = await opened();
    const outside = temporaryFolder();
    const link = { 'vendor/lib': `-> ${outside}` };
    const pointer = { 'vendor/lib': contentsOf(repo, base)['vendor/lib'] };
    const traps: [(lib: string) => void, object][] = [
      [(lib) => fifo(lib, '.git/HEAD'), pointer],
      [(lib) => writeFileSync(path.join(lib, '.git/HEAD'), 'ref: refs/../../../../etc/passwd\n'), pointer],
      [(lib) => replaceByLink(path.join(lib, '.git'), outside), pointer],
      [(lib) => replaceByLink(lib, outside), link],
    ];
    for (const [number, [trap, expected]] of traps.entries()) {
      const tree = await worktree(`trap-${number}`);
      trap(tree.lib);
      const done = await repo.commitAll({ worktree: tree.id, message: 'Trapped' });
      expect(contentsOf(repo, done.commit)).toMatchObject(expected);
    }
    // What another packet moved is put beside the link, not through it.
    const other = await worktree('other');
    git(other.lib, 'checkout', '--quiet', 'origin/main');
    const moved = await repo.commitAll({ worktree: other.id, message: 'Moved' });
    const late = await worktree('late');
    replaceByLink(path.dirname(late.lib), outside);
    const from = await repo.tree(base);
    await repo.putTree({ worktree: late.id, from, to: await repo.tree(moved.commit) });
    expect(text(late.lib, 'lib.txt')).toBe('3\n');
    expect(readdirSync(outside)).toEqual([]);
  });

  it('that can’t be reached, or names what Baton doesn’t take, is named before anything starts', async () => {
    const root = temporaryFolder();
    const { origin, lib } = repositoryWithModules(root);
    const open = () => openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
    const fetched = async () => {
      const repo = await open();
      await repo.fetchModules(await repo.resolveBase('main'));
    };
    renameSync(lib, `${lib}.away`);
    await expect(fetched()).rejects.toMatchObject({
      type: 'Gone',
      message: expect.stringContaining(`the submodule vendor/lib at ${lib}`),
    });
    renameSync(`${lib}.away`, lib);
    await fetched();
    for (const url of ['ext::sh -c "touch /tmp/pwned"', '--upload-pack=touch /tmp/pwned', 'fd::17']) {
      git(origin, 'config', '--file', '.gitmodules', 'submodule.vendor/lib.url', url);
      commit(origin, {}, 'odd');
      await expect(fetched()).rejects.toMatchObject({
        type: 'Repository',
        message: expect.stringContaining('the submodule vendor/lib can’t be fetched'.replace('’', "'")),
      });
    }
    git(origin, 'config', '--file', '.gitmodules', 'submodule.../../x.path', 'vendor/lib');
    git(origin, 'config', '--file', '.gitmodules', 'submodule.../../x.url', '../lib');
    commit(origin, {}, 'odd name');
    await expect(fetched()).rejects.toMatchObject({ message: expect.stringContaining('"../../x"') });
  });

  it('is taken from the user’s own clone of it, if that has it', async () => {
    const root = temporaryFolder();
    const { origin, lib } = repositoryWithModules(root);
    const update = [
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'update',
      '--init',
      '--recursive',
    ];
    expect(attempt(origin, ...update)).toBe(true);
    const canary = path.join(root, 'canary');
    git(path.join(origin, 'vendor/lib'), 'config', 'uploadpack.packObjectsHook', `touch ${canary}; exec`);
    renameSync(path.dirname(lib), `${path.dirname(lib)}.away`);
    const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
    const base = await repo.resolveBase('main');
    await repo.fetchModules(base);
    const { path: at } = await repo.prepareWorktree({ feature: 'f', name: 'one', epoch: 1, start: base });
    expect(text(at, 'vendor/lib/deps/inner/inner.txt')).toBe('inner\n');
    expect(existsSync(canary)).toBe(false);
  });
});
