import type { EditedFile } from '../../domain/recording.ts';
import type { RepositoryContext } from '../context.ts';
import { type ListedFile, listingAtHand } from './listing.ts';

/** The kind of what a mode stands for: a file, a link, a submodule. */
const KIND_DIGITS = 3;

const statusOf = (before: ListedFile, after: ListedFile): EditedFile['status'] =>
  before.mode.slice(0, KIND_DIGITS) === after.mode.slice(0, KIND_DIGITS) ? 'modified' : 'type-changed';

/**
 * The files in which two trees, or commits, differ, by the lists of their files, as `git diff-tree --no-renames` tells
 * them. Undefined if the lists aren't at hand: to ask for both costs more than to ask for the difference.
 */
export const listedEdits = async (
  repo: RepositoryContext,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<EditedFile[] | undefined> => {
  const both = [listingAtHand(repo, from), listingAtHand(repo, to)];
  const [before, after] = await Promise.all(both.map((listing) => listing?.catch(() => undefined)));
  if (before === undefined || after === undefined) return undefined;
  const edits: EditedFile[] = [];
  for (const [path, now] of after) {
    const then = before.get(path);
    if (then === undefined) edits.push({ path, status: 'added', before: null, after: now.id });
    else if (then.id !== now.id || then.mode !== now.mode)
      edits.push({ path, status: statusOf(then, now), before: then.id, after: now.id });
  }
  for (const [path, then] of before)
    if (!after.has(path)) edits.push({ path, status: 'deleted', before: then.id, after: null });
  return edits.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
};
