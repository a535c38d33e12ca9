import { describe, expect, it } from 'vitest';
import { conflictFeedback, swapFeedback } from '../../src/domain/round-feedback.ts';

describe('feedback of a swap', () => {
  const merged =
    'Merged meanwhile: a, b. Your tree stands on them now. Replace what stood in for them by the real thing.';
  const dropped = 'Dropped, so never to come: c. Do without, or keep what stands in for them.';
  const conflicts = ' Conflict markers are in the files named; resolve them.';
  const swap = (more: object) =>
    swapFeedback({ merged: [], dropped: [], conflict: false, files: ['x.ts'], ...more });

  it.each([
    [{ merged: ['a', 'b'] }, merged],
    [{ merged: ['a', 'b'], conflict: true }, merged + conflicts],
    [{ dropped: ['c'] }, dropped],
    [{ merged: ['a', 'b'], dropped: ['c'] }, `${merged}\n${dropped}`],
    [{}, ''],
  ])('of %j says what became of the dependencies', (more, text) => {
    expect(swap(more)).toEqual({ kind: 'swap', text, files: ['x.ts'] });
  });
});

it('feedback of a conflict names the files and ends with what git said last', () => {
  const feedback = conflictFeedback(`first${'x'.repeat(1990)}last words`, ['a', 'b']);
  expect(feedback).toMatchObject({ kind: 'conflict', files: ['a', 'b'] });
  expect(feedback.text).toMatch(/^Merging with the integration branch met conflicts;/);
  expect(feedback.text.split('\n').at(-1)).toBe(`${'x'.repeat(1990)}last words`);
});
