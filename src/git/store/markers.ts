import { inClone, type RepositoryContext } from '../context.ts';
import { isNotUtf8 } from '../names.ts';
import { splitNul } from '../run-git.ts';
import { listTree } from './listing.ts';
import { tree } from './objects.ts';

/** What git writes between two sides of a conflict, each on a line of its own. */
const MARKER = /^\+(?:<{7}|\|{7}|={7}|>{7})(?: .*)?\r?$/;
/** As Baton's own merges label both sides: in a document that shows a conflict it says HEAD, or the like. */
const OPENING = /^\+<{7} [0-9a-f]{40,64}(?::.*)?\r?$/;
const CLOSING = /^\+>{7} [0-9a-f]{40,64}(?::.*)?\r?$/;
/** Other files of a packet with conflicts that are looked through, each by a run of git. */
const MOST_OTHERS = 200;

/**
 * Those of `files`, in which a merge had left conflict markers, that still have a line which looks like one in
 * `commit`; and of the other files that differ those with the markers of a merge of Baton's, since the text may have been
 * moved there. A line that `head` has already is no leftover: documents show conflicts, headings are underlined.
 */
export const leftoverMarkers = async (
  repo: RepositoryContext,
  head: string,
  commit: string,
  files: readonly string[],
): Promise<string[]> => {
  if (files.length === 0) return [];
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=AMT', head, commit];
  const differ = splitNul((await inClone(repo, args, { names: true })).stdout);
  const strict = new Set(files);
  const others = differ.filter((file) => !strict.has(file)).slice(0, MOST_OTHERS);
  const left: string[] = [];
  for (const file of [...differ.filter((each) => strict.has(each)), ...others]) {
    const lines = await addedLines(repo, head, commit, file);
    const has = (pattern: RegExp) => lines.some((line) => pattern.test(line));
    if (strict.has(file) ? has(MARKER) : has(OPENING) && has(CLOSING)) left.push(file);
  }
  return left;
};

const addedLines = async (
  repo: RepositoryContext,
  head: string,
  commit: string,
  file: string,
): Promise<string[]> => {
  const how = ['-p', '--unified=0', '--text', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const { stdout } = await inClone(
    repo,
    isNotUtf8(file)
      ? ['diff', ...how, await idAt(repo, head, file), await idAt(repo, commit, file)]
      : ['diff-tree', ...how, head, commit, '--', file],
  );
  return stdout.split('\n').filter((line) => line.startsWith('+'));
};

/** Arguments are UTF-8, so a file of another name is said by its content; one that isn't there is an empty one. */
const idAt = async (repo: RepositoryContext, commit: string, file: string): Promise<string> => {
  const found = (await listTree(repo, await tree(repo, commit))).get(file);
  return found?.id ?? (await inClone(repo, ['hash-object', '-w', '--stdin'], { input: '' })).stdout.trim();
};
