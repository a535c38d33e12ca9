import { z } from 'zod';

const usdPerMillion = z.number().nonnegative().max(1_000_000);

/** Prices of a model, in US dollars a million tokens, for runners that tell tokens but no cost. */
export const priceSchema = z.strictObject({
  /** Input tokens, in US dollars a million. */
  input: usdPerMillion,
  /** Output tokens, in US dollars a million. */
  output: usdPerMillion,
  /** Input tokens that the provider read from its cache. Default: as `input`. */
  cachedInput: usdPerMillion.optional(),
});
export type Price = z.infer<typeof priceSchema>;

/** Absolute totals of a session; absent is unknown, never zero. */
export interface Usage {
  /** All input tokens, cached ones among them. */
  readonly inputTokens?: number | undefined;
  readonly cachedInputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly costUsd?: number | undefined;
}

/** US dollars: as told, else as the price makes them of the tokens; undefined where neither is known. */
export function costOf(usage: Usage, price: Price | undefined): number | undefined {
  if (usage.costUsd !== undefined) return usage.costUsd;
  if (price === undefined || usage.inputTokens === undefined || usage.outputTokens === undefined)
    return undefined;
  const cached = Math.min(usage.cachedInputTokens ?? 0, usage.inputTokens);
  const fresh = usage.inputTokens - cached;
  return (
    (fresh * price.input + cached * (price.cachedInput ?? price.input) + usage.outputTokens * price.output) /
    1e6
  );
}

const FIELDS = ['inputTokens', 'cachedInputTokens', 'outputTokens', 'costUsd'] as const;

const each = (of: (field: (typeof FIELDS)[number]) => number | undefined): Usage =>
  Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = of(field);
      return value === undefined ? [] : [[field, value]];
    }),
  );

/** Both together; what one of them doesn't know stays unknown. */
export const plus = (a: Usage, b: Usage): Usage =>
  each((field) => (a[field] === undefined || b[field] === undefined ? undefined : a[field] + b[field]));

/** One less the other; what neither knows stays unknown. May be below zero. */
export const minus = (a: Usage, b: Usage): Usage =>
  each((field) =>
    a[field] === undefined && b[field] === undefined ? undefined : (a[field] ?? 0) - (b[field] ?? 0),
  );

/** Sums of dollars differ in their last digits. */
const ROUNDING = 1e-9;

/** Whether figures are lower than they were: they don't count on from there. */
export const fellBelow = (before: Usage, now: Usage): boolean =>
  FIELDS.some((field) => (now[field] ?? Infinity) < (before[field] ?? 0) * (1 - ROUNDING));

/** What was used since `before`, whose unknown figures count from nothing: the totals began with that session. */
export const usageSince = (before: Usage, total: Usage): Usage =>
  each((field) =>
    total[field] === undefined ? undefined : Math.max(0, total[field] - (before[field] ?? 0)),
  );

/** Input and output tokens together, or undefined where one of them isn't known. */
export const tokensOf = ({ inputTokens, outputTokens }: Usage): number | undefined =>
  inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens;
