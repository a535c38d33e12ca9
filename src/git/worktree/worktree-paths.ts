import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { BatonError } from '../../domain/failures.ts';
import type { GitContent } from '../../domain/git-content.ts';
import { readJson, writeFileAtomic } from '../../homes/atomic-file.ts';
import { pathSegment } from '../../homes/paths.ts';
import type { RepositoryContext } from '../context.ts';
import { onDisk } from '../names.ts';

/** Names a worktree: plain data, to be passed between activities. */
export interface WorktreeId {
  readonly feature: string;
  /** The packet's id, or `integration`, `design`, … */
  readonly name: string;
  /** Raised whenever the packet moves to another home. */
  readonly epoch: number;
}

/** Where a worktree's files and Baton's own data about it lie. */
export interface WorktreePaths {
  /** The files, and a repository of the agent's own as `.git`, on which Baton never runs git. */
  readonly path: string;
  /** Beside Baton's clone, `worktrees/<feature>.<name>`: what follows, and Baton's marks. No agent's. */
  readonly admin: string;
  readonly index: string;
  /** Where copies of changed files lie while git reads or writes them. */
  readonly staging: string;
}

/** Where the worktree is, whether it exists or not. A dot can't be in an id, so no two share a folder. */
export const worktreePaths = (
  repo: RepositoryContext,
  { feature, name }: Omit<WorktreeId, 'epoch'>,
): WorktreePaths => {
  const admin = path.join(repo.clone, 'worktrees', `${pathSegment(feature)}.${pathSegment(name)}`);
  return {
    path: repo.home.worktree(feature, name),
    admin,
    index: path.join(admin, 'baton-index'),
    staging: path.join(admin, 'staging'),
  };
};

const markSchema = z.object({
  feature: z.string(),
  name: z.string(),
  epoch: z.number().int(),
  /** The commit it was created at. */
  start: z.string(),
  path: z.string(),
  /** Only Baton writes there, so nothing in it has to be saved. */
  own: z.boolean().optional(),
  /** The folder of it that is worked in. Absent: the whole. */
  root: z.string().optional(),
  /** The branch that its own repository shows. */
  branch: z.string().optional(),
  /** The base branch, as it was when the feature began. */
  base: z.object({ branch: z.string(), commit: z.string() }).optional(),
  /** Paths and globs that never go into a commit. */
  excluded: z.array(z.string()).optional(),
  /** Files that go into its commits although they are ignored. */
  wanted: z.array(z.string()).optional(),
  /** How its files are converted, for whoever saves them when its feature has ended. Absent: without filters. */
  content: z.custom<GitContent>((value) => typeof value === 'object' && value !== null).optional(),
  /** Baton's last commit of its content. Absent: `start`. */
  tip: z.string().optional(),
  /** The commit that its work is counted from. Absent: `start`. */
  standsOn: z.string().optional(),
  /**
   * It is brought up to `head`, and the files hold the work of `tip` on that, with conflict markers. Kept from before
   * the files are touched until the next commit: a repetition begins at `tip` again instead of committing markers.
   */
  bringing: z.object({ head: z.string(), tip: z.string(), base: z.string() }).optional(),
});

/** Written last when a worktree is made, and taken away first when it is removed: there means complete. */
export type WorktreeMark = z.infer<typeof markSchema>;

const markFile = (admin: string): string => path.join(admin, 'baton.json');

export const readMark = async (admin: string): Promise<WorktreeMark | undefined> => {
  const parsed = markSchema.safeParse(await readJson(markFile(admin)));
  return parsed.success ? parsed.data : undefined;
};

export const writeMark = (admin: string, mark: WorktreeMark): Promise<void> =>
  writeFileAtomic(markFile(admin), `${JSON.stringify(mark)}\n`);

export const removeMark = (admin: string): Promise<void> => rm(markFile(admin), { force: true });

/** Baton's last commit of the worktree's content. */
export const tipOf = (mark: WorktreeMark): string => mark.tip ?? mark.start;

/** The commit that the worktree's own changes are counted from. */
export const standsOn = (mark: WorktreeMark): string => mark.standsOn ?? mark.start;

/** Whether `folder` is a real folder: an agent may have put a link to another place there. */
export const isRealFolder = async (folder: string): Promise<boolean> =>
  (await lstat(onDisk(folder)).catch(() => undefined))?.isDirectory() ?? false;

/**
 * The paths of a complete worktree of exactly that epoch, with its mark.
 * @throws BatonError `StaleEpoch` where a later epoch has it, `Repository` where it isn't there.
 */
export const existingWorktree = async (
  repo: RepositoryContext,
  worktree: WorktreeId,
): Promise<WorktreePaths & { readonly mark: WorktreeMark }> => {
  const paths = worktreePaths(repo, worktree);
  const mark = await readMark(paths.admin);
  if (mark !== undefined && mark.epoch > worktree.epoch) {
    throw new BatonError(
      'StaleEpoch',
      `Worktree ${paths.path} belongs to epoch ${mark.epoch}; epoch ${worktree.epoch} may no longer change it`,
    );
  }
  if (mark?.epoch === worktree.epoch && (await isRealFolder(paths.path))) return { ...paths, mark };
  throw new BatonError(
    'Repository',
    `Worktree ${paths.path} of epoch ${worktree.epoch} is not there: prepare it again, its work is on the hub`,
  );
};
