import { constants } from 'node:fs';
import { copyFile, mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../../domain/failures.ts';
import { usesLfs } from '../../domain/git-content.ts';
import { inClone, type RepositoryContext } from '../context.ts';
import { hideCredentials, isRefusal } from '../git-error.ts';
import { NoRepositoryThere, originName, outageAt } from '../outage.ts';
import { isLocal } from '../remote/origin.ts';
import { runGit } from '../run-git.ts';
import { readFileAt } from '../store/objects.ts';
import { originRef } from '../store/refs.ts';
import { repositoryAt } from '../user-repository.ts';
import { isRegularOfSize } from '../worktree/plain-files.ts';
import { lfsStore } from './converting.ts';

/** An object of Git LFS that a commit's files stand for. */
interface LfsObject {
  /** SHA-256 of its content. */
  readonly id: string;
  /** In bytes. */
  readonly size: number;
}

/** Longer blobs are no pointers, as Git LFS has it. */
const LONGEST_POINTER = 1024;
/** Arguments of one command of git-lfs: each is 64 characters long. */
const IDS_AT_ONCE = 200;

const fileOf = (folder: string, { id }: LfsObject): string =>
  path.join(folder, 'objects', id.slice(0, 2), id.slice(2, 4), id);

const isThere = (folder: string, object: LfsObject): Promise<boolean> =>
  isRegularOfSize(fileOf(folder, object), object.size);

/** The objects that files of commits stand for: of all in the `range` of `git rev-list`. */
const objectsOf = async (repo: RepositoryContext, range: readonly string[]): Promise<LfsObject[]> => {
  const listed = await inClone(repo, ['rev-list', '--objects', '--no-object-names', ...range]);
  const about = await inClone(repo, ['cat-file', '--batch-check', '--buffer'], { input: listed.stdout });
  const small = about.stdout.split('\n').filter((line) => {
    const [, type, size] = line.split(' ');
    return type === 'blob' && Number(size) <= LONGEST_POINTER;
  });
  const ids = small.map((line) => `${line.split(' ')[0]}\n`).join('');
  if (ids === '') return [];
  const { stdout } = await inClone(repo, ['cat-file', '--batch', '--buffer'], { input: ids });
  const pointers =
    /^[0-9a-f]{40,64} blob (\d+)\n(version https:\/\/git-lfs\.github\.com\/spec\/v1\n(?:ext-\S+ \S+\n)*oid sha256:([0-9a-f]{64})\nsize (\d+)\n)/gm;
  const found = [...stdout.matchAll(pointers)].filter(([, length, text]) => Number(length) === text?.length);
  return [...new Map(found.map(([, , , id = '', size]) => [id, { id, size: Number(size) }])).values()];
};

/** What is known to be in the store, by clone and commit. */
const fetched = new Set<string>();

/**
 * Brings the objects of Git LFS that the files of `commit` stand for into the home, from the origin, with the person's
 * own settings and credentials. Nothing happens where the feature doesn't use Git LFS. Only for commits of the origin's:
 * what else an agent's pointers name is an error of its work.
 * @returns the commit
 * @throws BatonError `Repository` where the origin hasn't got one
 */
export const fetchLfs = async (repo: RepositoryContext, commit: string): Promise<string> => {
  if (!usesLfs(repo.content) || fetched.has(`${repo.clone} ${commit}`)) return commit;
  const store = lfsStore(repo);
  await mkdir(store, { recursive: true, mode: 0o700 });
  const wanted = await missing(store, await objectsOf(repo, ['--no-walk', commit]));
  if (isLocal(repo.origin)) await copyObjects(await usersStore(repo), store, wanted);
  else if (wanted.length > 0) await transferred(repo, ['fetch', 'origin', commit], commit);
  const [first, ...others] = await missing(store, wanted);
  if (first !== undefined)
    throw new BatonError(
      'Repository',
      `${others.length + 1} objects of Git LFS of commit ${commit.slice(0, 12)} aren't at ${hideCredentials(repo.origin)} ` +
        `(the first is ${first.id}): run \`git lfs fetch --all\` there, or push them with \`git lfs push --all\``,
    );
  fetched.add(`${repo.clone} ${commit}`);
  return commit;
};

/** Brings the objects that `commit` has, and no branch there, to the origin, before a branch there moves to it. */
export const pushLfs = async (repo: RepositoryContext, commit: string): Promise<void> => {
  if (!usesLfs(repo.content)) return;
  const objects = await objectsOf(repo, [commit, '--not', `--glob=${originRef('*')}`]);
  const here = new Set((await missing(lfsStore(repo), objects)).map(({ id }) => id));
  // What isn't here was never made here, so the origin has it.
  const made = objects.filter(({ id }) => !here.has(id));
  if (isLocal(repo.origin)) {
    await copyObjects(lfsStore(repo), await usersStore(repo), made);
    return;
  }
  for (let from = 0; from < made.length; from += IDS_AT_ONCE) {
    const ids = made.slice(from, from + IDS_AT_ONCE).map(({ id }) => id);
    await transferred(repo, ['push', '--object-id', 'origin', ...ids], commit);
  }
};

const missing = async (store: string, objects: readonly LfsObject[]): Promise<LfsObject[]> => {
  const there = await Promise.all(objects.map((object) => isThere(store, object)));
  return objects.filter((_, at) => there[at] !== true);
};

const usersStore = async ({ origin }: RepositoryContext): Promise<string> => {
  const users = await repositoryAt(origin);
  if (users === undefined) throw outageAt(originName({ origin }), new NoRepositoryThere());
  return path.join(users.common, 'lfs');
};

/** Each appears as a whole, under a name that says its content. Copied and not linked: others could write to it. */
const copyObjects = async (from: string, to: string, objects: readonly LfsObject[]): Promise<void> => {
  for (const object of objects) {
    if (!(await isThere(from, object)) || (await isThere(to, object))) continue;
    const target = fileOf(to, object);
    const part = `${target}.${process.pid}.part`;
    await mkdir(path.dirname(target), { recursive: true });
    try {
      await copyFile(fileOf(from, object), part, constants.COPYFILE_FICLONE);
      await rename(part, target);
    } finally {
      await rm(part, { force: true });
    }
  }
};

/** Runs git-lfs against the origin, as `git push` and `git fetch` are run: with the person's settings. */
const transferred = async (
  repo: RepositoryContext,
  args: readonly string[],
  commit: string,
): Promise<void> => {
  const url = await addressIn(repo, commit);
  const settings = [
    `lfs.storage=${lfsStore(repo)}`,
    `remote.origin.url=${repo.origin}`,
    ...(url === undefined ? [] : [`lfs.url=${url}`]),
  ];
  try {
    await inClone(repo, [...settings.flatMap((each) => ['-c', each]), 'lfs', ...args], {
      user: true,
      network: true,
    });
  } catch (error) {
    throw outageAt(`${originName(repo)} (Git LFS)`, error);
  }
};

/** Where the project keeps its objects, by its `.lfsconfig`; only an address of a server is taken from there. */
const addressIn = async (repo: RepositoryContext, commit: string): Promise<string | undefined> => {
  const text = await readFileAt(repo, commit, '.lfsconfig');
  if (text === undefined) return undefined;
  const { stdout } = await runGit(['config', '--file', '-', '--no-includes', '--get', 'lfs.url'], {
    cwd: '/',
    input: text,
    allow: [1],
  }).catch((error: unknown) => {
    if (!isRefusal(error)) throw error;
    throw new BatonError('Repository', `git can't read .lfsconfig: ${error.stderr.trim()}`);
  });
  const url = stdout.trim();
  return /^https?:\/\/[^\s-]\S*$/.test(url) ? url : undefined;
};
