import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { openRepository } from '../../src/git/repository.ts';
import { safeConfig } from '../../src/git/safe-settings.ts';
import { prepareViews, withView } from '../../src/git/view.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { attempt, git, setting, temporaryFolder, userRepository } from './fixture.ts';

it('a view is gone after its run, and one that a killed process left after a day', async () => {
  const { repo } = await setting();
  const { views } = repo.home;
  expect(readdirSync(views)).toEqual([]);
  await expect(
    withView(views, { of: repo.clone, config: '' }, () => Promise.reject(new Error('x'))),
  ).rejects.toThrow('x');
  for (const name of ['baton-view-old', 'baton-view-new']) mkdirSync(path.join(views, name));
  const yesterday = Date.now() / 1000 - 25 * 3600;
  utimesSync(path.join(views, 'baton-view-old'), yesterday, yesterday);
  await prepareViews(views);
  expect(readdirSync(views)).toEqual(['baton-view-new']);
});

it('settings that say what data is are kept, and none that name a program, a path or another file', async () => {
  const text = `[core]
\tsharedRepository = group
\tsshCommand = touch canary
\tfileMode = false
[include]
\tpath = /tmp/canary
[extensions]
\tobjectFormat = sha256
\tpartialClone = origin
[receive]
\tdenyDeletes
\tprocReceiveRefs = refs/for
\tfsckObjects = true
[core]
\tsymlinks = "tr\\"ue\\n[core]\\nfsmonitor=touch canary"
`;
  const config = await safeConfig(text, 'x', true);
  expect(config).toBe(`[core]
\trepositoryformatversion = 1
\tbare = true
[gc]
\tauto = 0
[receive]
\tautogc = false
[core]
\tsharedrepository = "group"
[core]
\tfilemode = "false"
[extensions]
\tobjectformat = "sha256"
[receive]
\tfsckobjects = "true"
`);
  await expect(safeConfig('[receive\n', 'the/config', true)).rejects.toThrow('the/config');
});

it('the origin’s rules for pushes hold, and its hooks where it is bare; not those of a checkout', async () => {
  const { origin, repo, base, worktree, root } = await setting();
  const { id, path: at } = await worktree('one');
  writeFileSync(path.join(at, 'b.txt'), 'b\n');
  const { commit } = await repo.commitAll({ worktree: id, message: 'b' });
  const canary = path.join(root, 'canary');
  const hook = `#!/bin/sh\ntouch ${canary}\necho refused by a hook >&2\nexit 1\n`;
  mkdirSync(path.join(origin, '.git/hooks'), { recursive: true });
  writeFileSync(path.join(origin, '.git/hooks/pre-receive'), hook, { mode: 0o755 });
  expect((await repo.landBranch({ branch: 'feature/one', commit })).kind).toBe('landed');
  expect(existsSync(canary)).toBe(false);
  const bare = path.join(root, 'bare.git');
  git(root, 'clone', '--quiet', '--bare', origin, bare);
  const other = await openRepository({
    screen: 'none',
    home: homePaths(path.join(root, 'home')),
    origin: bare,
  });
  await other.resolveBase('main');
  mkdirSync(path.join(bare, 'hooks'), { recursive: true });
  writeFileSync(path.join(bare, 'hooks/pre-receive'), hook, { mode: 0o755 });
  await expect(other.landBranch({ branch: 'feature/two', commit: base })).rejects.toThrow(
    'refused by a hook',
  );
  expect(existsSync(canary)).toBe(true);
});

it('a hub that a group shares stays readable for the group', async () => {
  const root = temporaryFolder();
  const origin = userRepository(root);
  const hub = path.join(root, 'hub.git');
  git(root, 'init', '--quiet', '--bare', '--shared=group', hub);
  const repo = await openRepository({
    screen: 'none',
    home: homePaths(path.join(root, 'home')),
    origin,
    hub,
  });
  const at = await repo.resolveBase('main');
  await repo.createBranch({ branch: 'baton/x/integration', at });
  const { mode } = statSync(path.join(hub, 'refs/heads/baton/x/integration'));
  expect(mode & 0o060).toBe(0o060);
  expect(attempt(hub, 'fsck')).toBe(true);
  expect(readFileSync(path.join(hub, 'config'), 'utf8')).toContain('sharedrepository');
});
