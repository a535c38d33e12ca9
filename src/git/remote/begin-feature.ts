import { integrationBranch } from '../../domain/ids.ts';
import type { RepositoryContext } from '../context.ts';
import { ensureCommit } from '../store/objects.ts';
import { executionRefs, featureWork, headRef, keptRef } from '../store/refs.ts';
import { forgetPushed } from '../worktree/commit.ts';
import { cleanFeature } from '../worktree/worktrees.ts';
import { branchAt, createBranch, hubRefs } from './hub.ts';
import { pushToHub } from './push-to-hub.ts';
import type { RefUpdate } from './ref-update.ts';

export interface ToBegin {
  readonly feature: string;
  /** Id of the execution of the feature's workflow. */
  readonly execution: string;
  /** The base commit. */
  readonly at: string;
}

/**
 * Makes a feature's integration branch at its base commit. May be repeated by the same execution, also when work has
 * been merged. What another execution of that name left (its branch, the work of its packets) is put aside under
 * `refs/baton/kept/`: it is not what this one builds, so it must not be what this one lands.
 */
export const beginFeature = async (
  repo: RepositoryContext,
  { feature, execution, at }: ToBegin,
): Promise<void> => {
  const branch = integrationBranch(feature);
  const mark = `${executionRefs(feature)}${execution}`;
  if (!(await hubRefs(repo, executionRefs(feature))).has(mark)) {
    await cleanFeature(repo, feature);
    const updates: RefUpdate[] = [
      { ref: mark, commit: await ensureCommit(repo, at), old: undefined },
      ...(await workPutAside(repo, feature)),
      ...(await branchReset(repo, { feature, branch, at })),
    ];
    // One ref may be kept for several.
    const unique = new Map(updates.map((update) => [update.ref, update]));
    if (!(await pushToHub(repo, [...unique.values()])))
      throw new Error(
        `Somebody else changed what the hub ${repo.hub.url} has of feature ${feature}: nothing was changed`,
      );
    forgetPushed(repo, feature);
  }
  await createBranch(repo, { branch, at });
};

/** Work refs go only from where they were seen: a worker that wakes up late must not remove newer work. */
const workPutAside = async (repo: RepositoryContext, feature: string): Promise<RefUpdate[]> => {
  const updates: RefUpdate[] = [];
  for (const [ref, commit] of await hubRefs(repo, featureWork(feature))) {
    const name = ref.slice(featureWork(feature).length).split('/')[0] ?? 'work';
    // Another home may have made it; what is pushed must be here.
    await ensureCommit(repo, commit);
    updates.push({ ref: keptRef({ feature, name, commit }), commit, old: 'any' });
    updates.push({ ref, commit: undefined, old: commit });
  }
  return updates;
};

const branchReset = async (
  repo: RepositoryContext,
  { feature, branch, at }: { readonly feature: string; readonly branch: string; readonly at: string },
): Promise<RefUpdate[]> => {
  const old = await branchAt(repo, branch);
  if (old === undefined || old === at) return [];
  const kept = keptRef({ feature, name: 'integration', commit: await ensureCommit(repo, old) });
  return [
    { ref: kept, commit: old, old: 'any' },
    { ref: headRef(branch), commit: at, old },
  ];
};
