import { errorText } from '../../domain/error-text.ts';
import { isRefusal } from '../git-error.ts';

/**
 * What lies in a worktree can't be committed, for a reason that lies in it: trying again meets the same. Its message says
 * why.
 */
export class NotTakenOver extends Error {
  override readonly name = 'NotTakenOver';
  constructor(cause: unknown) {
    super(errorText(cause), { cause });
  }
}

/** Codes of the file system for what a program can leave in a tree; all others are the machine's. */
const OF_A_TREE = new Set([
  'EACCES',
  'EPERM',
  'ENAMETOOLONG',
  'ELOOP',
  'EISDIR',
  'ENOTDIR',
  'ENOTEMPTY',
  'EEXIST',
]);

/** Says of an error that it lies in the tree, if it does. */
export const asNotTakenOver = (error: unknown): unknown =>
  isOfTheTree(error) ? new NotTakenOver(error) : error;

const isOfTheTree = (error: unknown): boolean =>
  isRefusal(error) ||
  error instanceof RangeError ||
  OF_A_TREE.has((error as NodeJS.ErrnoException | undefined)?.code ?? '');

/** For `catch`: undefined if it lies in the tree, else the error again. */
export const unlessNotTakenOver = (error: unknown): undefined => {
  if (!(error instanceof NotTakenOver)) throw error;
  return undefined;
};
