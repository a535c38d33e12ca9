import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryContext } from './context.ts';
import { existingPlace, type WorktreeId } from './worktree-place.ts';

/** An opening and a closing marker on lines of their own, as git writes them. */
const MARKERS = /^<{7} .*\n(?:.*\n)*?>{7} /m;

/** Those of `files` that still have conflict markers; missing ones and links have none. */
export const leftoverMarkers = async (
  repo: RepositoryContext,
  worktree: WorktreeId,
  files: readonly string[],
): Promise<string[]> => {
  const place = await existingPlace(repo, worktree);
  const left: string[] = [];
  for (const file of files) {
    const full = path.join(place.path, file);
    const stat = await lstat(full).catch(() => undefined);
    if (stat?.isFile() && MARKERS.test((await readFile(full, 'utf8')).replaceAll('\r', ''))) left.push(file);
  }
  return left;
};
