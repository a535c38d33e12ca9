/** What runs of agents cost, as far as it is known, and what a feature may spend. Pure. */
import type { Budget } from './crew-config.ts';
import type { RunFigures } from './outcomes.ts';
import { tokensOf } from './prices.ts';

/** A total of which some parts may be unknown: `known` is their sum, `unknownRuns` says how many aren't in it. */
export interface PartialTotal {
  readonly known: number;
  readonly unknownRuns: number;
}

/** Tokens and cost of runs, unknown ones counted as unknown. */
export interface Spending {
  readonly runs: number;
  readonly inputTokens: PartialTotal;
  readonly outputTokens: PartialTotal;
  /** Both together; a run that tells only one of them is unknown here. */
  readonly tokens: PartialTotal;
  readonly costUsd: PartialTotal;
}

type Spent = Pick<RunFigures, 'outcome' | 'inputTokens' | 'outputTokens' | 'costUsd'>;

/** Of a program that could not be started it is known that it spent nothing. */
const nothingRan = ({ outcome }: Spent) => outcome === 'missing';

function total(runs: readonly Spent[], of: (run: Spent) => number | undefined): PartialTotal {
  const known = runs.map((run) => (nothingRan(run) ? 0 : of(run)));
  return {
    known: known.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    unknownRuns: known.filter((value) => value === undefined).length,
  };
}

/** What runs spent together. */
export const spending = (runs: readonly Spent[]): Spending => ({
  runs: runs.length,
  inputTokens: total(runs, (run) => run.inputTokens),
  outputTokens: total(runs, (run) => run.outputTokens),
  tokens: total(runs, tokensOf),
  costUsd: total(runs, (run) => run.costUsd),
});

export const tokensText = (value: number): string => value.toLocaleString('en-US');
export const dollars = (value: number): string => `$${value.toFixed(2)}`;
export const runsText = (count: number): string => `${count} run${count === 1 ? '' : 's'}`;

/** A total of `all` runs with what isn't in it: unknown is said, never taken as zero. */
export function partial(total: PartialTotal, all: number, unit: (value: number) => string): string {
  if (all === 0) return 'no run';
  if (total.unknownRuns >= all) return 'unknown';
  return total.unknownRuns === 0
    ? unit(total.known)
    : `at least ${unit(total.known)}; ${runsText(total.unknownRuns)} unknown`;
}

/** What had been spent when a person last let a feature go on: the budget counts from there. */
export interface Allowed {
  readonly usd: number;
  readonly tokens: number;
  /** Runs that may stay unknown; Infinity: whatever comes. */
  readonly unknownUsd: number;
  readonly unknownTokens: number;
}
export const NOTHING_ALLOWED: Allowed = { usd: 0, tokens: 0, unknownUsd: 0, unknownTokens: 0 };

/** Why no further run may begin, and what is allowed if a person lets it go on all the same. */
export interface BudgetProblem {
  readonly kind: 'spent' | 'unknown';
  readonly text: string;
  readonly goOn: Allowed;
}

/**
 * What keeps a feature from further runs, or undefined. A budget counts from what was spent when a person last let
 * the feature go on. Unknown is never taken as zero: a run of which it isn't known what a limit needs is a problem
 * until a person accepts it.
 */
export function budgetProblem(
  budget: Budget,
  { tokens, costUsd }: Spending,
  allowed: Allowed,
): BudgetProblem | undefined {
  const limits = [
    {
      limit: budget.usd,
      of: costUsd,
      from: allowed.usd,
      accepted: allowed.unknownUsd,
      what: 'cost',
      unit: dollars,
    },
    {
      limit: budget.tokens,
      of: tokens,
      from: allowed.tokens,
      accepted: allowed.unknownTokens,
      what: 'tokens',
      unit: (value: number) => `${tokensText(value)} tokens`,
    },
  ].flatMap(({ limit, ...rest }) => (limit === undefined ? [] : [{ limit: limit + rest.from, ...rest }]));
  const accepted = {
    unknownUsd: Math.max(costUsd.unknownRuns, allowed.unknownUsd),
    unknownTokens: Math.max(tokens.unknownRuns, allowed.unknownTokens),
  };
  const spent = limits.filter(({ of, limit }) => of.known >= limit);
  const unknown = limits
    .filter(({ of, accepted: runs }) => of.unknownRuns > runs)
    .map(
      ({ of, what, unit, limit }) =>
        `the ${what} of ${runsText(of.unknownRuns)} ${what === 'cost' ? "isn't" : "aren't"} known; known: ${unit(of.known)} of ${unit(limit)}`,
    );
  if (spent.length > 0) {
    const said = spent.map(({ of, unit, limit }) => `spent: ${unit(of.known)} of ${unit(limit)}`);
    return {
      kind: 'spent',
      text: [...said, ...unknown].join('; '),
      goOn: { usd: costUsd.known, tokens: tokens.known, ...accepted },
    };
  }
  if (unknown.length > 0)
    return { kind: 'unknown', text: unknown.join('; '), goOn: { ...allowed, ...accepted } };
  return undefined;
}

/** `$1.20 of $10.00 (2 runs unknown)` and the same of tokens, as far as there is anything to tell. */
export function spentText(spent: Spending & { readonly budget?: Budget }): string {
  if (spent.runs === 0) return '';
  const one = (of: PartialTotal, limit: number | undefined, unit: (value: number) => string) => {
    if (limit === undefined && of.unknownRuns >= spent.runs) return [];
    const unknown = of.unknownRuns > 0 ? ` (${runsText(of.unknownRuns)} unknown)` : '';
    return [`${unit(of.known)}${limit === undefined ? '' : ` of ${unit(limit)}`}${unknown}`];
  };
  return [
    ...one(spent.costUsd, spent.budget?.usd, dollars),
    ...one(spent.tokens, spent.budget?.tokens, (value) => `${tokensText(value)} tokens`),
  ].join(' · ');
}
