import { randomUUID } from 'node:crypto';
import { RUNNERS } from '../agents/runners.ts';
import type { AgentRunInput, AgentRunOutcome } from '../domain/activities.ts';
import type { Feedback } from '../domain/agent-protocol.ts';
import { noteOf } from '../domain/feedback.ts';
import { readNote, removeNote, type SessionNote, writeNote } from '../homes/notes.ts';
import { AgentAttempt } from './agent-run.ts';
import { type AgentRunHooks, answerAnew } from './agent-run-parts.ts';
import { agentTree } from './agent-tree.ts';
import { lookUp } from './known-run.ts';
import { reuseRun } from './reuse-run.ts';
import { agentFor } from './run-key.ts';
import { endedIn, endLeft, hasBegun, type RunNote, runIdOf } from './run-note.ts';
import type { Site, Workshop } from './workshop.ts';

/**
 * One run of an agent in its tree. May be repeated after a crash at any moment: what is left of the process is
 * ended first, then the same session goes on; a run that had ended is not made again, though what it left may still have
 * to be taken over.
 */
export async function runAgent(
  shop: Workshop,
  site: Site,
  input: AgentRunInput,
  hooks: AgentRunHooks,
): Promise<AgentRunOutcome> {
  const { name, place } = input;
  const tree = await agentTree(site, {
    name,
    packet: input.packet,
    epoch: place.epoch,
    start: input.start,
    branch: input.branch,
  });
  const runId = runIdOf(site.ref.feature, input, hooks.execution);
  const before = (await readNote(shop.home.paths, { feature: site.ref.feature, packet: name })) as
    | RunNote
    | undefined;
  if (before !== undefined) await endLeft(shop.home.paths, before);
  const same = before?.runId === runId;
  if (same && before.finished !== undefined) return before.finished;
  const interrupted = same && before.sessionId !== undefined && before.sessionId !== input.resume?.sessionId;
  const known = await lookUp(shop, site, input, tree, { runId, before });
  const begun = {
    feature: site.ref.feature,
    packet: name,
    epoch: place.epoch,
    runId,
    startedAt: same && before.startedAt !== undefined ? before.startedAt : new Date().toISOString(),
    checkpoints: same ? (before.checkpoints ?? []) : [],
    ...(known.inputs !== undefined && { inputs: known.inputs }),
    ...(known.anew !== undefined && { anew: known.anew }),
  };
  const reused = known.found && (await reuseRun(shop, site, input, tree, begun, known.found));
  if (reused !== undefined) return reused;
  const notice = same ? before.notice : afterReused(input, before);
  const moved = interrupted ? saidElsewhere(input) : movedHere(input, before, notice);
  const resume = interrupted
    ? { sessionId: before.sessionId as string, answer: null }
    : moved.length > 0
      ? null
      : input.resume;
  const feedback: Feedback[] = [
    ...input.feedback,
    ...moved,
    ...(same ? [noteOf('The last run was cut off; go on from the tree as it is.')] : []),
  ];
  // A run's figures begin where the one before it ended; what a process of this one told stays told.
  const counted = same ? before.usage : (before?.totals ?? before?.usage);
  const { runner } = agentFor(site, input, input.from?.with);
  const ended = same ? endedIn(before) : undefined;
  const cutOff =
    same && before.pid !== undefined && ended?.usage === undefined && RUNNERS[runner].figuresAtEnd;
  // What may not begin leaves no trace: the next attempt at it is the first, and not one that goes on.
  const begins = async () => {
    try {
      await hooks.begins?.();
    } catch (error) {
      const { paths } = shop.home;
      await (before === undefined
        ? removeNote(paths, { feature: site.ref.feature, packet: name })
        : writeNote(paths, before));
      throw error;
    }
  };
  const attempt = new AgentAttempt(
    shop,
    site,
    input,
    tree,
    { ...hooks, begins },
    {
      ...begun,
      ...(known.found !== undefined && { anew: 'its files did not come out as there' }),
      ...(notice !== undefined && { notice }),
      processRun: randomUUID(),
      ...(same && before.edited !== undefined && { edited: before.edited }),
      ...(resume !== null && { sessionId: resume.sessionId }),
      ...(counted !== undefined && before?.sessionId === resume?.sessionId && { usage: counted }),
      ...(before?.countsEachRun && before.sessionId === resume?.sessionId && { countsEachRun: true }),
      ...(same && hasBegun(before) && { again: true }),
      ...(same && before.totals !== undefined && { totals: before.totals }),
      ...(same && (before.untold || cutOff) && { untold: true }),
      ...(same && before.outcome !== undefined && { outcome: before.outcome }),
      ...(same && before.given !== undefined && { given: before.given }),
      ...(before?.refused && { refused: true }),
    },
  );
  return await shop.beside(hooks.signal, () => attempt.run(resume, feedback, same));
}

/** What was said in the session that this run was to go on with: it began another, and may not have heard that yet. */
const saidElsewhere = ({ resume, earlier = [] }: AgentRunInput): Feedback[] =>
  resume === null ? [] : [...earlier, ...answerAnew(resume, earlier)];

/** Of a session that an earlier execution had: its CLI keeps none for this one. */
const SESSION_OF_REUSED =
  "You worked on this before, in a session that can't be gone on with. What you had done is in the tree; go on from that.";

function afterReused({ resume }: AgentRunInput, before: RunNote | undefined): string | undefined {
  const goesOn = resume !== null && before?.sessionId === resume.sessionId;
  return goesOn && before.reused === true ? SESSION_OF_REUSED : undefined;
}

/** Of a session that stayed in another home. */
const ELSEWHERE =
  'This work was begun on another machine, which is gone, and your session with it. What was committed there, up to the last checkpoint, is in the tree; go on from that.';

/** What an agent is told whose session isn't here; `notice`: why, if it isn't for another home. */
function movedHere(
  { place, resume, earlier = [] }: AgentRunInput,
  before: SessionNote | undefined,
  notice: string | undefined,
): Feedback[] {
  const here = resume === null ? before?.epoch === place.epoch : before?.sessionId === resume.sessionId;
  if (notice === undefined && (here || (resume === null && place.epoch === 1))) return [];
  return [noteOf(notice ?? ELSEWHERE), ...earlier, ...answerAnew(resume, earlier)];
}
