import fc from 'fast-check';
import { expect, it } from 'vitest';
import { markOf, steady, steadyWithoutCommits } from '../../src/domain/steady.ts';
import { homePaths } from '../../src/homes/paths.ts';

const id = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,12}[a-z0-9])?$/);
const told = (feature: string, ms: number, commit: string) =>
  `baton/${feature}/api at ${commit}, feature/${feature}, /home/u/worktrees/${feature}/api.1/src: 3 failed in ${ms} ms at 2026-03-01T10:00:00.000Z`;

it('two features are told the same if only their names, commits and measured times differ', () => {
  const commit = fc.stringMatching(/^[0-9a-f]{40}$/);
  fc.assert(
    fc.property(id, id, fc.nat(), fc.nat(), commit, commit, (a, b, msA, msB, commitA, commitB) => {
      expect(steadyWithoutCommits(told(a, msA, commitA), a)).toBe(
        steadyWithoutCommits(told(b, msB, commitB), b),
      );
    }),
  );
});

it('two features are told the same of one tree, whose path names neither', () => {
  const [one, two] = ['prefs', 'prefs-2'].map((feature) =>
    steady(`red in ${homePaths('/h').worktree(feature, 'api')}/src`, feature),
  );
  expect(one).toBe(two);
  expect(one).toMatch(/^red in \/h\/t\/<feature>\/[0-9a-v]{8}\/src$/);
});

it('what is left of a text is never more than the text, and what was taken out stays out', () => {
  fc.assert(
    fc.property(fc.string(), id, (text, feature) => {
      const once = steadyWithoutCommits(text, feature);
      expect(steadyWithoutCommits(once, feature)).toBe(once);
    }),
  );
});

it.each([
  ['a word of people that is the name of the feature', 'store prefs in prefs.json', 'prefs'],
  ['a longer name that begins alike', 'baton/prefs-2/api', 'prefs'],
  ['a number that is no duration', 'exit code 3, 4 failed, $5', 'prefs'],
  ['a shorter hash', 'path@0123456789abcdef', 'prefs'],
])('%s is left as it is', (_, text, feature) => {
  expect(steady(text, feature)).toBe(text);
  expect(steadyWithoutCommits(text, feature)).toBe(text);
});

it('what a person allows names commits, and another commit is another question', () => {
  expect(steady(`at ${'a'.repeat(40)}`, 'x')).not.toBe(steady(`at ${'b'.repeat(40)}`, 'x'));
});

it('texts that differ have marks that differ', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(markOf(a) === markOf(b)).toBe(a === b);
    }),
  );
  expect(markOf('Which colour?')).toMatch(/^[0-9a-f]{16}$/);
});
