import { BatonError } from '../domain/failures.ts';
import { type RoomLeft, roomLeft } from './room.ts';

/** What is to be written. */
export interface RoomNeeded {
  /** A file or a folder each. */
  readonly inodes: number;
  readonly bytes: number;
}

/**
 * What has to stay free beside a tree's own files: the set-up installs more than is tracked, and what runs out in the middle
 * of it fails with whatever its tool makes of that. An eighth of a GiB, and the files of a small `node_modules`.
 */
const KEPT_FREE: RoomNeeded = { bytes: 128 * 1024 ** 2, inodes: 10_000 };

/** Why there is no room for that, or undefined. */
export function shortageOf(left: RoomLeft, needed: RoomNeeded): string | undefined {
  const bytes = needed.bytes + KEPT_FREE.bytes;
  const inodes = needed.inodes + KEPT_FREE.inodes;
  if (left.bytes < bytes) return `${mebibytes(left.bytes)} are free, and ${mebibytes(bytes)} are needed`;
  if (left.inodes !== undefined && left.inodes < inodes)
    return `${left.inodes.toLocaleString('en')} inodes are free, and ${inodes.toLocaleString('en')} are needed`;
  return undefined;
}

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1024 ** 2).toLocaleString('en')} MiB`;

/**
 * Looks whether a home has room for something before it is begun.
 *
 * @param what - in words for people, such as `a tree of api`
 * @throws BatonError `Outage` if it has none, with what to free: tried again later, it goes on
 */
export async function assertRoom(home: string, what: string, needed: RoomNeeded): Promise<void> {
  const problem = shortageOf(await roomLeft(home), needed);
  if (problem === undefined) return;
  const where = `the disk of the home ${home}`;
  throw new BatonError(
    'Outage',
    `${where} has no room for ${what}: ${problem}. Make room there: \`baton clean\` lists what the home keeps, and ` +
      '`baton clean --yes`, while its worker is stopped, removes what ended features left',
    { where },
  );
}
