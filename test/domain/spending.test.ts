import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunOutcome } from '../../src/domain/run-end.ts';
import {
  budgetProblem,
  dollars,
  NOTHING_ALLOWED,
  partial,
  spending,
  spentText,
} from '../../src/domain/spending.ts';

const run = (costUsd?: number, tokens?: number, outcome: RunOutcome = 'done') => ({
  outcome,
  ...(costUsd !== undefined && { costUsd }),
  ...(tokens !== undefined && { inputTokens: tokens, outputTokens: 0 }),
});

describe('spending', () => {
  it('keeps unknown apart from zero, also where only a part is known', () => {
    expect(spending([run(1, 10), run(), { outcome: 'done', inputTokens: 5 }])).toEqual({
      runs: 3,
      inputTokens: { known: 15, unknownRuns: 1 },
      outputTokens: { known: 0, unknownRuns: 2 },
      tokens: { known: 10, unknownRuns: 2 },
      costUsd: { known: 1, unknownRuns: 2 },
    });
  });

  it('knows of a program that could not be started that it spent nothing', () => {
    expect(spending([run(undefined, undefined, 'missing')]).costUsd).toEqual({ known: 0, unknownRuns: 0 });
  });

  it('says what is known at least, and of how many runs nothing is', () => {
    const { costUsd } = spending([run(1.5), run(), run()]);
    expect(partial(costUsd, 3, dollars)).toBe('at least $1.50; 2 runs unknown');
    expect(partial(costUsd, 0, dollars)).toBe('no run');
    expect(partial({ known: 0, unknownRuns: 2 }, 2, dollars)).toBe('unknown');
    expect(partial({ known: 0, unknownRuns: 1 }, 2, dollars)).toBe('at least $0.00; 1 run unknown');
    expect(partial({ known: 2.345, unknownRuns: 0 }, 2, dollars)).toBe('$2.35');
    expect(spentText(spending([run(1.5), run(), run()]))).toBe('$1.50 (2 runs unknown)');
    expect(spentText({ ...spending([run(1, 2000)]), budget: { usd: 10 } })).toBe(
      '$1.00 of $10.00 · 2,000 tokens',
    );
    expect(spentText({ ...spending([run()]), budget: { usd: 10 } })).toBe('$0.00 of $10.00 (1 run unknown)');
    expect(spentText(spending([run()]))).toBe('');
    expect(spentText(spending([]))).toBe('');
  });
});

describe('a budget', () => {
  it('is kept below its limit, and used up at it', () => {
    expect(budgetProblem({ usd: 10 }, spending([run(9.99)]), NOTHING_ALLOWED)).toBeUndefined();
    expect(budgetProblem({ usd: 10 }, spending([run(4), run(6)]), NOTHING_ALLOWED)).toMatchObject({
      kind: 'spent',
      text: 'spent: $10.00 of $10.00',
    });
    expect(budgetProblem({ tokens: 100 }, spending([run(undefined, 120)]), NOTHING_ALLOWED)).toMatchObject({
      kind: 'spent',
      text: 'spent: 120 tokens of 100 tokens',
    });
  });

  it('can not be told where a run does not tell what it limits', () => {
    const unknown = budgetProblem({ usd: 10 }, spending([run(3), run(undefined, 50)]), NOTHING_ALLOWED);
    expect(unknown).toMatchObject({
      kind: 'unknown',
      text: "the cost of 1 run isn't known; known: $3.00 of $10.00",
    });
    expect(budgetProblem({ tokens: 100 }, spending([run(undefined, 50)]), NOTHING_ALLOWED)).toBeUndefined();
    const allowed = unknown?.goOn ?? NOTHING_ALLOWED;
    expect(budgetProblem({ usd: 10 }, spending([run(3), run()]), allowed)).toBeUndefined();
    // Those runs only, and they count for nothing.
    expect(budgetProblem({ usd: 10 }, spending([run(3), run(), run()]), allowed)).toMatchObject({
      kind: 'unknown',
    });
    expect(budgetProblem({ usd: 10 }, spending([run(10), run()]), allowed)).toMatchObject({ kind: 'spent' });
  });

  it('of tokens may be gone on with though some runs tell none', () => {
    const spent = spending([run(undefined, 50), run(), run()]);
    const problem = budgetProblem({ tokens: 100 }, spent, NOTHING_ALLOWED);
    expect(problem).toMatchObject({
      kind: 'unknown',
      text: "the tokens of 2 runs aren't known; known: 50 tokens of 100 tokens",
    });
    expect(budgetProblem({ tokens: 100 }, spent, problem?.goOn ?? NOTHING_ALLOWED)).toBeUndefined();
    const both = budgetProblem({ tokens: 50 }, spent, NOTHING_ALLOWED);
    expect(both?.text).toBe(
      "spent: 50 tokens of 50 tokens; the tokens of 2 runs aren't known; known: 50 tokens of 50 tokens",
    );
    expect(both?.goOn).toEqual({ usd: 0, tokens: 50, unknownUsd: 3, unknownTokens: 2 });
  });

  it('is as much again where a person lets it go on, counted from what was spent by then', () => {
    const costs = fc.array(fc.option(fc.double({ min: 0, max: 50, noNaN: true }), { nil: undefined }), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(costs, fc.integer({ min: 1, max: 40 }), (all, usd) => {
        const spent = spending(all.map((cost) => run(cost)));
        const problem = budgetProblem({ usd }, spent, NOTHING_ALLOWED);
        if (problem === undefined) {
          expect(spent.costUsd.known).toBeLessThan(usd);
          expect(spent.costUsd.unknownRuns).toBe(0);
          return;
        }
        const { goOn } = problem;
        expect(budgetProblem({ usd }, spent, goOn)).toBeUndefined();
        const more = spending([...all.map((cost) => run(cost)), run(usd)]);
        expect(budgetProblem({ usd }, more, goOn)).toMatchObject({ kind: 'spent' });
      }),
    );
  });
});
