import { expect, test } from 'vitest';
import { gitProblem, versionProblem } from '../../src/git/git-version.ts';

test.each([
  ['git version 2.38.0', true],
  ['git version 2.39.5 (Apple Git-154)', true],
  ['git version 3.0.1', true],
  ['git version 2.37.9', false],
  ['git version 1.9.1', false],
  ['', false],
])('a git that says "%s" is new enough: %s', (printed, enough) => {
  expect(versionProblem(printed) === undefined).toBe(enough);
});

test('a git that is too old is named, with the version that is needed', () => {
  expect(versionProblem('git version 2.30.2\n')).toContain('git version 2.30.2 is too old');
  expect(versionProblem('git version 2.30.2\n')).toContain('git 2.38 or newer');
});

test('the git of this machine is new enough', async () => {
  expect(await gitProblem()).toBeUndefined();
});
