import { expect, it } from 'vitest';
import { buildId, knowsAll, succeeds } from '../../src/domain/build.ts';

it.for([
  ['0.2.0', ['a', 'b'], '0.1.0', ['a'], true],
  ['0.1.0', ['a'], '0.2.0', ['a', 'b'], false],
  // Two builds of one release: whoever comes last has the work.
  ['0.1.0', ['a'], '0.1.0', ['a'], true],
  ['0.1.0', ['a', 'mine'], '0.1.0', ['a', 'yours'], false],
  ['0.1.9', ['a'], '0.1.10', ['a'], false],
  ['0.10.0', ['a'], '0.9.9', ['a'], true],
  ['1.0.0', ['a'], '1.0.0-rc.1', ['a'], true],
  ['1.0.0-rc.1', ['a'], '1.0.0', ['a'], false],
] as const)(
  'a build of %s with the changes %s after one of %s with %s: %s',
  ([version, changes, other, its, expected]) => {
    expect(succeeds({ version, changes }, { version: other, changes: its })).toBe(expected);
  },
);

it('a build knows a history by the changes in it, and those of the SDK don’t count', () => {
  expect(knowsAll({ changes: ['a', 'b'] }, ['b', '__temporal_internal'])).toBe(true);
  expect(knowsAll({ changes: ['a', 'b'] }, ['b', 'c'])).toBe(false);
  expect(knowsAll({ changes: [] }, [])).toBe(true);
});

it('a build is named by its release and twelve digits', () => {
  expect(buildId('0.2.0', '0123456789abcdef')).toBe('0.2.0-0123456789ab');
});
