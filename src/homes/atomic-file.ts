import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { saysFull } from '../files/full-disk.ts';
import { NotRegular, readIfThere } from '../files/regular-file.ts';

/**
 * Replaces `file` at once: a reader, also one after a crash of the machine, sees the old content or the
 * new, never a part. Makes the folder when it isn't there.
 */
export const writeFileAtomic = async (file: string, content: string | Uint8Array): Promise<void> => {
  const folder = path.dirname(file);
  await mkdir(folder, { recursive: true });
  const temporary = path.join(folder, `.${path.basename(file)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The rename itself is only on the disk when the folder is.
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * The same for text of at most `room` bytes, spaces at its end: on a full disk it is written over what stands there, which
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
    const text = await textIn(file);
    return text === undefined ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    if (error instanceof NotRegular || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** The text of `file`, or undefined where there is no such file. */
export const readTextIfThere = async (file: string): Promise<string | undefined> => {
  try {
    return await textIn(file);
  } catch (error) {
    if (!(error instanceof NotRegular)) throw error;
    throw new Error(`${file} can't be read: ${error.message}`);
  }
};

/** What Baton notes of a tree of a million files is smaller. */
const MOST_BYTES = 400 * 1024 * 1024;

const textIn = async (file: string): Promise<string | undefined> =>
  (await readIfThere(file, { most: MOST_BYTES, links: 'followed' }))?.toString('utf8');
