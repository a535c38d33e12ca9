import { close, constants, fstat, open, read, type Stats } from 'node:fs';
import { promisify } from 'node:util';

const openFile = promisify(open);
const statFile = promisify(fstat) as (fd: number) => Promise<Stats>;
const closeFile = promisify(close);
const readFile = promisify(read);

/** Few reads for large binaries, and eight of them at once are still only 2 MiB. */
export const CHUNK = 256 * 1024;

/** A regular file that is open for reading. */
export interface OpenFile {
  readonly size: number;
  /** Reads on into `buffer` from `offset`; 0 at the end. */
  read(buffer: Buffer, offset: number): Promise<number>;
}

/**
 * Opens a regular file without following a link, and without waiting for the other end of a pipe, should it have become
 * one since it was listed: the type is that of what was opened. Throws for anything but a file.
 */
export async function withRegularFile<Result>(
  file: string,
  work: (open: OpenFile) => Promise<Result>,
): Promise<Result> {
  const fd = await openFile(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await statFile(fd);
    if (!stat.isFile()) throw new Error('no longer a file');
    return await work({
      size: stat.size,
      read: async (buffer, offset) =>
        (await readFile(fd, buffer, offset, buffer.length - offset, null)).bytesRead,
    });
  } finally {
    await closeFile(fd);
  }
}
