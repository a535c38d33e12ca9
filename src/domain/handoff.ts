/** The context passed from agent to agent, as JSON files that people read too: its field names are in snake case. */
import { z } from 'zod';

/** A handoff is never larger than this as JSON; older detail shrinks to a line and an artifact reference. */
export const HANDOFF_MAX_BYTES = 32 * 1024;

export const HANDOFF_NAMES = [
  'context-001-design',
  'context-002-implementation',
  'context-003-testing',
  'context-004-complete',
] as const;
export type HandoffName = (typeof HANDOFF_NAMES)[number];

const text = z.string().max(4000);
const texts = z.array(z.string().max(500)).max(200);
const count = z.strictObject({
  total: z.number().int().nonnegative(),
  passing: z.number().int().nonnegative(),
  failing: z.number().int().nonnegative(),
});
const coverage = z.strictObject({
  /** Per cent, measured by the coverage gate's command; absent where the report has no such figure. */
  line: z.number().optional(),
  branch: z.number().optional(),
  function: z.number().optional(),
});
const figures = z.record(
  z.string().max(100),
  z.union([z.number(), z.string().max(200), z.boolean(), z.null()]),
);

export const handoffSchema = z.strictObject({
  version: z.literal('1.0'),
  name: z.enum(HANDOFF_NAMES),
  workflow_id: z.string(),
  /** ISO 8601, the workflow's clock. */
  timestamp: z.string(),
  current_agent: z.string(),
  next_agent: z.string().nullable(),
  phase: z.enum([
    'design-complete',
    'implementation-complete',
    'testing-complete',
    'deployed',
    'landed',
    'rolled-back',
  ]),
  /** Words for the next agent. */
  message: text,
  /** From git, never from an agent's claim. */
  files_modified: texts,
  decisions: texts,
  data_model: z.unknown().optional(),
  api_spec: z.unknown().optional(),
  constraints: texts,
  pending_actions: texts,
  /** From reports of commands that Baton ran on the integration branch; null where none has a report. */
  test_results: z
    .strictObject({
      ...count.shape,
      coverage: coverage.optional(),
      /** Figures of the performance gate. */
      performance: figures.optional(),
      /** Files whose coverage is lowest, as the coverage report has them; lines in per cent. */
      gaps: z
        .array(z.strictObject({ file: z.string(), line: z.number() }))
        .max(30)
        .optional(),
    })
    .nullable(),
  final_coverage: coverage.optional(),
  metrics: figures.optional(),
  /** One entry a gate that is configured: met, or waived by a person. Absent gates aren't named here. */
  quality_gates_passed: z.record(z.string(), z.boolean()).optional(),
  deployment: z
    .record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])))
    .optional(),
  monitoring: figures.optional(),
  /** How to go back to the version before. */
  rollback: text.optional(),
  status: z.string().optional(),
  /** References to what was shortened away: a line and where the whole is. */
  shortened: z.array(z.strictObject({ what: z.string(), digest: z.string() })).optional(),
});
export type Handoff = z.infer<typeof handoffSchema>;

const sizeOf = (value: unknown): number => {
  // The workflow sandbox has no Buffer; UTF-8 length counted by hand.
  let bytes = 0;
  for (const char of JSON.stringify(value)) {
    const code = char.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
};

/** Oldest detail goes first: its field is cut to this many entries, step by step. */
const SHRINK_STEPS = [100, 40, 20, 8, 3, 0];

/**
 * The handoff in at most `limit` bytes of JSON. Lists lose their oldest entries, then data model and API
 * spec go, each leaving a line in `shortened` that names `digest`, the artifact of the whole handoff; then
 * what else there is.
 */
export function shrinkHandoff(handoff: Handoff, digest: string, limit = HANDOFF_MAX_BYTES): Handoff {
  if (sizeOf(handoff) <= limit) return handoff;
  const lists = ['files_modified', 'pending_actions', 'constraints', 'decisions'] as const;
  let small: Handoff = handoff;
  const note = (what: string) => {
    small = {
      ...small,
      shortened: [...(small.shortened ?? []).filter((entry) => entry.what !== what), { what, digest }],
    };
  };
  for (const keep of SHRINK_STEPS) {
    for (const list of lists) {
      if (sizeOf(small) <= limit) return small;
      if (small[list].length <= keep) continue;
      small = { ...small, [list]: keep === 0 ? [] : small[list].slice(-keep) };
      note(`${list}: ${handoff[list].length} entries, the newest ${keep} kept`);
      small = {
        ...small,
        shortened: (small.shortened ?? []).filter(
          (entry, index, all) =>
            !all.slice(index + 1).some((later) => later.what.startsWith(list) && entry.what.startsWith(list)),
        ),
      };
    }
    for (const field of ['api_spec', 'data_model'] as const) {
      if (sizeOf(small) <= limit) return small;
      if (small[field] === undefined || keep > 20) continue;
      const { [field]: _dropped, ...rest } = small;
      small = rest;
      note(`${field}: in the document and the artifact`);
    }
  }
  return shrinkRest(small, digest, limit);
}

/** Still too large: what is left besides the lists goes, the measured last, and long texts are cut. */
function shrinkRest(handoff: Handoff, digest: string, limit: number): Handoff {
  let small = handoff;
  const whole = { what: 'further fields: in the artifact', digest };
  const steps: ((from: Handoff) => Handoff)[] = [
    ({ shortened: _, ...rest }) => ({ ...rest, shortened: [whole] }),
    ({ metrics: _, ...rest }) => rest,
    ({ monitoring: _, ...rest }) => rest,
    ({ deployment: _, ...rest }) => rest,
    (from) => {
      if (!from.test_results) return from;
      const { gaps: _gaps, performance: _performance, ...results } = from.test_results;
      return { ...from, test_results: results };
    },
    (from) => ({ ...from, message: cut(from.message) }),
    (from) => (from.rollback === undefined ? from : { ...from, rollback: cut(from.rollback) }),
    ({ quality_gates_passed: _, ...rest }) => rest,
  ];
  for (const step of steps) {
    if (sizeOf(small) <= limit) return small;
    small = step(small);
  }
  return small;
}

/** Characters of a text that stay where all else was not enough. */
const SHORT_TEXT = 500;
const cut = (long: string) => (long.length > SHORT_TEXT ? `${long.slice(0, SHORT_TEXT)}…` : long);
