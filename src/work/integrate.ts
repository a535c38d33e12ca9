import { vanishedTests } from '../checks/vanished-tests.ts';
import type {
  MergeInput,
  MergePreparation,
  TreeRef,
  VerifyInput,
  VerifyResult,
} from '../domain/activities.ts';
import { newlyRed, testId, type VanishedTest } from '../domain/checks.ts';
import { BatonError } from '../domain/failures.ts';
import { integrationBranch, packetBranch } from '../domain/ids.ts';
import type { Merge } from '../domain/outcomes.ts';
import { matchesAny } from '../git/boundaries.ts';
import { NotTakenOver } from '../git/worktree/not-taken-over.ts';
import { agentTree } from './agent-tree.ts';
import { type Candidate, candidateOf } from './candidate.ts';
import { judgeCriteria } from './criteria.ts';
import { combineAnew, type Work } from './made-anew.ts';
import { isWithin, judgeBoundaries, measuringScopes } from './protection.ts';
import { proves, readRecord, type TreeRecord } from './records.ts';
import { measureAndKeep, slim, type ToMeasure, testCounts, testGlob } from './run-checks.ts';
import { integrationTree, proofTree, type Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** A longer list says no more. */
const MOST_VANISHED = 50;
/** Names of files that history holds. In others that conflict, markers are known by what Baton's own merges write. */
const MOST_CONFLICTS = 200;

const NOTHING_FOUND = { outside: [], protected: [], markers: [], checks: [], criteria: [], changed: [] };

/** Commits an agent's tree and looks at it: boundaries, leftover markers, checks, tests that vanished, criteria. */
export async function verify(
  shop: Workshop,
  site: Site,
  input: VerifyInput,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const { packet, name, place, start, allowed } = input;
  // In another home than where its agent worked, it is there once it is made from what the hub has.
  const worktree = await agentTree(site, {
    name,
    packet,
    epoch: place.epoch,
    start,
    branch: branchOf(site, input),
  });
  const made = await committed(site, worktree, input);
  const { commit, standsOn: from, unusable, withheld } = made;
  if (input.standsOn !== undefined && !(await site.repo.isAncestor(input.standsOn, from)))
    return { commit, behind: true, ...NOTHING_FOUND };
  const sides = await judgeBoundaries(site, { from, to: commit, packet, allowed });
  const markers = await markersIn(site, from, commit, input.conflicted);
  const { named: _, ...found } = sides;
  const none: VerifyResult = {
    commit,
    ...found,
    markers,
    checks: [],
    criteria: [],
    ...(unusable.length > 0 && { unusable: unusable.slice(0, 20) }),
    ...(withheld.length > 0 && { secrets: withheld.slice(0, 20) }),
  };
  // A designer's documents are checked when they are merged; files that have to go back make the rest moot.
  if (packet === null) return { ...none, measuring: await measuringScopes(site, input.packets ?? []) };
  if (!input.check) return none;
  if (!isWithin(sides) || markers.length + unusable.length + withheld.length > 0) return none;
  const head = await integrationHead(site);
  const candidate = await candidateOf({ shop, site, signal }, { ...input, packet, commit, head });
  // A conflict is settled when its turn has come; until then the work is judged as it is, where it stands.
  const { commit: at, from: before } = candidate.kind === 'clean' ? candidate : { commit, from };
  return await shop.beside(signal, async () => {
    const tree = await proofTree(site, packet, at);
    const job = { shop, site, tree, commit: at, signal };
    const { record, vanished } = await proof(job, [before, head], input);
    const criteria = await judgeCriteria(job, { ...input, packet, before });
    return { ...none, checks: slim(record.checks), criteria, vanished: vanished.slice(0, MOST_VANISHED) };
  });
}

/** Its tree as a commit; where that can't be made, the last one, and why. */
async function committed({ repo }: Site, worktree: Tree, { name, start, allowed }: VerifyInput) {
  try {
    return await repo.commitAll({ worktree, message: `${name}: work`, allowed });
  } catch (error) {
    if (!(error instanceof NotTakenOver)) throw error;
    const last = (await repo.workTip(worktree)) ?? { commit: start, standsOn: start };
    return { ...last, unusable: [`(anything: ${error.message.slice(0, MOST_OF_REASON)})`], withheld: [] };
  }
}

const MOST_OF_REASON = 1000;

const branchOf = ({ ref }: Site, { packet, name }: Pick<VerifyInput, 'packet' | 'name'>): string =>
  packetBranch(ref.feature, packet ?? { id: name });

/**
 * The conflicted files that still have markers. A packet that mends a landing begins at a merge which has them itself,
 * so its work is compared with both sides of that.
 */
async function markersIn(
  site: Site,
  from: string,
  commit: string,
  conflicted: readonly string[] = [],
): Promise<string[]> {
  const { repo } = site;
  if (conflicted.length === 0) return [];
  const head = await integrationHead(site);
  const mends = from !== head && (await repo.isAncestor(head, from));
  const sides = mends ? (await repo.commitFacts(from)).parents : [from];
  const found = await Promise.all(sides.map((side) => repo.leftoverMarkers(side, commit, conflicted)));
  return (found[0] ?? []).filter((file) => found.every((files) => files.includes(file)));
}

interface Proof {
  readonly record: TreeRecord;
  readonly vanished: readonly VanishedTest[];
}

/**
 * What the checks say of a commit's tree, and which tests it no longer has that the one before had: the first of
 * `earlier` that was measured. The merge on which a packet mends a landing never was.
 */
async function proof(
  job: ToMeasure,
  earlier: readonly string[],
  { knownRed = [], allowedTests = [] }: Pick<VerifyInput, 'knownRed' | 'allowedTests'>,
): Promise<Proof> {
  const { shop, site, commit } = job;
  const treeOf = async (of: string) => (await site.repo.commitFacts(of)).tree;
  const tree = await treeOf(commit);
  const baseTree = await treeOf(site.ref.baseCommit);
  let before: TreeRecord | undefined;
  for (const one of earlier) before ??= await readRecord(shop, site, await treeOf(one));
  const base = knownRed.length > 0 ? await readRecord(shop, site, baseTree) : undefined;
  // Without it nothing could vanish, and all evidence would be new.
  const last = earlier.at(-1);
  if (before === undefined && last !== undefined && last !== job.commit)
    before = await measureAndKeep({ ...job, commit: last }, { knownRed, base });
  const gone = (record: TreeRecord): VanishedTest[] =>
    Object.entries(before?.cases ?? {})
      .flatMap(([check, passed]) => {
        const now = record.cases[check];
        return now === undefined ? [] : vanishedTests(check, passed, now);
      })
      .filter((test) => !allowedTests.includes(testId(test)));
  const kept = await readRecord(shop, site, tree);
  const proven = kept !== undefined && proves(kept, knownRed, baseTree);
  const record = proven ? kept : await measureAndKeep(job, { before, knownRed, base });
  const vanished = gone(record);
  if (vanished.length === 0) return { record, vanished };
  // A test may have skipped itself because of what ran beside it: measured once more before an agent is paid for it.
  const again = await measureAndKeep(job, { before, knownRed, base, alone: true });
  return { record: again, vanished: gone(again) };
}

/**
 * Merges a packet with the integration head in the object store, and judges exactly the commit that would move: its
 * boundaries, markers, checks, tests and criteria, counted from the head. What it answers is recorded by the workflow;
 * nothing has moved yet.
 */
export async function prepareMerge(
  shop: Workshop,
  site: Site,
  input: MergeInput,
  signal: AbortSignal,
): Promise<MergePreparation> {
  const { repo, ref } = site;
  const head = await integrationHead(site);
  const candidate = await candidateOf({ shop, site, signal }, { ...input, head });
  const prepared = await judgeMerge(shop, site, input, head, candidate, signal);
  const { branch, commit, packet, name } = input;
  const { feature } = ref;
  const kept = prepared.kind === 'ready' && {
    candidate: {
      commit: prepared.merge.new,
      feature,
      packet: name,
      n: input.submission,
      epoch: input.place.epoch,
    },
  };
  if (packet !== null) await repo.publishBranch({ branch, commit, feature, ...kept });
  else if (kept !== false) await repo.pushCandidate(kept.candidate);
  return prepared;
}

async function judgeMerge(
  shop: Workshop,
  site: Site,
  input: MergeInput,
  head: string,
  candidate: Candidate,
  signal: AbortSignal,
): Promise<MergePreparation> {
  const { ref } = site;
  const { packet, knownRed = [] } = input;
  if (candidate.kind === 'conflict')
    return {
      kind: 'conflict',
      head,
      files: candidate.files.slice(0, MOST_CONFLICTS),
      output: candidate.output,
    };
  const { allowed = [] } = input;
  const sides = await judgeBoundaries(site, { from: candidate.from, to: candidate.commit, packet, allowed });
  const markers = await markersIn(site, candidate.from, candidate.commit, input.conflicted);
  const { changed, named: _, contents: __, ...refused } = sides;
  if (!isWithin(sides) || markers.length > 0)
    return { kind: 'red', head, checks: [], unmet: [], ...refused, markers };
  return await shop.integrating(ref.feature, signal, async (): Promise<MergePreparation> => {
    const tree = { ...(await integrationTree(site)), packet: input.name };
    const job = { shop, site, tree, commit: candidate.commit, signal };
    // Measured on this very tree when the packet was submitted, it is not measured again.
    const { record, vanished } = await proof(job, [candidate.from, head], input);
    const criteria =
      packet === null ? [] : await judgeCriteria(job, { ...input, packet, before: candidate.from });
    const red = newlyRed(record.checks, knownRed);
    // What needs a person was asked when it was submitted; on another head it may need one for another reason.
    const unmet = criteria.filter(({ met }) => met !== true);
    if (red.length + unmet.length + vanished.length > 0) {
      const gone = vanished.slice(0, MOST_VANISHED);
      return { kind: 'red', head, checks: slim(record.checks), unmet, vanished: gone };
    }
    const measured = await withMeasured({ shop, site, signal }, input, candidate, record, head);
    return {
      kind: 'ready',
      merge: { old: head, new: measured.commit, tree: measured.tree },
      files: changed,
      ...(await linesOf(site, candidate.from, measured.commit)),
      tests: testCounts(record.checks),
      checks: slim(record.checks),
      criteria,
      ...(sides.named.length > 0 && { measuring: sides.named.slice(0, 100) }),
    };
  });
}

/** The same tree, with what was measured in the message. */
const withMeasured = async (
  work: Work,
  input: MergeInput,
  candidate: Extract<Candidate, { kind: 'clean' }>,
  { checks }: TreeRecord,
  head: string,
): Promise<Extract<Candidate, { kind: 'clean' }>> => {
  const passed = checks.filter(({ passed: good }) => good).map(({ name }) => name);
  const measured = { tests: testCounts(checks), checks: passed };
  const named = await candidateOf(work, { ...input, head, measured });
  if (named.kind !== 'clean' || named.tree !== candidate.tree)
    throw new Error(`the merge of ${input.name} came to another tree than the one that was judged`);
  return named;
};

async function linesOf({ repo, config }: Site, from: string, to: string) {
  const stat = await repo.diffStat({ from, to });
  const glob = testGlob(config);
  const added = (of: typeof stat) => of.reduce((sum, file) => sum + (file.added ?? 0), 0);
  return {
    linesAdded: added(stat),
    testLinesAdded: glob === undefined ? 0 : added(stat.filter(({ path }) => matchesAny(path, [glob]))),
  };
}

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

/** Moves the integration branch as recorded, to exactly the tree that was judged; moving again does nothing. */
export async function moveIntegration({ repo, ref }: Site, merge: Merge): Promise<{ moved: boolean }> {
  await assertTree(repo, merge.new, merge.tree);
  const { kind } = await repo.moveBranch({
    branch: integrationBranch(ref.feature),
    old: merge.old,
    new: merge.new,
  });
  return { moved: kind === 'moved' };
}

/** What moves is what was judged, by its tree's name. */
export async function assertTree(repo: Site['repo'], commit: string, tree: string): Promise<void> {
  const found = await repo.tree(commit);
  if (found !== tree)
    throw new BatonError(
      'BadInput',
      `commit ${commit} has the tree ${found}, but ${tree} was judged: nothing was moved`,
    );
}

/** Brings a packet's tree up to `head` for its agent, as `bringUpTo` of the repository does, generated files made anew. */
export async function bringTreeUpTo(
  work: Work,
  { name, place, head }: TreeRef & { readonly head: string },
): Promise<{ readonly kind: 'clean' | 'conflict'; readonly files: readonly string[] }> {
  const { site } = work;
  // As in `verify`: the tree may have to be made here first. It has work on the hub, so `start` is of no account.
  const worktree = await agentTree(site, { name, epoch: place.epoch, start: head });
  const brought = await site.repo.bringUpTo({
    worktree,
    head,
    combined: (sides) => combineAnew(work, sides),
  });
  return brought.kind === 'clean'
    ? { kind: 'clean', files: [] }
    : { kind: 'conflict', files: brought.files.slice(0, MOST_CONFLICTS) };
}
