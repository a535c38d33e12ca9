import { statfs } from 'node:fs/promises';

/** With less, a database's next page or a commit's objects don't fit. */
const LEAST_BYTES = 1024 ** 2;
/** A commit makes a few files, and a note two. */
const LEAST_INODES = 16;

/** What a disk has left. */
export interface RoomLeft {
  /** Undefined where the file system makes inodes as they are needed, and tells none. */
  readonly inodes: number | undefined;
  /** For this user: less than for root. */
  readonly bytes: number;
}

/** What the disk of a folder has left. @throws what the file system says */
export async function roomLeft(folder: string): Promise<RoomLeft> {
  const { bavail, bsize, files, ffree } = await statfs(folder);
  return { bytes: bavail * bsize, inodes: files === 0 ? undefined : ffree };
}

/** That the disk of a folder is full, with what to do; undefined if there is room, or nobody can tell. */
export async function roomProblem(folder: string): Promise<string | undefined> {
  const left = await roomLeft(folder).catch(() => undefined);
  if (left === undefined) return undefined;
  const noInodes = left.inodes !== undefined && left.inodes < LEAST_INODES;
  if (left.bytes >= LEAST_BYTES && !noInodes) return undefined;
  return noRoomOn(folder, noInodes ? 'no inode is left' : undefined);
}

/** The same, where an error says so: a quota shows in no figure of the disk. */
export const noRoomOn = (folder: string, why?: string): string =>
  `no room on the disk of ${folder}${why === undefined ? '' : ` (${why})`}: make room there, and it goes on by itself; ` +
  '`baton clean` lists what Baton may remove';
