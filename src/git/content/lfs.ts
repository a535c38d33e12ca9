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
import { listTree } from '../store/listing.ts';
import { readFileAt } from '../store/objects.ts';
import { originRef } from '../store/refs.ts';
import { repositoryAt } from '../user-repository.ts';
import { lfsStore } from './converting.ts';
import { fileOf, type LfsObject, missing, objectsAmong, objectsOf } from './lfs-objects.ts';
import { fromHub } from './lfs-on-hub.ts';

/** Arguments of one command of git-lfs: each is 64 characters long. */
const IDS_AT_ONCE = 200;

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
  // Another home may have made some.
  await fromHub(repo, await missing(lfsStore(repo), objects));
  const here = new Set((await missing(lfsStore(repo), objects)).map(({ id }) => id));
  // What isn't here was never made in a home, so the origin has it.
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

const usersStore = async ({ origin }: RepositoryContext): Promise<string> => {
  const users = await repositoryAt(origin);
  if (users === undefined) throw outageAt(originName({ origin }), new NoRepositoryThere());
  return path.join(users.common, 'lfs');
};

/** Each appears as a whole, under a name that says its content. Copied and not linked: others could write to it. */
const copyObjects = async (from: string, to: string, objects: readonly LfsObject[]): Promise<void> => {
  for (const object of objects) {
    const [lacks] = await missing(from, [object]);
    const [wanted] = await missing(to, [object]);
    if (lacks !== undefined || wanted === undefined) continue;
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

/** What is known to be in the store, by clone and tree. */
const brought = new Set<string>();

/**
 * Brings the objects that files of a tree stand for into a home that shares a hub: those that another home made from
 * there, those of the base from the origin. What neither has is an error of an agent's work, which git tells where it is
 * checked out.
 *
 * @param commit - one that has the tree: an origin behind a URL is asked by it
 */
export const bringLfs = async (repo: RepositoryContext, tree: string, commit?: string): Promise<void> => {
  const key = `${repo.clone} ${tree}`;
  if (!usesLfs(repo.content) || repo.hub.own || brought.has(key)) return;
  const blobs = [...(await listTree(repo, tree)).values()].filter(({ mode }) => mode.startsWith('100'));
  const store = lfsStore(repo);
  const objects = await objectsAmong(repo, blobs.map(({ id }) => `${id}\n`).join(''));
  await fromHub(repo, await missing(store, objects));
  if (isLocal(repo.origin)) await copyObjects(await usersStore(repo), store, objects);
  else if (commit !== undefined && (await missing(store, objects)).length > 0)
    await transferred(repo, ['fetch', 'origin', commit], commit).catch(() => undefined);
  if ((await missing(store, objects)).length === 0) brought.add(key);
};
