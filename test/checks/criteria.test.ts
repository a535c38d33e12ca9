import { expect, test } from 'vitest';
import { checkCriteria, isTestNamed } from '../../src/checks/criteria.ts';
import type { TestCase } from '../../src/domain/checks.ts';
import type { Evidence } from '../../src/domain/packet.ts';

const cases: TestCase[] = [
  { name: 'prefs > saves the theme', file: 'test/a.test.ts', status: 'passed' },
  { name: 'prefs > refuses', status: 'failed' },
  { name: 'prefs > later', status: 'skipped' },
];

const state = async (evidence: Evidence | undefined, claims: Evidence[] = []) => {
  const [one] = await checkCriteria({
    criteria: [evidence ? { text: 't', evidence } : { text: 't' }],
    claimed: claims.map((claim) => ({ criterion: 0, evidence: claim })),
    cases,
    runEvidenceCommand: async (command) => ({ exitCode: command === 'good' ? 0 : 4 }),
    fileExists: (path) => path === 'docs/api.md',
  });
  return one;
};

test.each<[Evidence, boolean | 'person', RegExp]>([
  [{ test: 'saves the theme' }, true, /"prefs > saves the theme" passes/],
  [{ test: 'refuses' }, false, /fails/],
  [{ test: 'later' }, false, /skipped/],
  [{ test: 'the theme' }, false, /no test is named "the theme"/],
  [{ file: 'docs/api.md' }, true, /is there/],
  [{ file: 'docs/none.md' }, false, /not in the commit/],
  [{ command: 'good' }, true, /exited with 0/],
  [{ command: 'bad' }, false, /exited with 4/],
  [{ person: true }, 'person', /person/],
])('the evidence %j is met: %s', async (evidence, met, reason) => {
  expect(await state(evidence)).toEqual({ index: 0, text: 't', met, reason: expect.stringMatching(reason) });
});

test('a criterion without evidence is unmet until the agent names some that holds', async () => {
  expect(await state(undefined)).toMatchObject({
    met: false,
    reason: expect.stringContaining('names no evidence'),
  });
  expect(await state(undefined, [{ test: 'saves the theme' }])).toMatchObject({
    met: true,
    reason: expect.stringContaining('named by the agent'),
  });
  expect(await state(undefined, [{ test: 'saves the theme' }, { file: 'none' }])).toMatchObject({
    met: false,
  });
});

test('what the agent claims does not replace the evidence that the packet names', async () => {
  expect(await state({ test: 'refuses' }, [{ test: 'saves the theme' }])).toMatchObject({ met: false });
});

test.each([
  ['prefs > saves the theme', true],
  ['  saves  the theme ', true],
  ['test/a.test.ts > prefs > saves the theme', true],
  ['saves', false],
  ['refs > saves the theme', false],
  [' ', false],
])('the name "%s" means the case: %s', (wanted, means) => {
  expect(cases[0] && isTestNamed(wanted, cases[0])).toBe(means);
});
