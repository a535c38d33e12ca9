import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { inClone, type RepositoryContext, worktreeMutex } from '../context.ts';
import { forceOnHub } from '../remote/push-to-hub.ts';
import { type Combined, combine, type ToCombine } from '../store/combine.ts';
import { commitFacts, makeCommit, withTrailers, workBaseTrailer } from '../store/commit-object.ts';
import { ensureCommit, isAncestor } from '../store/objects.ts';
import { keptRef } from '../store/refs.ts';
import { withFreshIndex } from './capture-worktree.ts';
import { commitUnlocked, pushWork, worktreeKey } from './commit.ts';
import { moveOwnRepository } from './own-repository.ts';
import { writeChanges } from './put-tree.ts';
import {
  existingWorktree,
  standsOn,
  type WorktreeId,
  type WorktreePaths,
  writeMark,
} from './worktree-paths.ts';

export type BroughtUp =
  | { readonly kind: 'clean'; readonly commit: string }
  | { readonly kind: 'conflict'; readonly files: readonly string[]; readonly output: string };

/**
 * Brings a packet's worktree up to `head`, for feedback and swap rounds: both are merged in the object store, then the
 * files that differ are written. Clean: the work is one commit on `head`. Otherwise the worktree stands at `head` with
 * the work as uncommitted changes and conflict markers in `files`, for its agent to resolve. The old tip is on the hub
 * under `refs/baton/kept/`. Uncommitted work is committed first, ignored files stay.
 */
export const bringUpTo = (
  repo: RepositoryContext,
  {
    worktree,
    head,
    combined = (sides) => combine(repo, sides),
  }: {
    readonly worktree: WorktreeId;
    readonly head: string;
    /** Combines both; it may settle more than git does. */
    readonly combined?: (sides: ToCombine) => Promise<Combined>;
  },
): Promise<BroughtUp> =>
  worktreeMutex(worktreeKey(repo, worktree), async () => {
    const { mark: before, ...paths } = await existingWorktree(repo, worktree);
    await ensureCommit(repo, head);
    const message = `Work on ${worktree.name} before bringing it up`;
    const { mark, commit: present } = await commitUnlocked(repo, paths, before, { message });
    const begun = before.bringing?.head === head ? before.bringing : undefined;
    if (begun === undefined && (await isAncestor(repo, head, standsOn(before)))) {
      // It stands on that already.
      await pushWork(repo, worktree, present);
      const { bringing: _, ...settled } = mark;
      await writeMark(paths.admin, settled);
      return { kind: 'clean', commit: present };
    }
    const { tip, base } = begun ?? { tip: present, base: standsOn(before) };
    const bringing = { head, tip, base };
    for (const commit of new Set([tip, present]))
      await forceOnHub(repo, keptRef({ ...worktree, commit }), commit);
    const merged = await combined({ base, ours: head, theirs: tip });
    const clean = merged.files.length === 0;
    const commit = clean ? await onHead(repo, worktree, head, merged.tree, tip) : head;
    await writeMark(paths.admin, { ...mark, tip: present, bringing });
    await writeChanges(repo, paths, (await commitFacts(repo, present)).tree, merged.tree);
    const { branch = worktree.name, base: baseBranch, excluded = [] } = mark;
    const index = await indexOf(repo, paths, merged);
    await moveOwnRepository(repo, paths, { branch, head: commit, base: baseBranch, excluded }, index);
    const { bringing: _, ...settled } = { ...mark, tip: commit, standsOn: head };
    if (clean) await pushWork(repo, worktree, commit);
    await writeMark(paths.admin, clean ? settled : { ...settled, bringing });
    return clean
      ? { kind: 'clean', commit }
      : { kind: 'conflict', files: merged.files, output: merged.output };
  });

/** The work as one commit on `head`; `head` itself where that has all of it. The same at each repetition. */
const onHead = async (
  repo: RepositoryContext,
  { name }: WorktreeId,
  head: string,
  tree: string,
  tip: string,
): Promise<string> => {
  const facts = await commitFacts(repo, head);
  if (facts.tree === tree) return head;
  const message = withTrailers(`${name}: work so far`, workBaseTrailer(name, head));
  return makeCommit(repo, { tree, parents: [head], message, at: (await commitFacts(repo, tip)).at });
};

/** The index for the agent: of the merged tree, with the three versions of each file that conflicts. */
const indexOf = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  { tree, stages }: Combined,
): Promise<string> => {
  await withFreshIndex(paths, () =>
    inClone(repo, ['read-tree', '--reset', tree], { env: { GIT_INDEX_FILE: paths.index } }),
  );
  if (stages.length === 0) return paths.index;
  const index = path.join(paths.admin, 'index.conflicts');
  await copyFile(paths.index, index);
  const none = '0'.repeat(tree.length);
  const lines = [
    ...new Set(stages.map((stage) => `0 ${none}\t${stage.path}\0`)),
    ...stages.map(({ mode, id, stage, path: file }) => `${mode} ${id} ${stage}\t${file}\0`),
  ];
  await inClone(repo, ['update-index', '-z', '--index-info'], {
    input: lines.join(''),
    env: { GIT_INDEX_FILE: index },
  });
  return index;
};
