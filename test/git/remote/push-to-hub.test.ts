import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { hubConfig } from '../../../src/git/hardening.ts';
import { shownToPush } from '../../../src/git/remote/hub.ts';
import { commit, git, setting, temporaryFolder, write } from '../fixture.ts';

test('a push sees its own refs, and what its features stand on', () => {
  expect(shownToPush(['refs/baton/work/prefs/one/1', 'refs/heads/baton/prefs/one'])).toEqual([
    'refs/baton/work/prefs/one/1',
    'refs/heads/baton/prefs/integration',
    'refs/heads/baton/prefs/one',
  ]);
  expect(shownToPush(['refs/heads/baton/prefs/integration'])).toEqual([
    'refs/heads/baton/prefs/integration',
    'refs/heads/',
  ]);
  expect(shownToPush(['refs/heads/topic'])).toEqual(['refs/heads/topic', 'refs/heads/']);
});

test('any name of a ref is one value of the hub’s settings', () => {
  const folder = temporaryFolder();
  const strange = 'refs/heads/a"b#c;d';
  write(folder, { config: hubConfig('sha1', [strange]) });
  const values = git(folder, 'config', '--file', 'config', '--get-all', 'receive.hideRefs');
  expect(values.split('\n')).toEqual(['refs', `!${strange}`]);
});

test('the history goes to the hub once, whatever a push sees of it', async () => {
  const { root, origin, repo } = await setting();
  // With more objects than git leaves loose where it receives them.
  const files = Array.from({ length: 150 }, (_, n) => [`files/${n}.txt`, `${n}\n`] as const);
  const base = commit(origin, Object.fromEntries(files));
  await repo.resolveBase('main');
  const hubs = path.join(root, 'home/hubs');
  const packs = () =>
    readdirSync(path.join(hubs, readdirSync(hubs)[0] ?? '', 'objects/pack')).filter((name) =>
      name.endsWith('.pack'),
    );
  for (const feature of ['first', 'second']) {
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
    expect(packs()).toHaveLength(1);
  }
});
