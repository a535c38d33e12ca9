import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import {
  type FileHandle,
  lstat,
  mkdir,
  open,
  readlink,
  rename,
  rm,
  rmdir,
  symlink,
  unlink,
} from 'node:fs/promises';
import path from 'node:path';

/** Without O_NONBLOCK a FIFO holds its reader until somebody writes. */
const SAFELY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'ENODEV', 'EMLINK']);
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

const opened = async (file: string): Promise<FileHandle | undefined> => {
  const handle = await open(file, SAFELY).catch((error: NodeJS.ErrnoException) => {
    if (GONE.has(error.code ?? '')) return undefined;
    throw error;
  });
  if (handle === undefined || (await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
};

/** What is read as a whole is a list of patterns or of settings; newer git takes no larger one either. */
const LARGEST = 100 * CHUNK;

/** The bytes of a regular file; undefined if there is none, or it is huge: links, FIFOs and devices are not opened. */
export const readPlain = async (file: string): Promise<Buffer | undefined> => {
  const handle = await opened(file);
  try {
    if (handle === undefined || (await handle.stat()).size > LARGEST) return undefined;
    return await handle.readFile();
  } finally {
    await handle?.close();
  }
};

/** The id git would give a regular file as it is, without any conversion; undefined if it is none, or changes. */
export const fileId = async (file: string): Promise<string | undefined> => {
  const handle = await opened(file);
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha1').update(`blob ${size}\0`);
    const buffer = Buffer.alloc(Math.min(size, CHUNK) + 1);
    let seen = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
      seen += bytesRead;
    }
    return seen === size ? hash.digest('hex') : undefined;
  } finally {
    await handle.close();
  }
};

/** Copies a regular file or a link, as it is. @returns false if there is neither. */
export const copyPlain = async (from: string, to: string): Promise<boolean> => {
  const stat = await lstat(from).catch(() => undefined);
  if (stat?.isSymbolicLink()) {
    // Bytes: a target need not be UTF-8.
    await symlink(await readlink(from, 'buffer'), to);
    return true;
  }
  const source = await opened(from);
  if (source === undefined) return false;
  try {
    const target = await open(to, 'wx', (await source.stat()).mode & 0o777);
    try {
      const buffer = Buffer.alloc(CHUNK);
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, buffer.length, null);
        if (bytesRead === 0) return true;
        await target.write(buffer, 0, bytesRead);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
};

/** Makes the folders on the way to `relative` real ones: what stands there instead, such as a link, goes. */
const makeWay = async (root: string, relative: string): Promise<void> => {
  let at = root;
  for (const part of path.dirname(relative).split('/')) {
    if (part === '.') continue;
    at = path.join(at, part);
    const stat = await lstat(at).catch(() => undefined);
    if (stat?.isDirectory()) continue;
    if (stat !== undefined) await unlink(at);
    await mkdir(at);
  }
};

/** Moves `source` to `relative` below `root`, in place of whatever is there and never through a link. */
export const putInside = async (root: string, relative: string, source: string): Promise<void> => {
  await makeWay(root, relative);
  const target = path.join(root, relative);
  const stat = await lstat(target).catch(() => undefined);
  if (stat?.isDirectory()) await rm(target, { recursive: true, force: true });
  await rename(source, target);
};

/** Removes `relative` below `root`, and the folders that this leaves empty; never through a link. */
export const removeInside = async (root: string, relative: string): Promise<void> => {
  let at = root;
  for (const part of path.dirname(relative).split('/')) {
    if (part === '.') continue;
    at = path.join(at, part);
    if (!(await lstat(at).catch(() => undefined))?.isDirectory()) return;
  }
  await rm(path.join(root, relative), { recursive: true, force: true });
  for (let folder = path.dirname(relative); folder !== '.'; folder = path.dirname(folder)) {
    try {
      await rmdir(path.join(root, folder));
    } catch {
      return;
    }
  }
};
