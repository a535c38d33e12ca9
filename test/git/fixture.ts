import { execFileSync } from 'node:child_process';
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
import type { WorktreeId } from '../../src/git/worktree-place.ts';
import { homePaths } from '../../src/homes/paths.ts';

/** A folder that goes away with the test. */
export const temporaryFolder = (): string => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'baton-git-')));
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
export const git = (cwd: string, ...args: string[]): string =>
  execFileSync('git', args, { cwd, env: ENV, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();

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

export interface Setting {
  readonly root: string;
  readonly origin: string;
  readonly repo: Repository;
  readonly base: string;
  /** Prepares a worktree. @returns its id and path. */
  worktree(name: string, start?: string, epoch?: number): Promise<{ id: WorktreeId; path: string }>;
}

/** A user's repository, opened in a new home, with its base fetched. */
export const setting = async (files?: Record<string, string>): Promise<Setting> => {
  const root = temporaryFolder();
  const origin = userRepository(root, files);
  const repo = await openRepository({ home: homePaths(path.join(root, 'home')), origin });
  const base = await repo.resolveBase('main');
  return {
    root,
    origin,
    repo,
    base,
    worktree: async (name, start = base, epoch = 1) => {
      const id = { feature: 'prefs', name, epoch };
      return { id, path: (await repo.prepareWorktree({ ...id, start })).path };
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
