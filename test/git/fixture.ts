import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { openRepository, type Repository } from '../../src/git/repository.ts';
import type { WorktreeId } from '../../src/git/worktree/worktree-paths.ts';
import type { ToPrepare } from '../../src/git/worktree/worktrees.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { runSync } from '../support/sync-programs.ts';

export const newFolder = (): string => realpathSync(mkdtempSync(path.join(tmpdir(), 'baton-git-')));

/** A folder that goes away with the test. */
export const temporaryFolder = (): string => {
  const folder = newFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const ENV = {
  PATH: process.env.PATH ?? '',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'User',
  GIT_AUTHOR_EMAIL: 'user@example.com',
  GIT_COMMITTER_NAME: 'User',
  GIT_COMMITTER_EMAIL: 'user@example.com',
};

/** Plain git, as a user or an agent runs it. */
export const git = (cwd: string, ...args: string[]): string => raw(cwd, ...args).trim();

export const write = (root: string, files: Record<string, string>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  }
};

export const commit = (root: string, files: Record<string, string>, message = 'change'): string => {
  write(root, files);
  git(root, 'add', '--all');
  git(root, 'commit', '--quiet', '-m', message);
  return git(root, 'rev-parse', 'HEAD');
};

/** A user's repository with one commit on `main`, which is checked out. */
export const userRepository = (
  root: string,
  files: Record<string, string> = { 'a.txt': 'one\ntwo\nthree\n' },
): string => {
  const folder = path.join(root, 'origin');
  mkdirSync(folder);
  git(folder, 'init', '--quiet', '-b', 'main');
  commit(folder, files, 'start');
  return folder;
};

/** What a commit holds, by path: the content of each file, `-> target` of each link, the commit of each submodule. */
export const contentsOf = (repo: Repository, at: string): Record<string, string> => {
  const contents: Record<string, string> = {};
  for (const line of git(repo.clone, 'ls-tree', '-r', '-z', at).split('\0')) {
    const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ');
    if (mode === '') continue;
    const text = mode === '160000' ? id : raw(repo.clone, 'cat-file', 'blob', id);
    contents[line.slice(line.indexOf('\t') + 1)] = mode === '120000' ? `-> ${text}` : text;
  }
  return contents;
};

/** As `git`, with the end of the output as it is. */
export const raw = (cwd: string, ...args: string[]): string =>
  runSync('git', args, { cwd, env: ENV }).toString();

/** As `git`, where it may fail as well. @returns whether it did its work. */
export const attempt = (cwd: string, ...args: string[]): boolean => {
  try {
    git(cwd, ...args);
    return true;
  } catch {
    return false;
  }
};

export const fifo = (...parts: string[]): void => {
  const at = path.join(...parts);
  rmSync(at, { recursive: true, force: true });
  mkdirSync(path.dirname(at), { recursive: true });
  runSync('mkfifo', [at]);
};

export interface Setting {
  readonly root: string;
  readonly origin: string;
  readonly repo: Repository;
  readonly base: string;
  /** Prepares a worktree; one of Baton's own is checked out as well. @returns its id and path. */
  worktree(name: string, start?: string, more?: Partial<ToPrepare>): Promise<Worktree>;
}

export interface Worktree {
  readonly id: WorktreeId;
  readonly path: string;
}

/** A user's repository, opened in a new home, with its base fetched. */
export const setting = (files?: Record<string, string>): Promise<Setting> =>
  settingIn(temporaryFolder(), files);

/** The same in a folder of the caller's, who shares it among tests. */
export const settingIn = async (root: string, files?: Record<string, string>): Promise<Setting> => {
  const origin = userRepository(root, files);
  const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
  const base = await repo.resolveBase('main');
  return {
    root,
    origin,
    repo,
    base,
    worktree: async (name, start = base, more = {}) => {
      const id = { feature: 'prefs', name, epoch: more.epoch ?? 1 };
      const { path: folder } = await repo.prepareWorktree({ ...id, start, ...more });
      if (more.own) await repo.checkoutClean(id, start);
      return { id, path: folder };
    },
  };
};

/** A digest of all that is in a folder: names, modes and content. */
export const fingerprint = (folder: string, skip: (name: string) => boolean = () => false): string => {
  const hash = createHash('sha256');
  const walk = (at: string) => {
    for (const name of readdirSync(at).sort()) {
      const full = path.join(at, name);
      if (skip(path.relative(folder, full))) continue;
      const stat = statSync(full);
      hash.update(`${path.relative(folder, full)} ${stat.mode}\n`);
      if (stat.isDirectory()) walk(full);
      else hash.update(readFileSync(full));
    }
  };
  walk(folder);
  return hash.digest('hex');
};
