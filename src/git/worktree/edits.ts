import type { EditedFile } from '../../domain/recording.ts';
import { inClone, type RepositoryContext, worktreeMutex } from '../context.ts';
import { splitNul } from '../run-git.ts';
import { commitFacts } from '../store/commit-object.ts';
import { listedEdits } from '../store/listed-edits.ts';
import { captureWorktree } from './capture-worktree.ts';
import { worktreeKey } from './commit.ts';
import { excludedBy } from './excluded.ts';
import { existingWorktree, tipOf, type WorktreeId } from './worktree-paths.ts';

/** Two trees, or commits, that the clone has. */
export interface Edits {
  readonly from: string;
  readonly to: string;
}

/** The worktree's present content as a tree, committed or not. */
export const presentTree = (repo: RepositoryContext, worktree: WorktreeId): Promise<string> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const { mark, ...paths } = await existingWorktree(repo, worktree);
    const { tree } = await commitFacts(repo, tipOf(mark));
    const excluded = excludedBy(mark.excluded ?? []);
    return (await captureWorktree(repo, paths, tree, excluded, { wanted: mark.wanted })).tree;
  });

/** By git's letter. */
export const STATUS: Readonly<Record<string, EditedFile['status']>> = {
  A: 'added',
  D: 'deleted',
  M: 'modified',
  T: 'type-changed',
};

/** The files that differ, with the ids of their contents. */
export const editedFiles = async (repo: RepositoryContext, { from, to }: Edits): Promise<EditedFile[]> => {
  const listed = await listedEdits(repo, { from, to });
  if (listed !== undefined) return listed;
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', from, to];
  const parts = splitNul((await inClone(repo, args, { names: true })).stdout);
  return parts.flatMap((about, index) => {
    if (index % 2 === 1) return [];
    const [, , before = '', after = '', code = ''] = about.split(' ');
    const status = STATUS[code.charAt(0)] ?? 'modified';
    return [{ path: parts[index + 1] ?? '', status, before: idOrNull(before), after: idOrNull(after) }];
  });
};

const idOrNull = (id: string): string | null => (/^0+$/.test(id) ? null : id);

/**
 * Writes the edits to `file` as a patch that `git apply` takes, whatever the files hold.
 *
 * @param form - `whole`: instead every line of every file that differs, binary or not, to be searched through
 */
export const writePatch = async (
  repo: RepositoryContext,
  { from, to }: Edits,
  file: string,
  form?: 'whole',
): Promise<void> => {
  // Bytes as they are: what comes through standard output is read as UTF-8.
  const args = ['diff-tree', '-r', '--patch', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
  const how = form === 'whole' ? ['--text', '--unified=1000000000'] : ['--binary', '--full-index'];
  await inClone(repo, [...args, ...how, `--output=${file}`, from, to]);
};
