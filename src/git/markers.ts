import { inClone, type RepositoryContext } from './context.ts';
import { splitNul } from './run-git.ts';

/** What git writes between two sides of a conflict, each on a line of its own. */
const MARKER = /^\+(?:<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$/;

/**
 * Those of `files`, in which a merge had left conflict markers, that still have a line which looks like one in
 * `commit`. A line that `head` has already is no leftover: documents show conflicts, headings are underlined.
 */
export const leftoverMarkers = async (
  repo: RepositoryContext,
  head: string,
  commit: string,
  files: readonly string[],
): Promise<string[]> => {
  if (files.length === 0) return [];
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=AMT', head, commit];
  const differ = new Set(splitNul((await inClone(repo, args)).stdout));
  const left: string[] = [];
  for (const file of new Set(files)) {
    if (!differ.has(file)) continue;
    const show = [
      'diff-tree',
      '-p',
      '--unified=0',
      '--text',
      '--no-renames',
      '--no-ext-diff',
      '--no-textconv',
    ];
    const { stdout } = await inClone(repo, [...show, '--no-color', head, commit, '--', file]);
    if (stdout.split('\n').some((line) => MARKER.test(line))) left.push(file);
  }
  return left;
};
