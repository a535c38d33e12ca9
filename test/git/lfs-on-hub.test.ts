import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { GitOverHttp } from '../support/git-over-http.ts';
import { lfsContent as content, hasLfs } from '../support/lfs.ts';
import { commit, git, temporaryFolder, userRepository } from './fixture.ts';

const LOGIN = 'baton:a-long-password';
const PLACE = { feature: 'prefs', name: 'one' };

/** A hub of two homes, at a path or behind a URL. */
const hubAt = async (root: string, kind: 'a folder' | 'a URL'): Promise<string> => {
  const folder = path.join(root, 'shared');
  git(root, 'init', '--quiet', '--bare', path.join(folder, 'hub.git'));
  git(path.join(folder, 'hub.git'), 'config', 'http.receivepack', 'true');
  if (kind === 'a folder') return path.join(folder, 'hub.git');
  const service = await GitOverHttp.start(folder, LOGIN, false);
  onTestFinished(() => service.stop());
  return `http://${LOGIN}@${service.host}/hub.git`;
};

/** Opens the repository in a home of this name, and finds its base. */
const homesOf =
  (root: string, { origin, hub }: { readonly origin: string; readonly hub: string }) =>
  async (name: string) => {
    const home = homePaths(path.join(root, name));
    const repo = await openRepository({ screen: 'none', home, origin, hub, content });
    return { repo, base: await repo.resolveBase('main') };
  };

describe.skipIf(!hasLfs)('objects of Git LFS that one home made', () => {
  it.each(['a folder', 'a URL'] as const)(
    'reach the trees of another by a hub at %s, and land from there',
    async (kind) => {
      const root = temporaryFolder();
      const origin = userRepository(root);
      git(origin, 'lfs', 'install', '--local');
      commit(origin, { '.gitattributes': '*.bin filter=lfs -text\n', 'base.bin': 'of the base\n' });
      const open = homesOf(root, { origin, hub: await hubAt(root, kind) });
      const one = await open('one');
      // Bytes that are no text in any encoding.
      const made = Buffer.concat([Buffer.from([0, 0xff, 0xfe, 0x0a]), randomBytes(70_000)]);
      const { path: folder } = await one.repo.prepareWorktree({ ...PLACE, epoch: 1, start: one.base });
      writeFileSync(path.join(folder, 'made.bin'), made);
      const { commit: work } = await one.repo.commitAll({
        worktree: { ...PLACE, epoch: 1 },
        message: 'Work',
      });
      expect(git(one.repo.clone, 'show', `${work}:made.bin`)).toContain('version https://git-lfs');

      // Its packet moves there, is measured in a tree of Baton's own, and lands.
      const two = await open('two');
      const { path: moved } = await two.repo.prepareWorktree({ ...PLACE, epoch: 2, start: two.base });
      expect(readFileSync(path.join(moved, 'made.bin'))).toEqual(made);
      expect(readFileSync(path.join(moved, 'base.bin'), 'utf8')).toBe('of the base\n');
      const three = await open('three');
      const own = { feature: 'prefs', name: 'integration', epoch: 1 };
      const { path: proof } = await three.repo.prepareWorktree({ ...own, start: three.base, own: true });
      await three.repo.checkoutClean(own, work);
      expect(readFileSync(path.join(proof, 'made.bin'))).toEqual(made);
      expect(await three.repo.drift(own)).toEqual({ changed: [], added: [] });

      const four = await open('four');
      await four.repo.landBranch({ branch: 'feature/prefs', commit: work });
      git(origin, 'checkout', '--quiet', 'feature/prefs');
      expect(readFileSync(path.join(origin, 'made.bin'))).toEqual(made);
      expect(git(origin, 'lfs', 'fsck')).toContain('OK');
    },
  );

  it('are not taken from a hub on which somebody put another content in their place', async () => {
    const root = temporaryFolder();
    const origin = userRepository(root);
    git(origin, 'lfs', 'install', '--local');
    commit(origin, { '.gitattributes': '*.bin filter=lfs -text\n' });
    const hub = await hubAt(root, 'a folder');
    const open = homesOf(root, { origin, hub });
    const { repo, base } = await open('one');
    const { path: folder } = await repo.prepareWorktree({ ...PLACE, epoch: 1, start: base });
    writeFileSync(path.join(folder, 'made.bin'), 'made\n');
    await repo.commitAll({ worktree: { ...PLACE, epoch: 1 }, message: 'Work' });
    const [ref = ''] = git(hub, 'for-each-ref', '--format=%(refname)', 'refs/baton/lfs/').split('\n');
    git(hub, 'update-ref', ref, git(hub, 'rev-parse', `${base}:a.txt`));
    const two = await open('two');
    const move = two.repo.prepareWorktree({ ...PLACE, epoch: 2, start: base });
    await expect(move).rejects.toThrow(/isn't the object of Git LFS that it is called after/);
  });
});
