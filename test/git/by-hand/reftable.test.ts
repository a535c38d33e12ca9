import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { addWorktree } from '../../../src/git/by-hand/add-worktree.ts';
import type { SealedView } from '../../../src/git/sealed-view.ts';
import { userRepository } from '../../../src/git/user-repository.ts';

it('a repository with a reftable gets no worktree from Baton, and a command that makes one from anywhere', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "baton it's a reftable-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const repo = path.join(folder, 'my repo');
  const git = (...args: string[]) =>
    execa('git', ['-C', repo, '-c', 'user.name=t', '-c', 'user.email=t@t.invalid', ...args]);
  await execa('git', ['init', '-q', '-b', 'trunk', repo]);
  await git('commit', '-q', '--allow-empty', '-m', 'x');
  const { stdout: commit } = await git('rev-parse', 'HEAD');
  await git('commit', '-q', '--allow-empty', '-m', 'y');
  // Git of this machine may be too old to make one.
  const view = {
    run: async () => ({ stdout: 'reftable\n', stderr: '', exitCode: 0 }),
  } as unknown as SealedView;
  const at = path.join(folder, 'my repo-x');
  const refused = await addWorktree(await userRepository(repo), view, { at, branch: 'a&b', commit }).catch(
    (error: Error) => error.message,
  );
  const command = /makes no worktree: (git .*)$/.exec(String(refused))?.[1] ?? '';
  await execa('sh', ['-c', command], { cwd: '/' });
  const { stdout } = await execa('git', ['log', '-1', '--format=%H %D'], { cwd: at });
  expect(stdout).toBe(`${commit} HEAD -> a&b`);
});
