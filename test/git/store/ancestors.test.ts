import { expect, it } from 'vitest';
import { attempt, setting } from '../fixture.ts';

it('which commits are before others is told as git tells it, whether Baton made them or somebody else', async () => {
  const { repo, base } = await setting();
  const tree = await repo.tree(base);
  const made = (n: number, ...parents: string[]) =>
    repo.makeCommit({ tree, parents, message: `commit ${n}`, at: 1_700_000_000 + n });
  const one = await made(1, base);
  const two = await made(2, one);
  const beside = await made(3, one);
  const merged = await made(4, two, beside);
  const last = await made(5, merged);
  const apart = await made(6, base);
  const all = [base, one, two, beside, merged, last, apart];
  for (const ancestor of all)
    for (const of of all)
      expect(await repo.isAncestor(ancestor, of), `${ancestor} before ${of}`).toBe(
        attempt(repo.clone, 'merge-base', '--is-ancestor', ancestor, of),
      );
});
