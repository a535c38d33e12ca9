/** Paths relative to a tree, and nothing outside it. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { errorText } from '../domain/error-text.ts';

/** A path relative to a tree in its plain form, without a slash at the end. Throws if it isn't inside, or is git's own. */
export function insidePath(relative: string): string {
  const plain = path.posix.normalize(relative).replace(/\/$/, '');
  const parts = plain.split('/');
  const outside = plain === '.' || parts.includes('..') || path.isAbsolute(plain) || plain.includes('\0');
  if (outside || parts[0]?.toLowerCase() === '.git')
    throw new Error(`${JSON.stringify(relative)} is not a path inside the tree`);
  return plain;
}

/** The first of the folders above `relative` that is there and is not a real folder, e.g. a link. */
export async function notAFolder(root: string, relative: string): Promise<string | undefined> {
  const parts = relative.split('/').slice(0, -1);
  for (const index of parts.keys()) {
    const above = parts.slice(0, index + 1).join('/');
    const stat = await lstat(path.join(root, above)).catch(unlessMissing);
    if (stat !== undefined && !stat.isDirectory()) return above;
  }
  return undefined;
}

/** Whether there is nothing at a path. */
export const isMissing = (error: unknown): boolean =>
  ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');

/** For `catch`: undefined if there is nothing at the path, else the error again. */
export const unlessMissing = (error: NodeJS.ErrnoException): undefined => {
  if (!isMissing(error)) throw error;
  return undefined;
};

/** What `look` finds; undefined if it is not there, or not any more. */
export const unlessGone = <Found>(look: () => Found): Found | undefined => {
  try {
    return look();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
};

/** Whether a name may not be what it is on the disk: bytes that are no UTF-8 are listed as U+FFFD. */
export const isMisread = (at: string): boolean => path.basename(at).includes('\ufffd');

/** The code of an error of the file system, or its message. */
export const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? errorText(error);
