import {
  close,
  closeSync,
  constants,
  fstat,
  fstatSync,
  open,
  openSync,
  type PathLike,
  read,
  readFileSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { promisify } from 'node:util';

const openFile = promisify(open);
const statFile = promisify(fstat) as (fd: number) => Promise<Stats>;
const closeFile = promisify(close);
const readChunk = promisify(read);

/** Few reads for large binaries, and eight of them at once are still only 2 MiB. */
export const CHUNK = 256 * 1024;
/** What is read as a whole (a report, a list, a text) is smaller; git takes no larger list of patterns either. */
const MOST_BYTES = 100 * 1024 * 1024;
/** A local disk answers at once; what takes this long (a dead network disk, a file system of somebody's own) never does. */
const MOST_MS = 60_000;

/** What open says of a link, a socket, a device: there is something, and it is no file. */
const NO_FILE = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'ENODEV', 'EISDIR', 'EOPNOTSUPP']);
const GONE = new Set(['ENOENT', 'ENOTDIR']);

/** There is something of that name, but no regular file that can be read: why, as the end of a sentence. */
export class NotRegular extends Error {
  override readonly name = 'NotRegular';
}

/** A regular file that is open for reading. */
export interface OpenFile {
  readonly size: number;
  readonly mode: number;
  /** Reads on into `buffer` from `offset`, or what stands at a place of the file; 0 at the end. */
  read(buffer: Buffer, offset: number, at?: number): Promise<number>;
}

export interface HowToOpen {
  /** Whether a link may lead to the file; what it leads to is looked at all the same. Default: it is refused. */
  readonly links?: 'followed';
}

export interface HowToRead extends HowToOpen {
  /** A larger file isn't read. Default 100 MiB. */
  readonly most?: number;
}

/**
 * Opens a regular file without following a link, and without waiting for the other end of a pipe, should it have become
 * one since it was listed: the type is that of what was opened.
 * @throws NotRegular for anything but a file
 */
export async function withRegularFile<Result>(
  file: PathLike,
  work: (open: OpenFile) => Promise<Result>,
  { links }: HowToOpen = {},
): Promise<Result> {
  // Without O_NONBLOCK a FIFO holds its reader until somebody writes.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (links === undefined ? constants.O_NOFOLLOW : 0);
  const fd = await openFile(file, flags).catch((error: NodeJS.ErrnoException) => {
    if (NO_FILE.has(error.code ?? '')) throw new NotRegular('it is not a regular file');
    throw error;
  });
  try {
    const stat = await statFile(fd);
    if (!stat.isFile()) throw new NotRegular('it is not a regular file');
    return await work({
      size: stat.size,
      mode: stat.mode,
      read: async (buffer, offset, at) =>
        (await readChunk(fd, buffer, offset, buffer.length - offset, at ?? null)).bytesRead,
    });
  } finally {
    await closeFile(fd);
  }
}

/**
 * The one way to read a file whole that an agent, a repository or a command could have made: regular, bounded in bytes
 * and in time, and never waiting for somebody who writes.
 * @throws NotRegular for anything but such a file, else what the file system says
 */
export function readRegular(file: PathLike, how: HowToRead = {}): Promise<Buffer> {
  const { most = MOST_BYTES } = how;
  const reading = withRegularFile(file, (opened) => allOf(opened, most), how);
  return inTime(reading);
}

/** As `readRegular`, as text. */
export const readRegularText = async (file: string, how?: HowToRead): Promise<string> =>
  (await readRegular(file, how)).toString('utf8');

/** As `readRegular`; undefined if there is nothing of that name. */
export const readIfThere = (file: PathLike, how?: HowToRead): Promise<Buffer | undefined> =>
  readRegular(file, how).catch((error: NodeJS.ErrnoException) => {
    if (GONE.has(error.code ?? '')) return undefined;
    throw error;
  });

/**
 * As `readIfThere` for a small file of Baton's own, links followed. It holds the thread up, because it takes a tenth of
 * the processor time that way.
 */
export function readOwnIfThere(file: string, most: number): Buffer | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new NotRegular('it is not a regular file');
    if (stat.size > most) throw new NotRegular(`it is larger than ${most} bytes`);
    return readFileSync(fd);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (GONE.has(code)) return undefined;
    if (NO_FILE.has(code)) throw new NotRegular('it is not a regular file');
    throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** As `readRegular`; undefined if there is no such file, whatever there is instead. */
export const readIfRegular = (file: PathLike, how?: HowToRead): Promise<Buffer | undefined> =>
  readIfThere(file, how).catch((error: unknown) => {
    if (error instanceof NotRegular) return undefined;
    throw error;
  });

/** What an open file holds, piece by piece, as far as it went when it was opened: a file that grows may have no end. */
export async function* piecesOf({ size, read }: OpenFile): AsyncGenerator<Buffer, void> {
  for (let left = size; left > 0; ) {
    const buffer = Buffer.allocUnsafe(Math.min(left, CHUNK));
    const count = await read(buffer, 0);
    if (count === 0) return;
    left -= count;
    yield buffer.subarray(0, count);
  }
}

/**
 * Opens a file of Baton's own to append to it, making it where it isn't there. Whatever else stands in its place goes: a
 * pipe would hold this process until somebody reads.
 * @returns the descriptor
 */
export function openToAppend(file: string): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK, O_NOFOLLOW } = constants;
  const opened = () => openSync(file, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0o600);
  try {
    const fd = opened();
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch (error) {
    if (!NO_FILE.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  rmSync(file, { recursive: true, force: true });
  return opened();
}

async function allOf({ size, read }: OpenFile, most: number): Promise<Buffer> {
  const tooLarge = () => new NotRegular(`it is larger than ${most} bytes`);
  if (size > most) throw tooLarge();
  // One more than there should be, so that the end is seen; a file may also grow while it is read.
  let buffer = Buffer.allocUnsafe(size + 1);
  let held = 0;
  for (;;) {
    const room = buffer.length - held;
    const got = await read(buffer, held);
    held += got;
    // As large as it was said to be, and with nothing in the room for more.
    if (got === 0 || (held === size && got < room)) return buffer.subarray(0, held);
    if (held > most) throw tooLarge();
    if (held === buffer.length) buffer = Buffer.concat([buffer, Buffer.allocUnsafe(Math.max(held, CHUNK))]);
  }
}

/** Nothing can take back a read that hangs in the kernel, but nobody has to wait for it. */
async function inTime<T>(reading: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NotRegular(`it could not be read in ${MOST_MS / 1000} s`)), MOST_MS);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
