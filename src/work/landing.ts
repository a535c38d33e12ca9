import type { LandingPreparation, LandingToMend, LandResult, MendedLanding } from '../domain/activities.ts';
import { type KnownRed, newlyRed } from '../domain/checks.ts';
import { type Config, checkNames } from '../domain/config.ts';
import { BatonError } from '../domain/failures.ts';
import { landedBranch } from '../domain/ids.ts';
import type { Place } from '../domain/messages.ts';
import { readProof } from './proofs.ts';
import { runChecks } from './run-checks.ts';
import { integrationTree, type Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

interface ToPrepare {
  readonly place: Place;
  readonly commit: string;
  readonly mode: Config['land'];
  readonly knownRed?: readonly KnownRed[];
  readonly mended?: MendedLanding;
}

/** Under it the clean result waits on the hub for being landed. */
const CANDIDATE = 'landing';

/** Brings the commit onto the base as it is now, and checks it there, where it lands in the base. */
export async function prepareLanding(
  shop: Workshop,
  site: Site,
  { place, commit, mode, knownRed, mended }: ToPrepare,
  signal: AbortSignal,
): Promise<LandingPreparation> {
  const { repo, ref, config } = site;
  // On a branch of its own it lands as it was measured.
  if (mode !== 'merge') return { kind: 'ready', base: ref.baseCommit, commit, tree: await repo.tree(commit) };
  const base = await repo.resolveBase(ref.base);
  const there = await repo.isAncestor(commit, base);
  if (there || (mended === undefined && (await repo.isAncestor(base, commit))))
    return { kind: 'ready', base, commit, tree: await repo.tree(commit) };
  return shop.integrating(ref.feature, signal, async (): Promise<LandingPreparation> => {
    const tree = await integrationTree(shop, site);
    const brought =
      mended === undefined
        ? await rebasedOrMerged(site, tree, commit, base)
        : await merged(site, tree, { commit, onto: base, parents: [base, mended.from] });
    const left = mended === undefined ? [] : await repo.leftoverMarkers(tree, mended.files);
    const files = [...new Set([...brought.files, ...left])];
    if (files.length > 0) return { kind: 'conflict', files: files.slice(0, 200), output: brought.output };
    await repo.checkoutClean(tree, brought.commit);
    // A packet that mended the landing was proven on this very tree, unless the base moved again.
    const proof = mended && (await readProof(shop, ref.feature, brought.tree));
    const checks = proof ?? (await runChecks(shop, site, tree, checkNames(config), signal));
    const red = newlyRed(checks, knownRed);
    if (red.length > 0) return { kind: 'red', checks: red };
    const candidate = { feature: ref.feature, packet: CANDIDATE, n: 1, epoch: place.epoch };
    await repo.pushCandidate({ ...candidate, commit: brought.commit });
    return { kind: 'ready', base, commit: brought.commit, tree: brought.tree };
  });
}

/** Commit by commit; where these conflict one by one, all of them in one merge, which may be clean. */
async function rebasedOrMerged(site: Site, tree: Tree, commit: string, base: string) {
  const rebased = await site.repo.rebaseOnto({ worktree: tree, commit, onto: base });
  if (rebased.kind === 'clean') return { ...rebased, files: [], output: '' };
  return merged(site, tree, { commit, onto: base, parents: [base, commit] });
}

const merged = (
  { repo, ref }: Site,
  worktree: Tree,
  merge: { readonly commit: string; readonly onto: string; readonly parents: readonly string[] },
) =>
  repo.mergeOnto({
    worktree,
    ...merge,
    message: `Merge feature ${ref.feature} with ${ref.base}\n\nBaton-Feature: ${ref.feature}`,
  });

/**
 * Merges the base as it is now into the feature's head, for a packet that settles what conflicts or is red there. The
 * packet begins at this commit, conflict markers and all; nothing lands that still has them.
 */
export async function beginMending(
  shop: Workshop,
  site: Site,
  { place, commit, round }: { readonly place: Place; readonly commit: string; readonly round: number },
  signal: AbortSignal,
): Promise<LandingToMend> {
  const { repo, ref } = site;
  const base = await repo.resolveBase(ref.base);
  return shop.integrating(ref.feature, signal, async () => {
    const tree = await integrationTree(shop, site);
    const begun = await merged(site, tree, { commit, onto: base, parents: [commit, base] });
    // Beside the candidate, so that every home finds it.
    const candidate = { feature: ref.feature, packet: CANDIDATE, n: round + 1, epoch: place.epoch };
    await repo.pushCandidate({ ...candidate, commit: begun.commit });
    return { start: begun.commit, files: begun.files.slice(0, 200), output: begun.output };
  });
}

/** Pushes the landing. May be repeated; says where the base moved meanwhile. */
export async function land(
  { repo, ref }: Site,
  {
    commit,
    mode,
    expectedBase,
  }: { readonly commit: string; readonly mode: Config['land']; readonly expectedBase: string },
): Promise<LandResult> {
  if (mode !== 'merge') {
    const landed = await repo.landBranch({ branch: landedBranch(ref.feature), commit });
    return { branch: landed.branch, commit };
  }
  try {
    const landed = await repo.landIntoBase({
      base: ref.base,
      expectedOld: expectedBase,
      commit,
      feature: ref.feature,
    });
    return { branch: landed.branch, commit, ...('reason' in landed && { note: landed.reason }) };
  } catch (error) {
    if (error instanceof BatonError && error.type === 'BranchMoved')
      return { branch: ref.base, commit, moved: error.message };
    throw error;
  }
}
