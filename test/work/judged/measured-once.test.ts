import { describe, expect, it } from 'vitest';
import { counted, countedTest, packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');

describe('red that is green the second time', () => {
  it('has passed, and the tests that failed first are named as flaky', async () => {
    const place = await Workplace.begun();
    await place.write('one', {
      'tests/flaky.sh': 'test -e {dir}/seen || { touch {dir}/seen; exit 1; }\n',
      'src/one.txt': 'one\n',
    });
    const { checks, commit } = await place.verify(one);
    expect(checks).toMatchObject([
      { name: 'test', passed: true, failing: [], flaky: ['tests > flaky'] },
      { name: 'lint', passed: true },
    ]);
    expect(checks[1]?.flaky).toBeUndefined();
    expect((await place.prepare(one, { commit })).kind).toBe('ready');
  });

  it('is the whole check where that has no report', async () => {
    const lint = 'test -e src/one.txt && ! test -e {dir}/seen && touch {dir}/seen && exit 1; true';
    const place = await Workplace.begun({ config: { checks: { test: 'true', lint } } });
    await place.write('one', { 'src/one.txt': 'one\n' });
    const { checks } = await place.verify(one);
    expect(checks[1]).toMatchObject({ name: 'lint', passed: true, flaky: ['(the whole check)'] });
  });

  it('proves what its tests prove, if the first time left no report', async () => {
    const crashes = 'test -e src/one.txt && ! test -e {dir}/seen && touch {dir}/seen && exit 1; sh check.sh';
    const test = { run: crashes, report: 'report.xml', files: 'tests/*.sh' };
    const place = await Workplace.begun({ config: { checks: { test } } });
    const proven = packetOf('one', {
      criteria: [{ text: 'It is there', evidence: { test: 'one-is-there' } }],
    });
    await place.write('one', { 'src/one.txt': 'one\n', 'tests/one-is-there.sh': 'test -e src/one.txt\n' });
    const { checks, criteria, commit } = await place.verify(proven);
    expect(checks).toMatchObject([{ name: 'test', passed: true, flaky: ['(the whole check)'] }]);
    expect(criteria).toMatchObject([{ met: true, reason: 'the test "tests > one-is-there" passes' }]);
    expect((await place.prepare(proven, { commit })).kind).toBe('ready');
  });

  it('is not what the second time leaves no report of', async () => {
    const crashes =
      'test -e src/one.txt || exec sh check.sh; test -e {dir}/seen && exit 1; touch {dir}/seen; sh check.sh';
    const test = { run: crashes, report: 'report.xml', files: 'tests/*.sh' };
    const place = await Workplace.begun({ config: { checks: { test } } });
    await place.write('one', { 'src/one.txt': 'one\n', 'tests/red.sh': 'exit 1\n' });
    const { checks } = await place.verify(one);
    expect(checks).toMatchObject([{ name: 'test', passed: false }]);
    expect(checks[0]?.flaky).toBeUndefined();
  });

  it('is looked for once: what is red twice is red, and green is not measured again', async () => {
    const lint = counted('lint', '! grep -rn FORBIDDEN src');
    const after = counted('after', 'true');
    const place = await Workplace.begun({ config: { checks: { test: countedTest, lint, after } } });
    await place.write('one', { 'src/one.txt': 'FORBIDDEN\n' });
    const { checks } = await place.verify(one);
    expect(checks.map(({ name, passed, flaky }) => [name, passed, flaky])).toEqual([
      ['test', true, undefined],
      ['lint', false, undefined],
      ['after', true, undefined],
    ]);
    expect([await place.runs('lint'), await place.runs('after')]).toEqual([3, 2]);
  });
});

describe('a tree that was measured', () => {
  it('is not measured again: neither for the merge of what was submitted, nor for a design without a change', async () => {
    const place = await Workplace.begun({ config: { checks: { test: countedTest } } });
    expect(await place.runs('test')).toBe(1);
    await place.tree('design');
    const { commit: design } = await place.verify(null);
    const unchanged = await place.prepare(null, { commit: design });
    const head = await place.head();
    expect(unchanged).toMatchObject({ kind: 'ready', merge: { old: head, new: head }, tests: { total: 1 } });
    expect(await place.runs('test')).toBe(1);

    await place.write('one', { 'src/one.txt': 'one\n' });
    const { commit } = await place.verify(one);
    expect(await place.runs('test')).toBe(2);
    expect(await place.prepare(one, { commit })).toMatchObject({ kind: 'ready', tests: { total: 1 } });
    expect(await place.runs('test')).toBe(2);
  });

  it('is measured again on a head that moved', async () => {
    const place = await Workplace.begun({ config: { checks: { test: countedTest } } });
    await place.write('one', { 'src/one.txt': 'one\n' });
    const { commit } = await place.verify(one);
    await place.write('two', { 'tests/two.sh': 'grep -q two src/one.txt || ! test -e src/one.txt\n' });
    await place.merge(packetOf('two'));
    expect(await place.runs('test')).toBe(3);
    const prepared = await place.prepare(one, { commit });
    expect(prepared).toMatchObject({ kind: 'red', checks: [{ name: 'test', failing: ['tests > two'] }] });
  });
});
