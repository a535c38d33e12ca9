import { lookFor } from '../checks/evidence.ts';
import { vanishedTests } from '../checks/vanished-tests.ts';
import { runsHooks } from '../config/hooks.ts';
import type {
  CriterionToKeep,
  LandingPreparation,
  LandingToMend,
  LandResult,
  MendedLanding,
} from '../domain/activities.ts';
import { type KnownRed, newlyRed, type TestCounts, testId } from '../domain/checks.ts';
import { featureMessage, identitiesOf } from '../domain/commit-message.ts';
import type { Config } from '../domain/config.ts';
import { BatonError } from '../domain/failures.ts';
import { landedBranch } from '../domain/ids.ts';
import type { Place } from '../domain/messages.ts';
import { ownPacket, type Packet } from '../domain/packet.ts';
import { evidenceOn } from './criteria.ts';
import { assertTree } from './integrate.ts';
import { combineAtRoot, type Work } from './made-anew.ts';
import { hasMessageHooks, inLowerCase, throughMessageHooks } from './message-hooks.ts';
import { judgeBoundaries } from './protection.ts';
import { proves, readRecord, type TreeRecord } from './records.ts';
import { measureAndKeep, type ToMeasure, testCounts } from './run-checks.ts';
import { presentBase } from './submodules.ts';
import { integrationTree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** What a landing's commit is called after. */
interface CommitSubject {
  readonly request?: string;
  readonly packets?: readonly Pick<Packet, 'id' | 'objective'>[];
}

interface ToPrepare extends CommitSubject {
  readonly place: Place;
  readonly commit: string;
  readonly mode: Config['land'];
  readonly knownRed?: readonly KnownRed[];
  readonly mended?: MendedLanding;
  readonly allowed?: readonly string[];
  readonly criteria?: readonly CriterionToKeep[];
}

/** Under it the clean result waits on the hub for being landed. */
const CANDIDATE = 'landing';
/** Where a landing may write: its packets were held to their own boundaries. */
const EVERYWHERE = ownPacket({
  id: CANDIDATE,
  objective: 'Land the feature',
  kind: 'implementation',
});

/**
 * Merges the feature with the base as it is now, where it lands in the base, and judges exactly the commit that would
 * move: protected files, checks, the criteria of its packets.
 */
export async function prepareLanding(
  shop: Workshop,
  site: Site,
  input: ToPrepare,
  signal: AbortSignal,
): Promise<LandingPreparation> {
  const { repo, ref } = site;
  const { place, commit, mode, mended } = input;
  const asItIs = async (base: string, landed: string): Promise<LandingPreparation> => ({
    kind: 'ready',
    base,
    commit: landed,
    tree: await repo.tree(landed),
  });
  const standing = async (base: string, landed: string): Promise<LandingPreparation> => {
    const unmet = await unmetByRecord(shop, site, input, signal);
    return unmet.length > 0 ? { kind: 'red', checks: [], unmet } : asItIs(base, landed);
  };
  // On a branch of its own it lands as it was measured.
  if (mode !== 'merge') return standing(ref.baseCommit, commit);
  const base = await presentBase(site, ref.base);
  if (await repo.isAncestor(commit, base)) return asItIs(base, commit);
  if (mended === undefined && (await repo.isAncestor(base, commit)))
    return standing(base, await squashed({ shop, site, signal }, input, commit, base));
  const brought = await mergedWith({ shop, site, signal }, input, base);
  const conflicts = [...brought.files, ...brought.markers];
  if (conflicts.length > 0)
    return { kind: 'conflict', files: [...new Set(conflicts)].slice(0, 200), output: brought.output };
  // Others landed all of it.
  if (brought.commit === base) return asItIs(base, base);
  return shop.integrating(ref.feature, signal, async (): Promise<LandingPreparation> => {
    const tree = await integrationTree(site);
    const judged = await judgeLanding({ shop, site, tree, commit: brought.commit, signal }, base, input);
    if ('kind' in judged) return judged;
    const job = { shop, site, tree, commit: brought.commit, signal };
    const named = await withHookedMessage(job, input, base);
    const candidate = { feature: ref.feature, packet: CANDIDATE, n: 1, epoch: place.epoch };
    await repo.pushCandidate({ ...candidate, commit: named });
    return { kind: 'ready', base, commit: named, tree: brought.tree, ...judged };
  });
}

/** What keeps exactly this commit from being landed, or what its tests say. */
async function judgeLanding(
  job: ToMeasure,
  base: string,
  { commit: head, knownRed = [], allowed = [], criteria = [], mended }: ToPrepare,
): Promise<Extract<LandingPreparation, { kind: 'red' }> | { readonly tests: TestCounts | null }> {
  const { shop, site, commit } = job;
  const { repo, ref } = site;
  const sides = await judgeBoundaries(site, { from: base, to: commit, packet: EVERYWHERE, allowed });
  if (sides.protected.length > 0) return { kind: 'red', checks: [], protected: sides.protected };
  const tree = await repo.tree(commit);
  const baseTree = await repo.tree(ref.baseCommit);
  const kept = await readRecord(shop, site, tree);
  // A packet that mended the landing was proven on this very tree, unless the base moved again.
  const proven = kept !== undefined && mended !== undefined && proves(kept, knownRed, baseTree);
  const before = await readRecord(shop, site, await repo.tree(head));
  // Whoever mended the landing could have removed what stood in the way: the base's own tests.
  const onBase = mended === undefined ? undefined : await recordOf({ ...job, commit: base });
  const measured = proven
    ? kept
    : await measureAndKeep(job, { before, knownRed, base: await readRecord(shop, site, baseTree) });
  const red = newlyRed(measured.checks, knownRed);
  const unmet =
    red.length > 0 ? [] : [...goneFrom(ref.base, onBase, measured), ...(await unmetOn(job, criteria))];
  return red.length + unmet.length > 0
    ? { kind: 'red', checks: red, unmet }
    : { tests: testCounts(measured.checks) };
}

/** What was measured on a commit; measured now if it never was. */
async function recordOf(job: ToMeasure): Promise<TreeRecord> {
  const { shop, site, commit } = job;
  const kept = await readRecord(shop, site, await site.repo.tree(commit));
  return kept ?? measureAndKeep(job);
}

/** Tests that the base has and what lands hasn't. */
const goneFrom = (base: string, before: TreeRecord | undefined, now: Pick<TreeRecord, 'cases'>): string[] =>
  Object.entries(before?.cases ?? {}).flatMap(([check, cases]) =>
    vanishedTests(check, cases, now.cases[check] ?? []).map(
      (test) => `${base}: the test ${testId(test)} passes there, and is ${test.now} in what would land`,
    ),
  );

/** Criteria that a later packet broke, as far as that can be seen from what was measured. */
async function unmetByRecord(
  shop: Workshop,
  site: Site,
  { commit, criteria = [] }: ToPrepare,
  signal: AbortSignal,
): Promise<string[]> {
  const measured = (await readRecord(shop, site, await site.repo.tree(commit))) !== undefined;
  const free = criteria.map(({ evidence, ...one }) => ({
    ...one,
    evidence: evidence.filter((each) => 'file' in each || ('test' in each && measured)),
  }));
  const tree = await integrationTree(site);
  return unmetOn({ shop, site, tree, commit, signal }, free);
}

/** Criteria of merged packets whose evidence doesn't hold any more. */
async function unmetOn(job: ToMeasure, criteria: readonly CriterionToKeep[]): Promise<string[]> {
  if (criteria.length === 0) return [];
  const on = await evidenceOn(job);
  const unmet: string[] = [];
  for (const { packet, text, evidence } of criteria)
    for (const one of evidence) {
      const { met, reason } = await lookFor(one, on);
      if (met === false) unmet.push(`${packet}: ${text} (${reason})`);
    }
  return unmet;
}

/** The feature merged with the base; after a packet that mended it, holding what that made. */
async function mergedWith(work: Work, input: ToPrepare, base: string) {
  const { site } = work;
  const { repo } = site;
  const { commit, mended } = input;
  const { tree, files, output } = await combineAtRoot(work, { ours: base, theirs: commit });
  if (tree === (await repo.tree(base)) && files.length === 0)
    return { commit: base, tree, files, output, markers: [] };
  const merge = await makeMerge(site, input, tree, [base, mended?.from ?? commit], commit, base);
  const markers = mended === undefined ? [] : await repo.leftoverMarkers(base, merge, mended.files);
  return { commit: merge, tree, files, output, markers };
}

/** The message with which a feature lands. Absent base: it is one commit, and no merge. */
export const landingMessage = (
  { ref, config }: Site,
  { request = '', packets = [] }: CommitSubject,
  base: string | undefined,
): string => {
  const { commits } = config;
  const isOne = commits.per === 'feature' || base === undefined;
  const { feature } = ref;
  return featureMessage({ commits, feature, request, packets, ...(!isOne && { base: ref.base }) });
};

/** The commit with its message as the repository's hooks leave it. */
async function withHookedMessage(
  job: ToMeasure,
  subject: CommitSubject,
  base: string | undefined,
): Promise<string> {
  const { repo, config } = job.site;
  if (!(await hasMessageHooks(job))) return job.commit;
  const lower = { ...subject, request: inLowerCase(subject.request ?? '') };
  const taken = await throughMessageHooks(
    job,
    [subject, lower].map((each) => landingMessage(job.site, each, base)),
  );
  const { tree, parents, at } = await repo.commitFacts(job.commit);
  const { commits } = config;
  const made = { tree, parents, at, message: taken, sign: commits.sign };
  return repo.makeCommit({ ...made, ...identitiesOf(commits) });
}

const makeMerge = async (
  site: Site,
  subject: CommitSubject,
  tree: string,
  parents: readonly string[],
  like: string,
  /** Absent: it is one commit, and no merge. */
  base: string | undefined,
): Promise<string> => {
  const { repo, config } = site;
  const { commits } = config;
  const one = commits.per === 'feature' || base === undefined;
  const message = landingMessage(site, subject, base);
  const { at } = await repo.commitFacts(like);
  const named = await withoutAncestors(repo, one ? parents.slice(0, 1) : parents);
  return repo.makeCommit({ tree, parents: named, message, at, sign: commits.sign, ...identitiesOf(commits) });
};

/** A parent that another one holds is left out. */
const withoutAncestors = async (repo: Site['repo'], parents: readonly string[]): Promise<string[]> => {
  const kept: string[] = [];
  const named = [...new Set(parents)];
  for (const parent of named) {
    const others = named.filter((other) => other !== parent);
    const held = await Promise.all(others.map((other) => repo.isAncestor(parent, other)));
    if (!held.includes(true)) kept.push(parent);
  }
  return kept;
};

/** The feature as one commit on its base, where that is configured; else as it is. */
const squashed = async (
  { shop, site, signal }: Work,
  subject: CommitSubject,
  commit: string,
  base: string,
): Promise<string> => {
  if (site.config.commits.per !== 'feature' || commit === base) return commit;
  const made = await makeMerge(site, subject, await site.repo.tree(commit), [base], commit, undefined);
  return shop.integrating(site.ref.feature, signal, async () => {
    const job = { shop, site, tree: await integrationTree(site), commit: made, signal };
    return withHookedMessage(job, subject, undefined);
  });
};

/**
 * Merges the base as it is now into the feature's head, for a packet that settles what conflicts or is red there. The
 * packet begins at this commit, conflict markers and all; nothing lands that still has them.
 */
export async function beginMending(
  work: Work,
  { place, commit, round }: { readonly place: Place; readonly commit: string; readonly round: number },
): Promise<LandingToMend> {
  const { site } = work;
  const { repo, ref } = site;
  const base = await presentBase(site, ref.base);
  const { tree, files, output } = await combineAtRoot(work, { ours: base, theirs: commit });
  const { at } = await repo.commitFacts(commit);
  const parents = await withoutAncestors(repo, [commit, base]);
  const message = `Merge ${ref.base} into feature ${ref.feature}\n\nBaton-Feature: ${ref.feature}`;
  const begun = await repo.makeCommit({ tree, parents, message, at });
  // Beside the candidate, so that every home finds it.
  const candidate = { feature: ref.feature, packet: CANDIDATE, n: round + 1, epoch: place.epoch };
  await repo.pushCandidate({ ...candidate, commit: begun });
  return { start: begun, files: files.slice(0, 200), output };
}

/** Pushes the landing: exactly the tree that was judged. May be repeated; says where the base moved meanwhile. */
export async function land(
  work: Work,
  {
    commit,
    mode,
    expectedBase,
    tree,
    ...subject
  }: CommitSubject & {
    readonly commit: string;
    readonly mode: Config['land'];
    readonly expectedBase: string;
    readonly tree?: string;
  },
): Promise<LandResult> {
  const { site } = work;
  const { repo, ref } = site;
  if (tree !== undefined && tree !== '') await assertTree(repo, commit, tree);
  if (mode !== 'merge') {
    const to = landedBranch(ref.feature);
    const landed = await asPushedBefore(site, to, await squashed(work, subject, commit, ref.baseCommit));
    const { branch } = await repo.landBranch({ branch: to, commit: landed }).catch(withAdvice);
    return { branch, commit: landed };
  }
  if ((await repo.resolveBase(ref.base)) === commit && commit === expectedBase && commit !== ref.baseCommit)
    return { branch: ref.base, commit, note: `${ref.base} has all of it already, so nothing was landed` };
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
    return withAdvice(error);
  }
}

/** No two signatures, or ids that a hook gave, are the same: what a landing that was cut off has pushed is this commit, but for that. */
async function asPushedBefore({ repo, config }: Site, branch: string, commit: string): Promise<string> {
  if (!config.commits.sign && !runsHooks(config)) return commit;
  const at = await repo.resolveBase(branch).catch((error: unknown) => {
    // There is no such branch yet.
    if (error instanceof BatonError && error.type === 'Repository') return undefined;
    throw error;
  });
  if (at === undefined) return commit;
  const [there, here] = await Promise.all([repo.commitFacts(at), repo.commitFacts(commit)]);
  return JSON.stringify(there) === JSON.stringify(here) ? at : commit;
}

/** What people can do about an origin that refuses by a hook or a rule of its own. */
function withAdvice(error: unknown): never {
  if (error instanceof BatonError && error.type === 'Repository' && /\[remote rejected\]/.test(error.message))
    throw new BatonError(
      'Repository',
      `${error.message}\nThe repository has a rule of its own. Let Baton push there, and try again; if it is about the ` +
        'commits (author, message, signature), set commits in baton.yaml, and start the feature anew.',
      { cause: error },
    );
  throw error;
}
