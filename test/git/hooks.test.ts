import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { hookCommand } from '../../src/config/hooks.ts';
import { runSync } from '../support/sync-programs.ts';
import { commit, git, setting, write } from './fixture.ts';

const HOOK = `git diff --cached --name-only > "$OUT"
! git diff --cached | grep -q '^+.*FORBIDDEN' || { echo 'a word is forbidden'; exit 3; }
`;

it('a hook of the repository sees in a clean tree what its commit would hold, and its answer is the check’s', async () => {
  const { repo, origin, worktree, root } = await setting({ 'a.txt': 'FORBIDDEN in the base\n' });
  commit(origin, { '.husky/pre-commit': HOOK });
  const base = await repo.resolveBase('main');
  const shown = { base: { branch: 'main', commit: base } };
  const one = await worktree('one', base, shown);
  const proof = await worktree('proof', base, { ...shown, own: true });
  const out = path.join(root, 'staged');
  const run = async (text: string) => {
    write(one.path, { 'b.txt': text });
    const { commit: made } = await repo.commitAll({ worktree: one.id, message: 'Work' });
    await repo.checkoutClean(proof.id, made);
    const env = { PATH: process.env.PATH ?? '', OUT: out };
    let code = 0;
    try {
      runSync('sh', ['-c', hookCommand('.husky')], { cwd: proof.path, env });
    } catch (error) {
      code = (error as { exitCode?: number; status?: number }).status ?? 1;
    }
    expect(git(proof.path, 'rev-parse', 'HEAD')).toBe(made);
    expect(git(proof.path, 'status', '--porcelain')).toBe('');
    return code;
  };
  expect(await run('fine\n')).toBe(0);
  expect(readFileSync(out, 'utf8')).toBe('b.txt\n');
  expect(await run('FORBIDDEN\n')).not.toBe(0);
  // One that is executable runs as it says; what has no such hook is told.
  chmodSync(path.join(origin, '.husky/pre-commit'), 0o755);
  expect(existsSync(path.join(proof.path, '.husky/pre-commit'))).toBe(true);
  const args = ['-c', `${hookCommand('.none')}`];
  expect(() => runSync('sh', args, { cwd: proof.path, env: { PATH: process.env.PATH ?? '' } })).toThrow();
});
