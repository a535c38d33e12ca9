import type { AgentRunInput, AgentRunOutcome } from '../domain/activities.ts';
import type { CheckpointRecord, ReusedRun, RunFigures } from '../domain/outcomes.ts';
import { writeNote } from '../homes/notes.ts';
import { recordRun } from '../homes/runs.ts';
import type { Found } from './kept-runs.ts';
import type { RunNote } from './run-note.ts';
import type { Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/**
 * Does a run without its agent: the worktree gets what the agent had left when it was paid for, checkpoint by
 * checkpoint, in commits of this feature. May be repeated after a crash at any moment.
 *
 * @param begun - the run's note
 * @returns undefined if the worktree doesn't come out the same; then its files are as they were
 */
export async function reuseRun(
  shop: Workshop,
  site: Site,
  input: AgentRunInput,
  tree: Tree,
  begun: RunNote,
  { record, kept }: Extract<Found, { readonly kept: unknown }>,
): Promise<AgentRunOutcome | undefined> {
  const { repo, ref } = site;
  let note: RunNote = {
    ...begun,
    reused: true,
    ...(kept.sessionId !== null && { sessionId: kept.sessionId }),
  };
  const keep = async (more: Partial<RunNote>) => {
    note = { ...note, ...more };
    await writeNote(shop.home.paths, note);
  };
  await keep({});
  const from = await repo.presentTree(tree);
  let at = from;
  const commitAs = async (message: string, to: string) => {
    await repo.putTree({ worktree: tree, from: at, to });
    at = to;
    const { commit } = await repo.commitAll({
      worktree: tree,
      message: `${tree.name}: ${message}`,
      trailers: { 'Baton-Feature': ref.feature, 'Baton-Packet': tree.name, 'Baton-Run': String(input.run) },
    });
    return commit;
  };
  const checkpoints: CheckpointRecord[] = [...(begun.checkpoints ?? [])];
  for (const { tree: to, ...checkpoint } of kept.checkpoints.slice(checkpoints.length)) {
    checkpoints.push({ ...checkpoint, commit: await commitAs(checkpoint.message, to) });
    await keep({ checkpoints });
  }
  const commit = await commitAs('work', kept.tree);
  if ((await repo.commitFacts(commit)).tree !== kept.tree) {
    await repo.putTree({ worktree: tree, from: await repo.presentTree(tree), to: from });
    return undefined;
  }
  const startedAt = begun.startedAt as string;
  const figures: RunFigures = {
    ...freeOfCharge(kept.figures),
    startedAt,
    durationMs: Math.max(0, Date.now() - Date.parse(startedAt)),
    reused: record.reused ?? paidFor(input.from?.feature ?? ref.feature, kept.figures),
  };
  const { end, heard, sessionId, transcript } = kept;
  const outcome: AgentRunOutcome = {
    end,
    ...(heard && { heard }),
    sessionId,
    commit,
    checkpoints,
    figures,
    transcript,
  };
  await keep({ finished: outcome });
  await recordRun(shop.home.paths, ref.feature, {
    ...(record.model !== undefined && { model: record.model }),
    ...figures,
    endedAt: new Date().toISOString(),
    ...(note.inputs !== undefined && { inputs: note.inputs }),
    ...(record.kept !== undefined && { kept: record.kept }),
  });
  return outcome;
}

/** What it cost is known here: nothing. */
const freeOfCharge = ({
  costFrom: _,
  cachedInputTokens: __,
  anew: ___,
  ...figures
}: RunFigures): RunFigures => ({
  ...figures,
  inputTokens: 0,
  outputTokens: 0,
  costUsd: 0,
});

const paidFor = (
  feature: string,
  { run, startedAt, durationMs, inputTokens, outputTokens, costUsd }: RunFigures,
): ReusedRun => ({
  feature,
  run,
  startedAt,
  durationMs,
  ...(inputTokens !== undefined && { inputTokens }),
  ...(outputTokens !== undefined && { outputTokens }),
  ...(costUsd !== undefined && { costUsd }),
});
