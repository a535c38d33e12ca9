import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lchownSync, lstatSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Committed } from '../../src/git/worktree/commit.ts';
import { contentsOf, type Setting, setting, write } from './fixture.ts';

const ACTOR = path.join(import.meta.dirname, 'actor.ts');
/** Modes don't bind root: then the work is done as `nobody`. */
const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;

const give = (at: string, user: number): void => {
  lchownSync(at, user, user);
  if (lstatSync(at).isDirectory()) for (const name of readdirSync(at)) give(path.join(at, name), user);
};

/** Does a job of the actor's as a user whom modes bind. */
const act = ({ root, origin }: Setting, job: string, ...rest: string[]): unknown => {
  if (isRoot) give(root, NOBODY);
  const args = ['--import', 'tsx', ACTOR, path.join(root, 'home'), origin, '', job, ...rest];
  const output = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: root, TMPDIR: root },
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  if (isRoot) give(root, 0);
  const answer = output.split('\n')[1] ?? '';
  return answer.startsWith('{') ? JSON.parse(answer) : undefined;
};

const FILES = { 'a.txt': 'a\n', 'b.txt': 'b\n', 'src/x.ts': 'x\n', 'lib/y.ts': 'y\n', 'odd/z.ts': 'z\n' };

test('what may not be read is unusable, stays as the base has it, and holds up nothing else', async () => {
  const given = await setting(FILES);
  const { path: folder } = await given.worktree('one');
  write(folder, {
    'a.txt': 'changed\n',
    'b.txt': 'changed\n',
    'new/n.txt': 'n\n',
    'plain.txt': 'p\n',
    'odd/.gitignore': '*.log\n',
  });
  for (const name of ['a.txt', 'src', 'new', 'odd/.gitignore']) chmodSync(path.join(folder, name), 0);
  // Its names may be read, and nothing else of it.
  chmodSync(path.join(folder, 'lib'), 0o444);
  const made = act(given, 'commit whole', 'one') as Committed;
  for (const name of ['src', 'new', 'lib']) chmodSync(path.join(folder, name), 0o755);
  expect([...made.unusable].sort()).toEqual(['a.txt', 'lib', 'new', 'odd/.gitignore', 'src']);
  expect(contentsOf(given.repo, made.commit)).toEqual({ ...FILES, 'b.txt': 'changed\n', 'plain.txt': 'p\n' });
});

test('read-only folders that a check left are removed', async () => {
  const given = await setting(FILES);
  const { path: folder } = await given.worktree('integration', given.base, { own: true });
  const cache = (name: string) => {
    write(folder, { [`${name}/deep/mod.go`]: 'm\n', 'src/left.txt': 'l\n' });
    for (const each of [`${name}/deep`, name, 'src']) chmodSync(path.join(folder, each), 0o555);
  };
  cache('gocache');
  act(given, 'checkout', 'integration', '1', given.base);
  expect(readdirSync(folder).sort()).toEqual(['.git', 'a.txt', 'b.txt', 'lib', 'odd', 'src']);
  expect(readdirSync(path.join(folder, 'src'))).toEqual(['x.ts']);
  cache('again');
  act(given, 'remove', 'integration');
  expect(existsSync(folder)).toBe(false);
});

test('a folder of the base that is a link now is committed as the link', async () => {
  const given = await setting(FILES);
  const { id, path: folder } = await given.worktree('one');
  rmSync(path.join(folder, 'src'), { recursive: true });
  symlinkSync('lib', path.join(folder, 'src'));
  const { commit, unusable } = await given.repo.commitAll({ worktree: id, message: 'link' });
  expect(unusable).toEqual([]);
  const { 'src/x.ts': _, ...others } = FILES;
  expect(contentsOf(given.repo, commit)).toEqual({ ...others, src: '-> lib' });
});
