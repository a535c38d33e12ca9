/** A process of its own for tests that need several, or one to kill: `actor.ts <home> <origin> <job> …`. */

import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';

const [dir = '', origin = '', hub = '', job = '', ...rest] = process.argv.slice(2);
const repo = await openRepository({
  screen: 'none',
  home: homePaths(dir),
  origin,
  hub: hub === '' ? undefined : hub,
});
const id = { feature: 'prefs', name: rest[0] ?? '', epoch: Number(rest[1] ?? 1) };
process.stdout.write('ready\n');
let answer: unknown;
if (job === 'open') answer = await repo.resolveBase('main');
if (job === 'move') {
  const [branch = '', old = '', next = ''] = rest;
  answer = await repo.moveBranch({ branch, old, new: next }).then(
    (moved) => moved.kind,
    (error: { type?: string }) => error.type ?? String(error),
  );
}
if (job === 'commit') answer = (await repo.commitAll({ worktree: id, message: 'by the actor' })).commit;
if (job === 'commit whole') answer = await repo.commitAll({ worktree: id, message: 'by the actor' });
if (job === 'remove') answer = await repo.removeWorktree(id);
if (job === 'prepare') answer = await repo.prepareWorktree({ ...id, start: rest[2] ?? '' });
if (job === 'bring') answer = await repo.bringUpTo({ worktree: id, head: rest[2] ?? '' });
if (job === 'checkout') answer = await repo.checkoutClean(id, rest[2] ?? '');
// A job without an answer is done all the same: only one that was cut says nothing.
process.stdout.write(`${JSON.stringify(answer ?? 'done')}\n`);
