import { z } from 'zod';
import { oneLine, shortJson } from './visible.ts';

/** What an open question is about. */
export const ATTENTION_KINDS = [
  'design-approval',
  'question', // an agent asks
  'conflict',
  'failing-packet',
  'by-hand', // a person has the packet's worktree
  'acceptance', // a criterion that only a person can tick
  'boundary',
  'vanished-tests', // tests that passed before, and are missing or skipped
  'gate', // a gate that is not met
  'promotion',
  'rolled-back', // a release that was taken back, or failed before it had traffic
  'budget',
  'environment', // the base is red, an agent isn't installed, a home is gone …
] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

/** An open question to people. It waits for days at no cost. */
export interface AttentionItem {
  /** `<kind>-<n>`, or `<kind>-<packet>-<n>`: unique in its feature. */
  readonly id: string;
  readonly kind: AttentionKind;
  readonly packet?: string;
  readonly prompt: string;
  /** Empty: any text decides it. */
  readonly options: readonly string[];
  readonly recommended?: string;
  /** ISO 8601. */
  readonly openedAt: string;
}

export const decisionSchema = z.strictObject({
  /** Id of the attention item. */
  item: z.string().min(1).max(200),
  /** One of the item's options, or free text where it has none. */
  choice: z.string().min(1).max(4000),
  /** Why, or what to change. */
  note: z.string().max(4000).optional(),
  /** Who decides. */
  by: z.string().min(1).max(200),
});
export type Decision = z.infer<typeof decisionSchema>;

/** A decision that was taken, with its time (ISO 8601) and how long the item had waited. */
export interface TakenDecision extends Decision {
  readonly kind: AttentionKind;
  readonly packet?: string;
  readonly at: string;
  readonly waitedMs: number;
  /** True where `start --yes`, `approvals: auto` or an earlier execution's decision took it without a person. */
  readonly automatic: boolean;
  /** The feature in which `by` had chosen so, if it was taken from there. */
  readonly asIn?: string;
  /** Mark of the question, by which a fork knows it again. */
  readonly asked?: string;
}

/** What came and could not be used, kept so that it can be seen. */
export interface DroppedMessage {
  readonly signal: string;
  readonly reason: string;
  readonly at: string;
}

/** As JSON, which is one line, and of which nothing is hidden. */
const shown = (value: unknown) => shortJson(value, 200);

/** Why `decision` can't be taken, or undefined. `again` tells a repetition of the one that was taken. */
export function decisionProblem(
  decision: unknown,
  open: readonly AttentionItem[],
  taken: readonly TakenDecision[],
): { readonly problem: string; readonly again?: boolean } | undefined {
  // Plain code: in the workflow sandbox a thrown schema error would block the workflow task.
  const { item: id, choice, by, note } = (decision ?? {}) as Partial<Record<keyof Decision, unknown>>;
  if (
    typeof id !== 'string' ||
    typeof choice !== 'string' ||
    typeof by !== 'string' ||
    choice.trim() === '' ||
    by.trim() === ''
  )
    return {
      problem: `a decision is {"item": "…", "choice": "…", "by": "…"} with an optional "note", all texts; got ${shown(decision)}`,
    };
  if (note !== undefined && typeof note !== 'string')
    return { problem: `note must be a text, got ${shown(note)}` };
  // Dropped messages are kept in the workflow's state, so nothing in them may be long.
  if (id.length > 200 || by.length > 200) return { problem: 'item and by hold at most 200 characters' };
  if (choice.length > 4000 || (note?.length ?? 0) > 4000)
    return { problem: 'choice and note hold at most 4,000 characters: put more into the repository' };
  const before = taken.find((other) => other.item === id);
  if (before) {
    const same = before.choice === choice && (before.note ?? '') === (note ?? '');
    return {
      problem: `${shown(id)} was decided already: ${shown(before.choice)} by ${oneLine(before.by)} at ${before.at}`,
      again: same,
    };
  }
  const item = open.find((other) => other.id === id);
  if (!item) {
    const ids = open.map((other) => other.id).join(', ');
    return { problem: `there is no open item ${shown(id)}${ids ? `; open: ${ids}` : '; nothing is open'}` };
  }
  if (item.options.length > 0 && !item.options.includes(choice))
    return {
      problem: `${shown(choice)} is not offered by "${id}": choose one of ${item.options.map(shown).join(', ')}`,
    };
  return undefined;
}
