import { describe, expect, it } from 'vitest';
import { type CheckResult, newlyRed } from '../../../src/domain/checks.ts';
import { CASES, casesCheck } from './cases.ts';
import { packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');
const cases = (state: string, names: readonly number[]) =>
  names.map((at) => `${state} Test ${at}\n`).join('');
const RED = Array.from({ length: 25 }, (_, at) => at + 10);
const redNames = (checks: readonly CheckResult[]) => newlyRed(checks).map(({ name }) => name);

describe('a check that was red on the base, which a person chose to go on with', () => {
  const begun = async () => {
    const place = await Workplace.open({
      config: { checks: { test: casesCheck, style: '! test -e src/base.txt' } },
      files: { 'cases.sh': CASES, 'tests/a.cases': cases('fail', RED), 'tests/b.cases': 'pass Last\n' },
    });
    await place.begin();
    const { checks } = await place.baseline();
    const knownRed = checks.map(({ name, failing }) => ({ name, failing }));
    expect(knownRed.map(({ name, failing }) => [name, failing.length])).toEqual([
      ['test', 20],
      ['style', 0],
    ]);
    return { place, knownRed };
  };

  it('is known with the same red tests in another order, and without a report; not with one test more', async () => {
    const { place, knownRed } = await begun();
    await place.write('one', { 'tests/a.cases': cases('fail', RED.toReversed()) });
    const same = await place.verify(one, { knownRed });
    expect(same.checks.map(({ name, passed, known }) => [name, passed, known])).toEqual([
      ['test', false, true],
      ['style', false, true],
    ]);
    expect((await place.prepare(one, { commit: same.commit, knownRed })).kind).toBe('ready');

    await place.write('one', { 'tests/b.cases': 'fail Last\n' });
    const more = await place.verify(one, { knownRed });
    expect(more.checks.map(({ name, known }) => [name, known])).toEqual([
      ['test', false],
      ['style', true],
    ]);
    expect(redNames(more.checks)).toEqual(['test']);
    expect(await place.prepare(one, { commit: more.commit, knownRed })).toMatchObject({ kind: 'red' });
  });

  it('is not known when it crashes without a report', async () => {
    const { place, knownRed } = await begun();
    await place.write('one', { 'tests/crash': '' });
    expect(redNames((await place.verify(one, { knownRed })).checks)).toEqual(['test']);
  });
});
