import type { FileChange } from '../../domain/checks.ts';
import type { EditedFile } from '../../domain/recording.ts';
import { inClone, type RepositoryContext } from '../context.ts';
import { isNotUtf8 } from '../names.ts';
import { splitNul } from '../run-git.ts';
import { presentTree, STATUS } from '../worktree/edits.ts';
import type { WorktreeId } from '../worktree/worktree-paths.ts';
import { listedEdits } from './listed-edits.ts';
import { ensureCommit } from './objects.ts';

/** What to compare: commits, or with a worktree and no `to` its present files, committed or not. */
export interface Comparison {
  readonly from: string;
  readonly to?: string;
  readonly worktree?: WorktreeId;
}

/** The files that differ. A rename is listed as both: the old path `deleted`, the new one `renamed`. */
export const changedFiles = async (
  repo: RepositoryContext,
  comparison: Comparison,
): Promise<FileChange[]> => {
  const { from } = comparison;
  const to = await target(repo, comparison);
  const listed = await listedEdits(repo, { from, to });
  if (listed !== undefined && !mayRename(listed)) return listed.map(({ path, status }) => ({ path, status }));
  const args = ['diff-tree', '-r', '-z', '-M', '--name-status', from, to];
  const parts = splitNul((await inClone(repo, args, { names: true })).stdout);
  const changes: FileChange[] = [];
  for (let i = 0; i < parts.length; ) {
    const code = parts[i] ?? '';
    const path = parts[i + 1] ?? '';
    if (code.startsWith('R')) {
      changes.push({ path, status: 'deleted' }, { path: parts[i + 2] ?? '', status: 'renamed' });
      i += 3;
    } else {
      changes.push({ path, status: STATUS[code.charAt(0)] ?? 'modified' });
      i += 2;
    }
  }
  return changes;
};

/** A rename takes one of each. */
const mayRename = (edits: readonly EditedFile[]): boolean =>
  edits.some(({ status }) => status === 'added') && edits.some(({ status }) => status === 'deleted');

/** Lines added and removed in a file; null for binary ones. */
export interface LineCounts {
  readonly path: string;
  readonly added: number | null;
  readonly removed: number | null;
}

/** Lines added and removed by file, renames as removal and addition. */
export const diffStat = async (repo: RepositoryContext, comparison: Comparison): Promise<LineCounts[]> => {
  const to = await target(repo, comparison);
  const args = ['diff-tree', '-r', '-z', '--no-renames', '--numstat', '--no-ext-diff', '--no-textconv'];
  const count = (text: string | undefined): number | null => (text === '-' ? null : Number(text));
  return splitNul((await inClone(repo, [...args, comparison.from, to], { names: true })).stdout).map(
    (line) => {
      const [added, removed, ...path] = line.split('\t');
      return { path: path.join('\t'), added: count(added), removed: count(removed) };
    },
  );
};

/** The difference as a patch, for people, of `files` or all; may be large. */
export const patch = async (
  repo: RepositoryContext,
  { files = [], ...comparison }: Comparison & { readonly files?: readonly string[] },
): Promise<string> => {
  const to = await target(repo, comparison);
  const args = ['diff-tree', '-r', '-p', '-M', '--no-ext-diff', '--no-textconv', '--no-color'];
  const some = files.filter((file) => !isNotUtf8(file));
  // Arguments are UTF-8: of such files the whole difference is shown.
  const named = some.length < files.length ? [] : some;
  return (await inClone(repo, [...args, comparison.from, to, '--', ...named])).stdout;
};

const target = async (repo: RepositoryContext, { from, to, worktree }: Comparison): Promise<string> => {
  await ensureCommit(repo, from);
  if (to !== undefined) return ensureCommit(repo, to);
  if (worktree === undefined) throw new TypeError('a comparison needs `to` or `worktree`');
  return presentTree(repo, worktree);
};
