import { describe, expect, test } from 'vitest';
import { type CriteriaToCheck, checkCriteria } from '../../src/checks/criteria.ts';
import type { TestCase } from '../../src/domain/checks.ts';
import type { Evidence } from '../../src/domain/packet.ts';

const cases: TestCase[] = [
  { name: 'prefs > saves the theme', file: 'test/a.test.ts', status: 'passed' },
  { name: 'prefs > refuses', status: 'failed' },
  { name: 'prefs > later', status: 'skipped' },
];

const state = async (
  evidence: Evidence | undefined,
  claims: Evidence[] = [],
  more: Partial<CriteriaToCheck> = {},
) => {
  const [one] = await checkCriteria({
    criteria: [evidence ? { text: 't', evidence } : { text: 't' }],
    claimed: claims.map((claim) => ({ criterion: 0, evidence: claim })),
    cases,
    runEvidenceCommand: async (command) => ({ exitCode: command === 'good' ? 0 : 4 }),
    fileExists: (path) => path === 'docs/api.md',
    ...more,
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
  expect(await state(evidence)).toEqual({
    index: 0,
    text: 't',
    met,
    reason: expect.stringMatching(reason),
    namedBy: met === 'person' ? 'person' : 'plan',
    heldBefore: false,
  });
});

test('a criterion without evidence is unmet until the agent names some that holds', async () => {
  expect(await state(undefined)).toMatchObject({
    met: false,
    reason: expect.stringContaining('names no evidence'),
    namedBy: 'agent',
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

test('an unknown name is answered with the names that are nearest to it', async () => {
  expect((await state({ test: 'saves teh theme' }))?.reason).toBe(
    'no test is named "saves teh theme"; the nearest are "prefs > saves the theme", "prefs > later", "prefs > refuses"',
  );
  expect((await state({ test: 'x' }, [], { cases: [] }))?.reason).toBe('no test is named "x"');
});

test('of several tests of one name none may fail, and one has to pass', async () => {
  const named = (...statuses: TestCase['status'][]) => ({
    cases: statuses.map((status, index) => ({ name: `suite ${index} > works`, status })),
  });
  const met = async (...statuses: TestCase['status'][]) =>
    (await state({ test: 'works' }, [], named(...statuses)))?.met;
  expect(await met('passed', 'failed')).toBe(false);
  expect(await met('skipped', 'passed')).toBe(true);
  expect(await met('skipped', 'skipped')).toBe(false);
});

test('a reason is one line of at most 300 characters', async () => {
  const long = Array.from({ length: 9 }, (_, index) => ({ command: `good ${index} ${'x'.repeat(900)}\ny` }));
  const one = await state(undefined, long, { runEvidenceCommand: async () => ({ exitCode: 0 }) });
  expect(one?.reason.length).toBeLessThanOrEqual(300);
  expect(one?.reason).not.toContain('\n');
  expect(one?.reason).toMatch(/…\s?\(evidence named by the agent\)$/);
  const cases = Array.from({ length: 5 }, (_, index) => ({
    name: `${'long '.repeat(80)}${index}`,
    status: 'passed' as const,
  }));
  const unknown = await state({ test: 'long '.repeat(50) }, [], { cases });
  expect(unknown?.reason.length).toBeLessThanOrEqual(300);
});

describe('evidence that held before the packet', () => {
  /** The tree before the packet, in which `good` and everything that passes now held; counts its commands. */
  const treeBefore = (more: Partial<NonNullable<CriteriaToCheck['before']>> = {}) => {
    const ran: string[] = [];
    return {
      ran,
      before: {
        cases,
        fileExists: () => true,
        runEvidenceCommand: async (command: string) => {
          ran.push(command);
          return { exitCode: 0 };
        },
        ...more,
      },
    };
  };

  test.each<[Evidence, string]>([
    [
      { command: 'good' },
      '`good` exited with 0, and did so before this packet (evidence named by the agent)',
    ],
    [
      { test: 'saves the theme' },
      'the test "prefs > saves the theme" passes, and did so before this packet (evidence named by the agent)',
    ],
    [
      { file: 'docs/api.md' },
      'docs/api.md is there, and was there before this packet (evidence named by the agent)',
    ],
  ])('proves nothing if the agent named it: %j', async (claim, reason) => {
    expect(await state(undefined, [claim], treeBefore())).toMatchObject({
      met: 'person',
      reason,
      namedBy: 'agent',
      heldBefore: true,
    });
  });

  test('counts if the plan named it', async () => {
    expect(await state({ command: 'good' }, [], treeBefore())).toMatchObject({
      met: true,
      reason: '`good` exited with 0, and held before this packet',
      namedBy: 'plan',
      heldBefore: true,
    });
  });

  test('is made up for by one new piece', async () => {
    const fresh = treeBefore({ cases: [] });
    expect(await state(undefined, [{ command: 'good' }, { test: 'saves the theme' }], fresh)).toMatchObject({
      met: true,
      namedBy: 'agent',
      heldBefore: false,
    });
    expect(fresh.ran).toEqual([]);
  });

  test('is made up for by a test that failed before, or was skipped', async () => {
    for (const status of ['failed', 'skipped'] as const)
      expect(
        await state(
          undefined,
          [{ test: 'saves the theme' }],
          treeBefore({ cases: [{ name: 'prefs > saves the theme', status }] }),
        ),
      ).toMatchObject({ met: true, heldBefore: false });
  });

  test('is not looked for if the evidence does not hold now', async () => {
    const tree = treeBefore();
    expect(await state(undefined, [{ command: 'good' }, { command: 'bad' }], tree)).toMatchObject({
      met: false,
      reason: expect.stringContaining('`bad` exited with 4'),
      heldBefore: false,
    });
    expect(await state({ command: 'bad' }, [], tree)).toMatchObject({ met: false, heldBefore: false });
    expect(tree.ran).toEqual([]);
  });

  test("leaves a person's tick to the person", async () => {
    expect(await state({ person: true }, [], treeBefore())).toMatchObject({
      met: 'person',
      namedBy: 'person',
    });
    expect(await state(undefined, [{ person: true }], treeBefore())).toMatchObject({
      met: 'person',
      namedBy: 'person',
      heldBefore: false,
    });
    expect(await state(undefined, [{ person: true }, { command: 'good' }], treeBefore())).toMatchObject({
      met: 'person',
      namedBy: 'agent',
    });
  });
});
