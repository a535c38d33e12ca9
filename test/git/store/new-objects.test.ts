import { renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { RepositoryContext } from '../../../src/git/context.ts';
import { forgetFacts } from '../../../src/git/store/facts.ts';
import { newObjects } from '../../../src/git/store/new-objects.ts';
import { git, setting, write } from '../fixture.ts';

it('finds whatever git finds of what commits bring, without asking it', async () => {
  const { repo, base, worktree } = await setting({
    'a.txt': 'a\n',
    'src/deep/b.txt': 'b\n',
    'src/c.txt': 'c\n',
  });
  const context = { clone: repo.clone } as RepositoryContext;
  const missing = async (wanted: string, ...there: string[]) => {
    const found = await newObjects(context, [wanted], there);
    const asked = git(
      repo.clone,
      'rev-list',
      '--objects',
      '--no-object-names',
      wanted,
      ...there.map((c) => `^${c}`),
    );
    return found === undefined ? 'unknown' : asked.split('\n').filter((id) => id !== '' && !found.has(id));
  };
  const one = await worktree('one');
  const commits = [base];
  for (const change of [
    () => write(one.path, { 'src/deep/new/d.txt': 'd\n', 'a.txt': 'other\n' }),
    () => renameSync(path.join(one.path, 'src/deep'), path.join(one.path, 'moved')),
    () => rmSync(path.join(one.path, 'src'), { recursive: true }),
  ]) {
    change();
    commits.push((await repo.commitAll({ worktree: one.id, message: 'a change' })).commit);
  }
  const last = commits.at(-1) ?? '';
  // A merge of the work with another side, as Baton makes it.
  const two = await worktree('two');
  write(two.path, { 'two.txt': 'two\n' });
  const { commit: side } = await repo.commitAll({ worktree: two.id, message: 'two' });
  const { tree } = await repo.combine({ base, ours: last, theirs: side });
  const merge = await repo.makeCommit({ tree, parents: [last, side], message: 'both', at: 1_700_000_000 });
  const integration = await worktree('integration', last, { own: true });
  await repo.checkoutClean(integration.id, merge);

  for (const there of commits) expect(await missing(last, there), there).toEqual([]);
  expect(await missing(merge, last)).toEqual([]);
  expect(await missing(merge, base)).toEqual([]);
  expect(await missing(merge, side, base)).toEqual([]);
  // Of what was there before Baton nothing is remembered, nor is anything after a restart.
  expect(await missing(last)).toBe('unknown');
  forgetFacts(repo.clone);
  expect(await missing(last, base)).toBe('unknown');
});
