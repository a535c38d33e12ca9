import { readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { CHUNK } from '../files/regular-file.ts';
import { inParallel } from './in-parallel.ts';
import { codeOf, insidePath, notAFolder } from './inside.ts';
import { type Needles, needlesFor, pathInFile } from './path-in-file.ts';
import { entriesOf, type TreeEntry } from './walk.ts';

/**
 * Why what is installed at `paths` of the tree `root` can't be copied into another tree, in one line for people, or
 * undefined if it can. A copy would work on the tree that it came from if something in it is an absolute link into that
 * tree or a file that contains its path. A relative link within the tree leads into the tree that it is copied to.
 */
export async function pointsInto(root: string, paths: readonly string[]): Promise<string | undefined> {
  for (const relative of paths.map(insidePath)) {
    const above = await notAFolder(root, relative);
    if (above !== undefined) return `${above} is not a real folder`;
  }
  const job = { root: path.resolve(root), real: await realpath(root), needles: await needlesFor(root) };
  const buffers = new Map<number, Buffer>();
  let found: string | undefined;
  await inParallel(entriesOf(root, paths), async (entry, lane) => {
    const buffer = buffers.get(lane) ?? Buffer.allocUnsafe(CHUNK + job.needles.longest);
    buffers.set(lane, buffer);
    const reason = await reasonOf(job, entry, buffer);
    if (reason === undefined) return false;
    found ??= `${entry.path} ${reason}`;
    return true;
  });
  return found;
}

/**
 * Why `baton` can't copy what is installed in a user's checkout into worktrees, in one line for `baton doctor`, or
 * undefined if it can or nothing is installed there.
 */
export async function installedProblem(
  checkout: string,
  paths: readonly string[],
): Promise<string | undefined> {
  try {
    const reason = await pointsInto(checkout, paths);
    return reason && `${reason}: it can't be copied, so the set-up runs in every worktree`;
  } catch (error) {
    return `${paths.join(', ')} can't be looked through (${codeOf(error)}), so the set-up runs in every worktree`;
  }
}

interface Job {
  readonly root: string;
  /** The tree without links on the way to it. */
  readonly real: string;
  readonly needles: Needles;
}

async function reasonOf(job: Job, { path: relative, kind }: TreeEntry, buffer: Buffer) {
  const at = path.join(job.root, relative);
  if (kind === 'unreadable') return 'is a folder that may not be listed';
  if (kind === 'link') return linkReason(job, at);
  if (kind !== 'file') return undefined;
  try {
    const found = await pathInFile(at, job.needles, buffer);
    return found ? 'names the folder that it was installed in' : undefined;
  } catch (error) {
    return `can't be read (${codeOf(error)}), so nobody knows what it names`;
  }
}

async function linkReason({ root, real }: Job, at: string): Promise<string | undefined> {
  const target = await readlink(at).catch((error: unknown) => ({ code: codeOf(error) }));
  if (typeof target !== 'string') return `is a link that can't be read (${target.code})`;
  if (path.isAbsolute(target)) {
    const leadsTo = [path.resolve(target), await realpath(target).catch(() => target)];
    const inside = leadsTo.some((each) => within(root, each) || within(real, each));
    return inside ? 'is an absolute link into the folder that it was installed in' : undefined;
  }
  const leavesOut = 'is a link that leads out of the folder that it was installed in';
  if (!within(root, path.resolve(path.dirname(at), target))) return leavesOut;
  // The folder of the link is a real one, so `..` at the beginning is exact. Behind a name it may follow another link.
  if (!/(?:^|\/)(?!\.{0,2}(?:\/|$))[^/]+\/(?:.*\/)?\.\.(?:\/|$)/.test(target)) return undefined;
  const leadsTo = await realpath(at).catch(() => undefined);
  return leadsTo === undefined || within(real, leadsTo) ? undefined : leavesOut;
}

const within = (folder: string, file: string): boolean => file === folder || file.startsWith(`${folder}/`);
