import type {
  MergeInput,
  MergePreparation,
  TreeRef,
  VerifyInput,
  VerifyResult,
} from '../domain/activities.ts';
import { newlyRed } from '../domain/checks.ts';
import { checkNames } from '../domain/config.ts';
import { BatonError } from '../domain/failures.ts';
import { integrationBranch } from '../domain/ids.ts';
import type { Merge } from '../domain/outcomes.ts';
import { inBoundaries, matchesAny } from '../git/boundaries.ts';
import { keepProof, readProof } from './proofs.ts';
import { criteriaOn, runChecks, slim, testCounts, testGlob } from './run-checks.ts';
import { agentTree, integrationTree, proofTree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** Where a designer may write: documents only. */
const DESIGN_SCOPE = [
  'docs/',
  'doc/',
  'adr/',
  'openapi/',
  '**/*.md',
  '**/*.mdx',
  '**/openapi.{yaml,yml,json}',
];

/** Commits an agent's tree and looks at it: boundaries, leftover markers, checks, criteria. */
export async function verify(
  shop: Workshop,
  site: Site,
  input: VerifyInput,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { repo, config, ref } = site;
  const { packet } = input;
  const { name, place, start } = input;
  // In another home than where its agent worked, it is there once it is made from what the hub has.
  const worktree = await agentTree(
    shop,
    site,
    { name, epoch: place.epoch, start, dependencies: packet !== null },
    signal,
  );
  const { commit } = await repo.commitAll({ worktree, message: `${name}: work` });
  const base = await ownFrom(site, commit, input.start);
  const changed = await repo.changedFiles({ from: base, to: commit });
  const scope = packet?.boundaries ?? { inScope: DESIGN_SCOPE, outOfScope: [] };
  const outside: string[] = [];
  const guarded: string[] = [];
  for (const { path: file } of changed) {
    if (input.allowed.includes(file)) continue;
    const side = inBoundaries(file, scope, config.protected);
    if (side === 'out') outside.push(file);
    if (side === 'protected') guarded.push(file);
  }
  const markers = await repo.leftoverMarkers(
    worktree,
    changed.filter(({ status }) => status !== 'deleted').map((change) => change.path),
  );
  const none = { commit, outside, protected: guarded, markers, checks: [], criteria: [], changed };
  // A designer's documents are checked when they are merged; files that have to go back make the rest moot.
  if (packet === null || !input.check) return none;
  if (outside.length > 0 || guarded.length > 0 || markers.length > 0) return none;
  return await shop.exclusive.shared(
    async () => {
      const tree = await proofTree(shop, site, packet.id, commit);
      const head = await integrationHead(site);
      const rebased = await repo.rebaseOnto({ worktree: tree, commit, onto: head });
      // A conflict is settled when its turn has come; until then the work is judged as it is.
      const at = rebased.kind === 'clean' ? rebased : { commit, tree: await repo.tree(commit) };
      if (rebased.kind === 'conflict' || tree.createdAt !== at.commit)
        await repo.checkoutClean(tree, at.commit);
      const checks = await runChecks(shop, site, tree, checkNames(config), signal);
      await keepProof(shop, ref.feature, { tree: at.tree, checks });
      const { claimed, ticked } = input;
      const criteria = await criteriaOn(shop, site, tree, at.commit, checks, packet, claimed, ticked, signal);
      return { ...none, checks: slim(checks), criteria };
    },
    { signal },
  );
}

/**
 * What the tree's own changes are counted from: the newest head of the integration branch that it stands on, even
 * if that branch went on since; or where it started, while that commit still waits for being merged.
 */
export async function ownFrom({ repo, ref }: Site, commit: string, start: string): Promise<string> {
  const head = await repo.branchAt(integrationBranch(ref.feature));
  const shared = head && (await repo.mergeBase(head, commit));
  if (shared === undefined) return start;
  const ahead = (await repo.isAncestor(shared, start)) && (await repo.isAncestor(start, commit));
  return ahead ? start : shared;
}

/**
 * Rebases a packet on the integration head and runs the checks on exactly the tree that would land, in a
 * worktree that no agent writes to. What it answers is recorded by the workflow; nothing has moved yet.
 */
export async function prepareMerge(
  shop: Workshop,
  site: Site,
  input: MergeInput,
  signal: AbortSignal,
): Promise<MergePreparation> {
  const { repo, ref, config } = site;
  const head = await integrationHead(site);
  if (input.packet !== null)
    await repo.publishBranch({ branch: input.branch, commit: input.commit, feature: ref.feature });
  return await shop.integrating(ref.feature, signal, async (): Promise<MergePreparation> => {
    const tree = { ...(await integrationTree(shop, site)), packet: input.name };
    const rebased = await repo.rebaseOnto({ worktree: tree, commit: input.commit, onto: head });
    if (rebased.kind === 'conflict')
      return { kind: 'conflict', head, files: rebased.files.slice(0, 200), output: rebased.output };
    // Measured on this very tree when the packet was handed in, and nothing was merged since.
    const proof = await readProof(shop, ref.feature, rebased.tree);
    if (proof === undefined || hasCommands(input)) await repo.checkoutClean(tree, rebased.commit);
    const checks = proof ?? (await runChecks(shop, site, tree, checkNames(config), signal));
    const red = newlyRed(checks, input.knownRed);
    const criteria = await criteriaOn(
      shop,
      site,
      tree,
      rebased.commit,
      checks,
      input.packet,
      input.claimed,
      input.ticked,
      signal,
    );
    const unmet = criteria.filter(({ met }) => met === false);
    if (red.length > 0 || unmet.length > 0) return { kind: 'red', head, checks: slim(checks), unmet };
    await repo.pushCandidate({
      commit: rebased.commit,
      feature: ref.feature,
      packet: input.name,
      n: input.submission,
      epoch: input.place.epoch,
    });
    const files = await repo.changedFiles({ from: head, to: rebased.commit });
    const stat = await repo.diffStat({ from: head, to: rebased.commit });
    const glob = testGlob(config);
    const added = (of: typeof stat) => of.reduce((sum, file) => sum + (file.added ?? 0), 0);
    return {
      kind: 'ready',
      merge: { old: head, new: rebased.commit, tree: rebased.tree },
      // History holds names, not diffs; git has the whole list.
      files: files.slice(0, 500),
      linesAdded: added(stat),
      testLinesAdded: glob === undefined ? 0 : added(stat.filter(({ path }) => matchesAny(path, [glob]))),
      tests: testCounts(checks),
      checks: slim(checks),
    };
  });
}

/** Whether some criterion's evidence is a command, which has to be run on the files. */
const hasCommands = ({ packet, claimed }: MergeInput): boolean =>
  [...(packet?.criteria ?? []), ...claimed].some(
    ({ evidence }) => evidence !== undefined && 'command' in evidence,
  );

async function integrationHead({ repo, ref }: Site): Promise<string> {
  const branch = integrationBranch(ref.feature);
  const head = await repo.branchAt(branch);
  if (head === undefined)
    throw new BatonError(
      'Repository',
      `branch ${branch} is gone from the hub: put it back, or start the feature anew`,
    );
  return head;
}

/** Moves the integration branch as recorded; moving again does nothing. */
export async function moveIntegration({ repo, ref }: Site, merge: Merge): Promise<{ moved: boolean }> {
  const { kind } = await repo.moveBranch({
    branch: integrationBranch(ref.feature),
    old: merge.old,
    new: merge.new,
  });
  return { moved: kind === 'moved' };
}

/** Brings a packet's tree up to `head` for its agent, as `bringUpTo` of the repository does. */
export async function bringTreeUpTo(
  shop: Workshop,
  site: Site,
  { name, place, head }: TreeRef & { readonly head: string },
  signal: AbortSignal,
): Promise<{ readonly kind: 'clean' | 'conflict'; readonly files: readonly string[] }> {
  // As in `verify`: the tree may have to be made here first. It has work on the hub, so `start` is of no account.
  const worktree = await agentTree(
    shop,
    site,
    { name, epoch: place.epoch, start: head, dependencies: true },
    signal,
  );
  const brought = await site.repo.bringUpTo({ worktree, head });
  return brought.kind === 'clean' ? { kind: 'clean', files: [] } : { kind: 'conflict', files: brought.files };
}
