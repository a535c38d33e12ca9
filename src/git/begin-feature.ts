import { integrationBranch } from '../domain/ids.ts';
import { forgetPushed } from './commit.ts';
import type { RepositoryContext } from './context.ts';
import { branchAt, createBranch, hubRefs, pushToHub, type RefUpdate } from './hub.ts';
import { executionRefs, featureWork, headRef, keptRef } from './refs.ts';
import { cleanFeature } from './worktrees.ts';

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
    await putAside(repo, feature);
    const old = await branchAt(repo, branch);
    const updates: RefUpdate[] = [{ ref: mark, commit: at, old: 'any' }];
    if (old !== undefined && old !== at) {
      const kept = keptRef({ feature, name: 'integration', commit: old });
      updates.push({ ref: kept, commit: old, old: 'any' }, { ref: headRef(branch), commit: at, old: 'any' });
    }
    await pushToHub(repo, updates);
    forgetPushed(repo, feature);
  }
  await createBranch(repo, { branch, at });
};

const putAside = async (repo: RepositoryContext, feature: string): Promise<void> => {
  const work = [...(await hubRefs(repo, featureWork(feature)))];
  if (work.length === 0) return;
  const updates = work.flatMap(([ref, commit]): RefUpdate[] => {
    const name = ref.slice(featureWork(feature).length).split('/')[0] ?? 'work';
    return [
      { ref: keptRef({ feature, name, commit }), commit, old: 'any' },
      { ref, commit: undefined, old: 'any' },
    ];
  });
  // One ref may be kept for several.
  const unique = new Map(updates.map((update) => [update.ref, update]));
  await pushToHub(repo, [...unique.values()]);
};
