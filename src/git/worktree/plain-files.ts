import { createHash } from 'node:crypto';
import type { PathLike } from 'node:fs';
import { lstat, mkdir, open, readlink, rename, rm, rmdir, symlink, unlink } from 'node:fs/promises';
import path from 'node:path';
import { NotRegular, type OpenFile, withRegularFile } from '../../files/regular-file.ts';
import { removeTree } from '../../installed/remove-tree.ts';
import { isNotUtf8, onDisk } from '../names.ts';
import type { ObjectFormat } from '../object-format.ts';
import { whileChanging } from './while-changing.ts';

const GONE = new Set(['ENOENT', 'ENOTDIR']);
/** Of what is there and yet can't be taken. */
const DENIED = new Set(['EACCES', 'EPERM', 'ENAMETOOLONG']);
const CHUNK = 1024 * 1024;

/** Whether an error of the file system says that something may not be looked at, rather than that it isn't there. */
export const isDenied = (error: unknown): boolean =>
  DENIED.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** For `catch`: undefined if it may not be looked at, else the error again. */
export const unlessDenied = (error: unknown): undefined => {
  if (!isDenied(error)) throw error;
  return undefined;
};

/** Does `work` with a regular file; undefined if there is none: links, FIFOs and devices are not opened. */
const withPlain = <T>(file: PathLike, work: (open: OpenFile) => Promise<T>): Promise<T | undefined> =>
  withRegularFile(file, work).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof NotRegular || GONE.has(error.code ?? '')) return undefined;
    throw error;
  });

/** The id git would give a regular file as it is, without any conversion; undefined if it is none, or changes. */
export const fileId = (file: PathLike, format: ObjectFormat): Promise<string | undefined> =>
  withPlain(file, async ({ size, read }) => {
    const hash = createHash(format).update(`blob ${size}\0`);
    const buffer = Buffer.alloc(Math.min(size, CHUNK) + 1);
    let seen = 0;
    for (let count = await read(buffer, 0); count > 0; count = await read(buffer, 0)) {
      hash.update(buffer.subarray(0, count));
      seen += count;
      // Somebody writes to it: it may have no end.
      if (seen > size) return undefined;
    }
    return seen === size ? hash.digest('hex') : undefined;
  });

/** Whether there is a regular file of just this size. */
export const isRegularOfSize = async (file: string, size: number): Promise<boolean> => {
  const stat = await lstat(file).catch(() => undefined);
  return stat?.isFile() === true && stat.size === size;
};

/** Whether two files hold the same bytes. Only of files that nobody else writes to. */
export const sameContent = async (one: PathLike, other: PathLike): Promise<boolean> =>
  (await withPlain(one, (first) =>
    withPlain(other, async (second) => {
      if (first.size !== second.size) return false;
      const [here, there] = [Buffer.alloc(CHUNK), Buffer.alloc(CHUNK)];
      for (let at = 0; at < first.size; ) {
        const count = await first.read(here, 0, at);
        await second.read(there, 0, at);
        if (count === 0 || !here.subarray(0, count).equals(there.subarray(0, count))) return false;
        at += count;
      }
      return true;
    }),
  )) ?? false;

/** Copies a regular file or a link, as it is. @returns false if there is neither. */
export const copyPlain = async (from: PathLike, to: PathLike): Promise<boolean> => {
  const stat = await lstat(from).catch(() => undefined);
  if (stat?.isSymbolicLink()) {
    // Bytes: a target need not be UTF-8. It may be a link no more.
    const target = await readlink(from, 'buffer').catch(() => undefined);
    if (target !== undefined) await symlink(target, to);
    return target !== undefined;
  }
  const copied = await withPlain(from, async ({ size, mode, read }) => {
    const target = await open(to, 'wx', mode & 0o777);
    try {
      const buffer = Buffer.alloc(CHUNK);
      let left = size;
      for (let count = await read(buffer, 0); count > 0; count = await read(buffer, 0)) {
        // What is written to it meanwhile is another state of it, and may have no end.
        const wanted = Math.min(count, left);
        await target.write(buffer, 0, wanted);
        left -= wanted;
        if (wanted < count) break;
      }
      return true;
    } finally {
      await target.close();
    }
  });
  return copied ?? false;
};

/** Makes the folders on the way to `relative` real ones: what stands there instead, such as a link, goes. */
const makeWay = async (root: string, relative: string): Promise<void> => {
  let at = root;
  for (const part of path.dirname(relative).split('/')) {
    if (part === '.') continue;
    at = path.join(at, part);
    const stat = await lstat(onDisk(at)).catch(() => undefined);
    if (stat?.isDirectory()) continue;
    if (stat !== undefined) await unlink(onDisk(at));
    await mkdir(onDisk(at));
  }
};

/** Moves `source` to `relative` below `root`, in place of whatever is there and never through a link. */
export const putInside = (root: string, relative: string, source: string): Promise<void> =>
  whileChanging(async () => {
    await makeWay(root, relative);
    const target = path.join(root, relative);
    const stat = await lstat(onDisk(target)).catch(() => undefined);
    if (stat?.isDirectory()) await removeAll(target);
    await rename(onDisk(source), onDisk(target));
  });

/** Removes what is at a path with all that is in it. */
const removeAll = (at: string): Promise<void> =>
  isNotUtf8(at) ? rm(onDisk(at), { recursive: true, force: true }) : removeTree(at);

/** Removes `relative` below `root`, and the folders that this leaves empty; never through a link. */
export const removeInside = async (root: string, relative: string): Promise<void> => {
  let at = root;
  for (const part of path.dirname(relative).split('/')) {
    if (part === '.') continue;
    at = path.join(at, part);
    if (!(await lstat(onDisk(at)).catch(() => undefined))?.isDirectory()) return;
  }
  await whileChanging(() => removeAll(path.join(root, relative)));
  for (let folder = path.dirname(relative); folder !== '.'; folder = path.dirname(folder)) {
    try {
      await rmdir(onDisk(path.join(root, folder)));
    } catch {
      return;
    }
  }
};
