import type { AgentRunInput } from '../domain/activities.ts';
import { unlessNotTakenOver } from '../git/worktree/not-taken-over.ts';
import type { GivenKey } from '../homes/runs.ts';
import { type Found, findKeptRun } from './kept-runs.ts';
import { keysOf } from './run-key.ts';
import type { RunNote } from './run-note.ts';
import type { Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** What is known of a run before its agent is started. */
export interface KnownRun {
  /** What it is given; undefined if its worktree can't be read. */
  readonly inputs?: GivenKey;
  /** Of a fork: the run of the earlier execution that stands for it. */
  readonly found?: Extract<Found, { readonly kept: unknown }>;
  /** Of a fork: why none does. */
  readonly anew?: string;
}

/** Looks a run up among those that were paid for; an attempt after a crash goes on as the first one decided. */
export async function lookUp(
  shop: Workshop,
  site: Site,
  input: AgentRunInput,
  tree: Tree,
  { runId, before }: { readonly runId: string; readonly before: RunNote | undefined },
): Promise<KnownRun> {
  const note = before?.runId === runId ? before : undefined;
  if (note !== undefined && note.reused !== true)
    return {
      ...(note.inputs !== undefined && { inputs: note.inputs }),
      ...(note.anew !== undefined && { anew: note.anew }),
    };
  const present = await site.repo.presentTree(tree).catch(unlessNotTakenOver);
  if (present === undefined) return {};
  const keys =
    note?.inputs === undefined
      ? await keysOf(site, input, present, keyBefore(input, before, runId))
      : { asConfigured: note.inputs, asMade: note.inputs };
  if (input.from === undefined) return { inputs: keys.asMade };
  const wanted = { packet: tree.name, run: input.run, inputs: keys.asConfigured };
  const found = await findKeptRun(shop, site, input.from, wanted);
  return 'kept' in found ? { inputs: keys.asConfigured, found } : { inputs: keys.asMade, anew: found.anew };
}

/** Key of the run before in the session. One that nobody knows is like no other. */
function keyBefore({ resume }: AgentRunInput, before: RunNote | undefined, runId: string): string | null {
  if (resume === null) return null;
  const known = before?.sessionId === resume.sessionId ? before.inputs?.key : undefined;
  return known ?? `unknown before ${runId}`;
}
