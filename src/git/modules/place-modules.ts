import { lstat, mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { unfiltered } from '../content/converting.ts';
import type { RepositoryContext } from '../context.ts';
import { commitFacts } from '../store/commit-object.ts';
import { gitlinks, listTree } from '../store/listing.ts';
import { putInside, removeInside } from '../worktree/plain-files.ts';
import { removeOthers } from '../worktree/remove-others.ts';
import type { WorktreePaths } from '../worktree/worktree-paths.ts';
import { writeFiles } from '../worktree/write-files.ts';
import { fetchModule } from './fetch-modules.ts';
import { belowModule, modulePaths } from './module-paths.ts';
import { makeModuleFolder, makeModuleRepository } from './module-repository.ts';
import { moduleSources } from './sources.ts';

/**
 * Checks out the submodules of `tree`, nested ones too, in a worktree of Baton's own, or one that nobody has been in:
 * exactly their commits, and below `keep` what lies there.
 */
export const checkOutModules = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  tree: string,
  { keep = [], prefix = '' }: { readonly keep?: readonly string[]; readonly prefix?: string } = {},
): Promise<void> => {
  for (const [at, commit] of gitlinks(await listTree(repo, tree))) {
    const source = (await moduleSources(repo))[belowModule(prefix, at)];
    const kept = keep.flatMap((each) => (each.startsWith(`${at}/`) ? [each.slice(at.length + 1)] : []));
    const module = modulePaths(paths, at);
    await makeModuleFolder(paths.path, at);
    if (source === undefined) {
      // As git leaves it: empty.
      await removeOthers(module.path, new Map(), kept);
      continue;
    }
    await fetchModule(repo, belowModule(prefix, at), source, commit);
    await mkdir(module.admin, { recursive: true });
    const { tree: inside } = await commitFacts(repo, commit);
    await removeOthers(module.path, await listTree(repo, inside), kept);
    await writeFiles(unfiltered(repo), module, commit);
    await checkOutModules(repo, module, inside, { keep: kept, prefix: belowModule(prefix, at) });
    await makeModuleRepository(repo, module, source, commit);
  }
};

/**
 * Brings the submodules of a worktree that others write to from those of one tree to those of another, whole folders at
 * a time and never through a link. One whose commit stays is left as it is, with what somebody changed in it.
 */
export const putModules = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  from: string,
  to: string,
): Promise<void> => {
  const before = new Map(gitlinks(await listTree(repo, from)));
  const after = new Map(gitlinks(await listTree(repo, to)));
  for (const at of before.keys()) if (!after.has(at)) await removeInside(paths.path, at);
  for (const [at, commit] of after) {
    const there = await lstat(path.join(paths.path, at, '.git')).catch(() => undefined);
    if (before.get(at) === commit && there !== undefined) continue;
    const source = (await moduleSources(repo))[at];
    if (source === undefined) continue;
    await fetchModule(repo, at, source, commit);
    const module = modulePaths(paths, at);
    await rm(module.admin, { recursive: true, force: true });
    await mkdir(module.admin, { recursive: true });
    const made = await mkdtemp(path.join(module.admin, 'files-'));
    const beside = { ...module, path: made };
    await writeFiles(unfiltered(repo), beside, commit);
    const { tree: inside } = await commitFacts(repo, commit);
    await checkOutModules(repo, beside, inside, { prefix: at });
    await makeModuleRepository(repo, beside, source, commit);
    await putInside(paths.path, at, made);
  }
};
