import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { uncommittedIn } from '../../src/git/uncommitted.ts';
import { userRepository } from '../../src/git/user-repository.ts';
import { runGit } from '../support/run-git.ts';

let repo: string;
beforeAll(async () => {
  repo = await mkdtemp(path.join(tmpdir(), 'baton-uncommitted-'));
  await runGit(repo, 'init', '-q', '-b', 'main');
  for (const name of ['a.txt', 'b.txt', 'c.txt', '.gitignore'])
    await writeFile(path.join(repo, name), 'ignored\n');
  await runGit(repo, 'add', '-A');
  await runGit(repo, '-c', 'user.name=t', '-c', 'user.email=t@t.invalid', 'commit', '-qm', 'x');
});
afterAll(() => rm(repo, { recursive: true, force: true }));

it('names what a checkout has and its commit does not: changed, staged, removed, new; and changes nothing', async () => {
  const own = await userRepository(repo);
  expect(await uncommittedIn(own)).toEqual([]);
  await writeFile(path.join(repo, 'a.txt'), 'changed\n');
  await writeFile(path.join(repo, 'b.txt'), 'staged\n');
  await runGit(repo, 'add', 'b.txt');
  await rm(path.join(repo, 'c.txt'));
  await mkdir(path.join(repo, 'new'));
  await writeFile(path.join(repo, 'new/x.txt'), 'x\n');
  await writeFile(path.join(repo, 'ignored'), 'x\n');
  const index = await readFile(path.join(repo, '.git/index'));
  expect((await uncommittedIn(own))?.sort()).toEqual(['a.txt', 'b.txt', 'c.txt', 'new/']);
  expect(index.equals(await readFile(path.join(repo, '.git/index')))).toBe(true);
  // Whether a file that a filter makes is changed, only the filter could tell.
  await writeFile(path.join(repo, '.gitattributes'), '*.bin filter=lfs\n');
  expect(await uncommittedIn(own)).toBeUndefined();
});
