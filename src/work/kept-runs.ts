/** Runs that were paid for: kept at their end, and found again by what they were given. */
import type { AgentRunEnd, AgentRunOutcome } from '../domain/activities.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import { differing } from '../domain/given.ts';
import type { CheckpointRecord, RunFigures } from '../domain/outcomes.ts';
import type { RunSource } from '../domain/what-if.ts';
import { type GivenKey, type RunRecord, readRuns, recordRun } from '../homes/runs.ts';
import type { Site, Workshop } from './workshop.ts';

/** A run that ended with a result, whole: what a fork needs in place of the agent. */
export interface KeptRun {
  readonly version: 1;
  readonly end: AgentRunEnd;
  readonly heard?: true;
  readonly sessionId: string | null;
  /** Each with the tree that Baton committed then. */
  readonly checkpoints: readonly (CheckpointRecord & { readonly tree: string })[];
  readonly commit: string;
  readonly tree: string;
  readonly figures: RunFigures;
  readonly transcript: ArtifactRef | null;
}

/** Notes how a run ended, with what a fork can take of it. */
export async function recordEnd(
  shop: Workshop,
  site: Site,
  begun: RunRecord,
  outcome: AgentRunOutcome,
  inputs: GivenKey | undefined,
): Promise<void> {
  const kept = inputs === undefined ? undefined : await keepRun(shop, site, outcome);
  await recordRun(shop.home.paths, site.ref.feature, {
    ...begun,
    ...outcome.figures,
    endedAt: new Date().toISOString(),
    ...(inputs !== undefined && { inputs }),
    ...(kept !== undefined && { kept }),
  });
}

/** Keeps a run for forks; undefined if there is nothing that one could take, or it can't be kept. */
async function keepRun(
  { store }: Workshop,
  { repo }: Site,
  outcome: AgentRunOutcome,
): Promise<ArtifactRef | undefined> {
  const { end, sessionId, commit, figures, transcript } = outcome;
  if (end.kind !== 'done' && end.kind !== 'blocked') return undefined;
  const treeOf = async (of: string) => (await repo.commitFacts(of)).tree;
  try {
    const checkpoints = await Promise.all(
      outcome.checkpoints.map(async (one) => ({ ...one, tree: await treeOf(one.commit) })),
    );
    const tree = await treeOf(commit);
    const kept: KeptRun = {
      version: 1,
      end,
      ...(outcome.heard && { heard: true }),
      sessionId,
      checkpoints,
      commit,
      tree,
      figures,
      transcript,
    };
    return await store.put(JSON.stringify(kept), 'application/json');
  } catch {
    // No run fails for what others might make of it.
    return undefined;
  }
}

export type Found =
  | { readonly record: RunRecord; readonly kept: KeptRun }
  /** Why there is none. */
  | { readonly anew: string };

/** The run of an earlier execution that was given the same; or why the run has to be made anew. */
export async function findKeptRun(
  { home, store }: Workshop,
  { repo }: Site,
  source: RunSource,
  wanted: { readonly packet: string; readonly run: number; readonly inputs: GivenKey },
): Promise<Found> {
  if (source.anew === true) return { anew: 'its packet was to be done again' };
  const { packet, run, inputs } = wanted;
  const runs = (await readRuns(home.paths, source.feature)).filter(
    (one) => one.packet === packet && one.inputs !== undefined,
  );
  const same = runs.filter((one) => one.inputs?.key === inputs.key);
  const inTime = same.filter(({ endedAt }) => isBefore(endedAt, source.until));
  const record = inTime.findLast(({ kept }) => kept !== undefined);
  if (record?.kept !== undefined) {
    const kept = await readKept(store, record.kept);
    if (kept === undefined) return { anew: 'what it came to there is not kept any more' };
    const there = await repo.commitFacts(kept.commit).then(
      ({ tree }) => tree === kept.tree,
      () => false,
    );
    return there ? { record, kept } : { anew: 'its work is not kept any more' };
  }
  if (inTime.length > 0) return { anew: `there it came to no result (${inTime.at(-1)?.outcome})` };
  if (same.length > 0) return { anew: 'there it ended after the point that was gone back to' };
  const other = runs.findLast((one) => one.run === run);
  if (other?.inputs === undefined) return { anew: 'this home keeps no such run' };
  return { anew: `other than there: ${differing(inputs.parts, other.inputs.parts).join(', ')}` };
}

const isBefore = (endedAt: string | undefined, until: string | undefined) =>
  until === undefined || (endedAt !== undefined && endedAt <= until);

async function readKept(store: Workshop['store'], ref: ArtifactRef): Promise<KeptRun | undefined> {
  try {
    const kept = JSON.parse((await store.get(ref)).toString()) as KeptRun;
    return kept.version === 1 ? kept : undefined;
  } catch {
    return undefined;
  }
}
