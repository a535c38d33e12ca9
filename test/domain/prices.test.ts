import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costOf, plus, priceSchema, tokensOf, type Usage, usageSince } from '../../src/domain/prices.ts';

const tokens = fc.option(fc.nat({ max: 1_000_000 }), { nil: undefined });
const usage: fc.Arbitrary<Usage> = fc.record({
  inputTokens: tokens,
  cachedInputTokens: tokens,
  outputTokens: tokens,
  costUsd: tokens,
});
/** Without the keys of what isn't known. */
const known = (given: Usage) => JSON.parse(JSON.stringify(given)) as Usage;

describe('what a session costs', () => {
  const price = { input: 3, output: 15, cachedInput: 0.3 };
  const used = { inputTokens: 1_000_000, outputTokens: 200_000 };

  it('is what the runner tells, whatever the price', () => {
    expect(costOf({ ...used, costUsd: 0 }, price)).toBe(0);
    expect(costOf({ costUsd: 1.5 }, undefined)).toBe(1.5);
  });
  it('is else made of tokens, of which cached ones have a price of their own', () => {
    expect(costOf(used, price)).toBe(6);
    expect(costOf({ ...used, cachedInputTokens: 400_000 }, price)).toBeCloseTo(1.8 + 0.12 + 3);
    expect(costOf({ ...used, cachedInputTokens: 400_000 }, { input: 3, output: 15 })).toBe(6);
    expect(costOf({ ...used, cachedInputTokens: 400_000 }, { ...price, cachedInput: 0 })).toBeCloseTo(4.8);
    // A runner that counts cached tokens beside the others is no reason for a negative cost.
    expect(costOf({ ...used, cachedInputTokens: 9_000_000 }, price)).toBeCloseTo(3.3);
  });
  it('is unknown without a price, or without one of its figures', () => {
    expect(costOf(used, undefined)).toBeUndefined();
    expect(costOf({ inputTokens: 1 }, price)).toBeUndefined();
    expect(costOf({ outputTokens: 1 }, price)).toBeUndefined();
  });
});

it('a price is neither negative nor of another unit', () => {
  expect(priceSchema.safeParse({ input: 0, output: 1_000_000 }).success).toBe(true);
  expect(priceSchema.safeParse({ input: -1, output: 1 }).success).toBe(false);
  expect(priceSchema.safeParse({ input: 1, output: 1_000_001 }).success).toBe(false);
  expect(priceSchema.safeParse({ input: 1 }).success).toBe(false);
  expect(priceSchema.safeParse({ input: 1, output: 1, cached: 1 }).success).toBe(false);
});

describe('usage of two sessions', () => {
  it('is their sum, and unknown where one of them is', () => {
    const a = { inputTokens: 1, cachedInputTokens: 2, outputTokens: 3, costUsd: 4 };
    expect(plus(a, { inputTokens: 10, cachedInputTokens: 20, outputTokens: 30, costUsd: 40 })).toEqual({
      inputTokens: 11,
      cachedInputTokens: 22,
      outputTokens: 33,
      costUsd: 44,
    });
    expect(plus(a, { inputTokens: 0 })).toStrictEqual({ inputTokens: 1 });
    expect(plus({ inputTokens: 0 }, a)).toStrictEqual({ inputTokens: 1 });
  });
  it('is the later one again since the earlier', () => {
    fc.assert(
      fc.property(usage, usage, (before, more) => {
        const total = known(plus(before, more));
        const kept = Object.fromEntries(Object.keys(total).map((key) => [key, more[key as keyof Usage]]));
        expect(usageSince(before, total)).toStrictEqual(kept);
      }),
    );
  });
  it('counts from nothing where the earlier is unknown, and never backwards', () => {
    expect(usageSince({}, { inputTokens: 5, costUsd: 0 })).toStrictEqual({ inputTokens: 5, costUsd: 0 });
    expect(usageSince({ inputTokens: 5, outputTokens: 3 }, { inputTokens: 2 })).toStrictEqual({
      inputTokens: 0,
    });
  });
});

it('tokens are input and output together, or unknown', () => {
  expect(tokensOf({ inputTokens: 1, cachedInputTokens: 5, outputTokens: 2 })).toBe(3);
  expect(tokensOf({ inputTokens: 1 })).toBeUndefined();
  expect(tokensOf({ outputTokens: 1 })).toBeUndefined();
});
