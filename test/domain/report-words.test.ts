import { describe, expect, it } from 'vitest';
import { type CriteriaToCheck, checkCriteria } from '../../src/checks/criteria.ts';
import type { Evidence } from '../../src/domain/packet.ts';
import { changesByCheck, evidenceAlone, howRed } from '../../src/domain/report-words.ts';

const tree = {
  cases: [{ name: 'keeps it', status: 'passed' as const }],
  fileExists: () => true,
  runEvidenceCommand: async () => ({ exitCode: 0 }),
};

/** The line that Baton makes when it looks. */
const reasonOf = async (claimed: Evidence | undefined, more: Partial<CriteriaToCheck>): Promise<string> => {
  const [state] = await checkCriteria({
    criteria: [{ text: 't' }],
    claimed: claimed === undefined ? [] : [{ criterion: 0, evidence: claimed }],
    ...tree,
    ...more,
  });
  return state?.reason ?? '';
};

describe('the evidence of a criterion by itself', () => {
  it.each<[Evidence, string]>([
    [{ test: 'keeps it' }, 'the test "keeps it" passes'],
    [{ file: 'a.md' }, 'a.md is there'],
    [{ command: 'make' }, '`make` exited with 0'],
  ])('is %j as it was found, without who named it and whether it held before', async (named, found) => {
    expect(evidenceAlone({ evidence: await reasonOf(named, {}) })).toBe(found);
    expect(evidenceAlone({ evidence: await reasonOf(named, { before: tree }) })).toBe(found);
    const byPlan = { criteria: [{ text: 't', evidence: named }], before: tree };
    expect(evidenceAlone({ evidence: await reasonOf(undefined, byPlan) })).toBe(found);
  });

  it('is nothing where a person ticked what only a person can tell, and else what was found all the same', async () => {
    const reason = await reasonOf(undefined, { criteria: [{ text: 't', evidence: { person: true } }] });
    expect(evidenceAlone({ evidence: `a person ticked it; ${reason}` })).toBe('');
    expect(evidenceAlone({ evidence: 'a person ticked it; the test "x" fails' })).toBe('the test "x" fails');
  });
});

it('says of a check without a report that nobody can tell whether it is redder', () => {
  expect(howRed({ failing: 0 })).toBe('no report: nobody can tell whether it is redder now');
  expect(howRed({ failing: 2 })).toBe('2 tests failed');
});

it('tells of the checks that changed files, and of no others', () => {
  expect(changesByCheck({ lint: ['a.ts'], test: [] })).toEqual([['lint', ['a.ts']]]);
  expect(changesByCheck(undefined)).toEqual([]);
});
