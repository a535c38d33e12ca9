import { randomUUID } from 'node:crypto';
import { access, constants, lstat, mkdir, readlink, rmdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';

const WHAT_TO_DO = 'Name another folder by BATON_HOME or --home';

const WHY: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'that file system is read-only',
  ENOSPC: 'the disk is full: no space or no inodes are left there',
  EDQUOT: "this user's quota of that disk is used up",
  ENOENT: 'folders can’t be made there',
  ENOTDIR: 'something above it is no folder',
  ENAMETOOLONG: 'its name is too long',
  ELOOP: 'its links lead in a circle',
};

const codeIn = (error: unknown): string => (error as NodeJS.ErrnoException | undefined)?.code ?? 'unknown';

/**
 * Makes a home's folder and those above it, one by one: Node's own way tries for ever in file systems that say "not
 * there" of what can't be made, such as /proc, and then listens to no signal.
 * @throws BatonError `BadInput` that says what stands there instead, or why nothing can be written
 */
export async function makeUsableFolder(folder: string, mode: number): Promise<void> {
  const missing: string[] = [];
  for (let at = folder; ; at = path.dirname(at)) {
    const problem = await placeProblem(at);
    if (problem === 'there' || path.dirname(at) === at) break;
    if (problem !== 'missing') throw refusal(folder, problem);
    missing.unshift(at);
  }
  try {
    for (const at of missing) await makeOne(at, mode);
    const trial = path.join(folder, `.trial-${randomUUID()}`);
    await makeOne(trial, mode);
    await rmdir(trial);
  } catch (error) {
    throw refusal(folder, WHY[codeIn(error)] ?? `it can't be written to (${codeIn(error)})`);
  }
}

/**
 * Why nothing of Baton's can be in a folder, as far as looking tells, with what to do; undefined if it is there, or may be
 * made. `toRead`: something may be there, though nothing more can be written.
 */
export async function homeProblem(folder: string, use: 'toRead' | 'toWrite'): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const problem = await placeProblem(at);
    if (problem === 'there') {
      const why = (await isOfKernel(at)) ? WHY.ENOENT : use === 'toWrite' ? await notWritable(at) : undefined;
      return why === undefined ? undefined : refusal(folder, why).message;
    }
    if (problem !== 'missing') return refusal(folder, problem).message;
    if (path.dirname(at) === at) return undefined;
  }
}

const notWritable = (at: string): Promise<string | undefined> =>
  access(at, constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error: unknown) => WHY[codeIn(error)],
  );

/** Types of file systems that show the kernel's own things: proc, sysfs, and cgroups of both kinds. */
const OF_KERNEL = [0x9fa0, 0x62656572, 0x63677270, 0x27e0eb];

const isOfKernel = (at: string): Promise<boolean> =>
  statfs(at).then(
    ({ type }) => OF_KERNEL.includes(type),
    () => false,
  );

/** Others may be making it at the same time. */
const makeOne = (at: string, mode: number): Promise<void> =>
  mkdir(at, { mode }).catch((error: unknown) => {
    if (codeIn(error) !== 'EEXIST') throw error;
  });

/** What is at a place: a folder, nothing, or why neither. */
async function placeProblem(at: string): Promise<'there' | 'missing' | (string & {})> {
  try {
    return (await stat(at)).isDirectory() ? 'there' : `${at} is a file, and no folder`;
  } catch (error) {
    const link = await readlink(at).catch(() => undefined);
    if (codeIn(error) === 'ENOENT' && link !== undefined)
      return `${at} is a link to ${link}, which is not there`;
    if (codeIn(error) === 'ENOENT') return 'missing';
    // Above it is the one that is no folder.
    if (codeIn(error) === 'ENOTDIR')
      return (await lstat(at).catch(() => undefined)) === undefined ? 'missing' : (WHY.ENOTDIR ?? '');
    return WHY[codeIn(error)] ?? `it can't be looked at (${codeIn(error)})`;
  }
}

const refusal = (folder: string, why: string): BatonError =>
  new BatonError('BadInput', `Baton can't keep its files in ${folder}: ${why}. ${WHAT_TO_DO}.`);
