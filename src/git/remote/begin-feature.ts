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
  const begun = async () => (await hubRefs(repo, executionRefs(feature))).has(mark);
  if (!(await begun())) {
    await cleanFeature(repo, feature);
    const left = [...(await workLeft(repo, feature)), ...(await branchLeft(repo, { feature, branch, at }))];
    // Looked at last: if another attempt began meanwhile, what was seen above may be work of this execution.
    if (!(await begun())) {
      // Git makes the refs of one push visible one by one, so a killed one may have made any of them. So all is kept
      // before anything goes, and the mark, which says that nothing is left to be done, has a push of its own.
      await pushAll(
        repo,
        feature,
        left.map(({ kept }) => kept),
      );
      await pushAll(
        repo,
        feature,
        left.map(({ gone }) => gone),
      );
      await pushAll(repo, feature, [{ ref: mark, commit: await ensureCommit(repo, at), old: undefined }]);
    }
    forgetPushed(repo, feature);
  }
  await createBranch(repo, { branch, at });
};

const pushAll = async (
  repo: RepositoryContext,
  feature: string,
  updates: readonly RefUpdate[],
): Promise<void> => {
  // One ref may be kept for several.
  const unique = [...new Map(updates.map((update) => [update.ref, update])).values()];
  if (unique.length > 0 && !(await pushToHub(repo, unique)))
    throw new Error(
      `Somebody else changed what the hub ${repo.hub.url} has of feature ${feature} while it began: try again`,
    );
};

/** A ref that another execution left: where it is kept, and what becomes of it. */
interface Left {
  readonly kept: RefUpdate;
  readonly gone: RefUpdate;
}

/** Work refs go only from where they were seen: a worker that wakes up late must not remove newer work. */
const workLeft = async (repo: RepositoryContext, feature: string): Promise<Left[]> => {
  const left: Left[] = [];
  for (const [ref, commit] of await hubRefs(repo, featureWork(feature))) {
    const name = ref.slice(featureWork(feature).length).split('/')[0] ?? 'work';
    // Another home may have made it; what is pushed must be here.
    await ensureCommit(repo, commit);
    left.push({
      kept: { ref: keptRef({ feature, name, commit }), commit, old: 'any' },
      gone: { ref, commit: undefined, old: commit },
    });
  }
  return left;
};

const branchLeft = async (
  repo: RepositoryContext,
  { feature, branch, at }: { readonly feature: string; readonly branch: string; readonly at: string },
): Promise<Left[]> => {
  const old = await branchAt(repo, branch);
  if (old === undefined || old === at) return [];
  const ref = keptRef({ feature, name: 'integration', commit: await ensureCommit(repo, old) });
  return [{ kept: { ref, commit: old, old: 'any' }, gone: { ref: headRef(branch), commit: at, old } }];
};
