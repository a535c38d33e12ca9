/** The end of a run whose call was cancelled, and came back without an answer. */
import { stat } from 'node:fs/promises';
import type { RunnerOutcome } from '../agents/runner.ts';
import { RUNNERS } from '../agents/runners.ts';
import type { AgentRunInput, AgentRunOutcome } from '../domain/activities.ts';
import { readNote } from '../homes/notes.ts';
import { transcriptName } from '../homes/runs.ts';
import { AgentAttempt } from './agent-run.ts';
import type { AgentRunHooks } from './agent-run-parts.ts';
import { agentTree } from './agent-tree.ts';
import { lookUp } from './known-run.ts';
import { reuseRun } from './reuse-run.ts';
import { agentFor } from './run-key.ts';
import { endedIn, endLeft, hasBegun, type RunNote, runIdOf } from './run-note.ts';
import type { Site, Workshop } from './workshop.ts';

/**
 * Ends a run by what its note says of it: what is left of its agent's processes is ended, what it left in its tree is
 * committed, and what it cost is answered. No agent is started. May be repeated after a crash at any moment.
 *
 * @returns undefined if no agent had begun
 */
export async function endUnheard(
  shop: Workshop,
  site: Site,
  input: AgentRunInput,
  hooks: AgentRunHooks,
): Promise<AgentRunOutcome | undefined> {
  const { name, place } = input;
  const { feature } = site.ref;
  const note = (await readNote(shop.home.paths, { feature, packet: name })) as RunNote | undefined;
  const runId = runIdOf(feature, input, hooks.execution);
  if (note?.runId !== runId || !hasBegun(note)) return undefined;
  await endLeft(shop.home.paths, note);
  const answer = note.finished ?? note.interrupted;
  if (answer !== undefined) return answer;
  const { packet, start, branch } = input;
  const tree = await agentTree(site, { name, packet, epoch: place.epoch, start, branch });
  if (note.reused) {
    const { found } = await lookUp(shop, site, input, tree, { runId, before: note });
    return found && (await reuseRun(shop, site, input, tree, note, found));
  }
  const ended = endedIn(note) ?? note.stopped;
  const { runner } = agentFor(site, input, input.from?.with);
  const untold = note.pid !== undefined && ended?.usage === undefined && RUNNERS[runner].figuresAtEnd;
  const transcript = shop.featureFile(feature, transcriptName(name, input.run));
  const attempt = new AgentAttempt(shop, site, { ...input, unheard: true }, tree, hooks, {
    ...note,
    ...(note.outcome === undefined && { given: ended ?? (await cutOff(note, transcript)) }),
    ...(untold && { untold: true }),
  });
  return await shop.beside(hooks.signal, () => attempt.run(input.resume, [], note.again === true));
}

/** How an agent ended that was cut off, as far as its note and its transcript tell. */
async function cutOff({ totals, startedAt }: RunNote, transcript: string): Promise<RunnerOutcome> {
  // When it ended nobody noted; when it was last heard of is known.
  const heardAt = await stat(transcript).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  return {
    kind: 'cancelled',
    durationMs: Math.max(0, Math.round(heardAt - Date.parse(startedAt as string))),
    ...(totals !== undefined && { usage: totals }),
    lines: 0,
    bytes: 0,
    tail: '',
  };
}
