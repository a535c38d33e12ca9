import fc from 'fast-check';
import { expect, it } from 'vitest';
import { durationSchema, durationText } from '../../src/domain/duration.ts';

it.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
  ['2d', 172_800_000],
  ['0s', 0],
])('reads %s as %d ms', (text, ms) => expect(durationSchema.parse(text)).toBe(ms));

it.each(['5', '', '-5m', '5 m', '5M', '1h30m', '1e3s', 'Infinitys', '9999999999d', '.5s'])(
  'refuses %j',
  (text) => {
    expect(durationSchema.safeParse(text).error?.issues[0]?.message).toContain('a duration with its unit');
  },
);
it('refuses a bare number', () => expect(durationSchema.safeParse(5).success).toBe(false));

it('gives whole milliseconds', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.constantFrom('ms', 's', 'm', 'h'),
      (amount, unit) => {
        expect(Number.isSafeInteger(durationSchema.parse(`${amount.toFixed(4)}${unit}`))).toBe(true);
      },
    ),
  );
});

it.each([
  [340, '340 ms'],
  [999.6, '1.0 s'],
  [12_340, '12.3 s'],
  [59_990, '1 min 0 s'],
  [65_000, '1 min 5 s'],
  [3_599_900, '1 h 0 min'],
  [3_900_000, '1 h 5 min'],
  [50 * 3_600_000, '2 d 2 h'],
])('says %d ms as %s', (ms, text) => expect(durationText(ms)).toBe(text));

it('never says sixty of a unit that has sixty', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), (ms) => {
      expect(durationText(ms)).not.toMatch(/\b(?:60(?:\.0)? (?:s|min)|1000 ms)\b/);
    }),
    { numRuns: 1000 },
  );
});
