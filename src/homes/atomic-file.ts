import { randomUUID } from 'node:crypto';
import { closeSync, fsync, mkdirSync, openSync, renameSync, rmSync, writeFile, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { saysFull } from '../files/full-disk.ts';
import { NotRegular, readOwnIfThere } from '../files/regular-file.ts';

const toDisk = promisify(fsync);

/**
 * Replaces `file` at once: a reader, also one after a crash of the machine, sees the old content or the
 * new, never a part. Makes the folder when it isn't there. Only the disk is waited for: each further wait takes ten times
 * the processor time of what it waits for.
 */
export const writeFileAtomic = async (file: string, content: string | Uint8Array): Promise<void> => {
  await replacing(file, async (fd) => {
    await writeAll(fd, content);
    await toDisk(fd);
  });
  // The rename itself is only on the disk when the folder is.
  const fd = openSync(path.dirname(file), 'r');
  try {
    await toDisk(fd);
  } finally {
    closeSync(fd);
  }
};

/** The same, but a crash of the machine may leave nothing that can be used: for what can be found out anew. */
export const writeFileSoon = (file: string, content: string): Promise<void> =>
  replacing(file, (fd) => writeAll(fd, content));

/** As long as this takes no longer than a wait would. */
const SMALL = 64 * 1024;
const writeLarge = promisify(writeFile) as (fd: number, content: string | Uint8Array) => Promise<void>;

const writeAll = async (fd: number, content: string | Uint8Array): Promise<void> => {
  if (content.length <= SMALL) writeFileSync(fd, content);
  else await writeLarge(fd, content);
};

const replacing = async (file: string, write: (fd: number) => Promise<void>): Promise<void> => {
  const folder = path.dirname(file);
  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID()}.tmp`);
  const fd = openNew(folder, temporary);
  try {
    try {
      await write(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
};

const openNew = (folder: string, file: string): number => {
  try {
    return openSync(file, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(folder, { recursive: true });
    return openSync(file, 'wx', 0o600);
  }
};

/**
 * As `writeFileAtomic` for text of at most `room` bytes, spaces at its end: on a full disk it is written over what stands there, which
 * is as long. Not on file systems that write each change to a new place: those say that they are full.
 */
export const writeFileInRoom = async (file: string, text: string, room: number): Promise<void> => {
  const content = text.padEnd(text.length + Math.max(0, room - Buffer.byteLength(text)));
  try {
    await writeFileAtomic(file, content);
  } catch (error) {
    if (!saysFull(String(error)) || !(await writtenOver(file, content))) throw error;
  }
};

/** In one write, so that whoever is killed leaves all of it or nothing. */
const writtenOver = async (file: string, content: string): Promise<boolean> => {
  const bytes = Buffer.from(content);
  const handle = await open(file, 'r+').catch(() => undefined);
  if (handle === undefined) return false;
  try {
    if ((await handle.stat()).size !== bytes.length) return false;
    const { bytesWritten } = await handle.write(bytes, 0, bytes.length, 0);
    await handle.sync();
    return bytesWritten === bytes.length;
  } finally {
    await handle.close();
  }
};

/** The JSON value in `file`; undefined where there is no such file, or it holds no JSON. */
export const readJson = async (file: string): Promise<unknown> => {
  try {
    const text = textIn(file);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof NotRegular || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** The text of `file`, or undefined where there is no such file. */
export const readTextIfThere = async (file: string): Promise<string | undefined> => {
  try {
    return textIn(file);
  } catch (error) {
    if (!(error instanceof NotRegular)) throw error;
    throw new Error(`${file} can't be read: ${error.message}`);
  }
};

/** What Baton notes of a tree of a million files is smaller. */
const MOST_BYTES = 400 * 1024 * 1024;

const textIn = (file: string): string | undefined => readOwnIfThere(file, MOST_BYTES)?.toString('utf8');
