import { describe, expect, it } from 'vitest';
import { newlyRed } from '../../../src/domain/checks.ts';
import { CASES, casesCheck } from './cases.ts';
import { packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');
const begun = (files: Readonly<Record<string, string>>) =>
  Workplace.begun({
    config: { checks: { test: casesCheck } },
    files: { 'cases.sh': CASES, ...files },
  });
const gone = (vanished: readonly { file?: string; name: string; now: string }[] = []) =>
  vanished.map(({ file, name, now }) => `${file}: ${name} ${now}`);

describe('a test that passed', () => {
  it('has vanished when it is deleted or skipped, at the hand-in and at the merge, unless a person allows it', async () => {
    const place = await begun({ 'tests/a.cases': 'pass Adds\npass Removes\n' });
    await place.write('one', { 'tests/a.cases': 'skip Removes\n' });
    const { commit, checks, vanished } = await place.verify(one);
    expect(newlyRed(checks)).toEqual([]);
    expect(gone(vanished)).toEqual(['tests/a.cases: Adds missing', 'tests/a.cases: Removes skipped']);
    expect(await place.prepare(one, { commit })).toMatchObject({ kind: 'red', vanished });
    const allowedTests = ['test: tests/a.cases: Adds', 'test: tests/a.cases: Removes'];
    expect(gone((await place.verify(one, { allowedTests: allowedTests.slice(1) })).vanished)).toEqual([
      'tests/a.cases: Adds missing',
    ]);
    expect((await place.verify(one, { allowedTests })).vanished).toEqual([]);
    expect((await place.prepare(one, { commit, allowedTests })).kind).toBe('ready');
  });

  it('has not vanished when it moved to another file, and has when one of two of its name is deleted', async () => {
    const place = await begun({ 'tests/a.cases': 'pass Moves\npass Twice\npass Twice\n' });
    await place.write('one', { 'tests/a.cases': 'pass Twice\n', 'tests/b.cases': 'pass Moves\n' });
    const { vanished } = await place.verify(one);
    expect(gone(vanished)).toEqual(['tests/a.cases: Twice missing']);
  });

  it('has not vanished of a packet that conflicts with one which brought it', async () => {
    const place = await begun({ 'tests/a.cases': 'pass Old\n', 'src/shared.txt': 'base\n' });
    await place.write('one', { 'src/shared.txt': 'one\n' });
    await place.write('two', { 'src/shared.txt': 'two\n', 'tests/two.cases': 'pass New\n' });
    await place.merge(packetOf('two'));
    const { commit, checks, vanished } = await place.verify(one);
    expect(newlyRed(checks)).toEqual([]);
    expect(gone(vanished)).toEqual([]);
    expect((await place.prepare(one, { commit })).kind).toBe('conflict');
  });
});

describe('a report without a test case', () => {
  it('is red where there were some, though the command exits with 0, and says so', async () => {
    const place = await begun({ 'tests/a.cases': 'pass Old\n' });
    await place.write('one', { 'tests/a.cases': null });
    const { commit, checks } = await place.verify(one, { allowedTests: ['test: tests/a.cases: Old'] });
    expect(checks).toMatchObject([{ name: 'test', passed: false, exitCode: 0, tests: { total: 0 } }]);
    expect(checks[0]?.tail).toContain('its report shows no test; before there were 1');
    const prepared = await place.prepare(one, { commit, allowedTests: ['test: tests/a.cases: Old'] });
    expect(prepared).toMatchObject({ kind: 'red', checks: [{ name: 'test', passed: false }] });
  });

  it('is red at the landing as well, on a base whose checks find no test any more', async () => {
    const place = await begun({ 'tests/a.cases': 'pass Old\n' });
    await place.write('one', { 'src/one.txt': 'one\n' });
    await place.merge(one);
    await place.moveBase({ 'cases.sh': CASES.replace('*.cases', '*.cazes') });
    expect(await place.prepareLanding()).toMatchObject({ kind: 'red', checks: [{ name: 'test' }] });
  });
});
