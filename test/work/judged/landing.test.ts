import { describe, expect, it } from 'vitest';
import { counted, countedTest, packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');

describe('what moves', () => {
  it('is the tree that was judged: another one is refused, for the integration branch and for the landing', async () => {
    const place = await Workplace.begun();
    await place.write('one', { 'src/one.txt': 'one\n' });
    const { commit } = await place.verify(one);
    const prepared = await place.prepare(one, { commit });
    if (prepared.kind !== 'ready') throw new Error(prepared.kind);
    const { merge } = prepared;
    const tree = place.git('rev-parse', `${merge.old}^{tree}`);
    await expect(place.move({ ...merge, tree })).rejects.toThrow('nothing was moved');
    expect(await place.head()).toBe(merge.old);
    expect(await place.move(merge)).toEqual({ moved: true });
    expect(await place.move(merge)).toEqual({ moved: false });

    const ready = await place.readyToLand();
    await expect(place.land({ ...ready, tree })).rejects.toThrow('nothing was moved');
    expect(await place.tiny.git('rev-parse', 'main')).toBe(merge.old);
    await place.land(ready);
    expect(await place.tiny.git('rev-parse', 'main^{tree}')).toBe(merge.tree);
  });
});

describe('a landing on a base that moved', () => {
  it('is red where the checks are red on both together, and is measured there once', async () => {
    const lint = counted('lint', '! grep -rn FORBIDDEN src');
    const place = await Workplace.begun({ config: { checks: { test: countedTest, lint } } });
    await place.write('one', { 'src/one.txt': 'one\n' });
    await place.merge(one);
    await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
    const before = await place.runs('lint');
    const { base, commit } = await place.readyToLand();
    expect([await place.runs('lint'), await place.runs('test')]).toEqual([before + 1, before + 1]);
    const moved = await place.moveBase({ 'tests/theirs.sh': '! test -e src/one.txt\n' });
    expect(await place.prepareLanding()).toMatchObject({
      kind: 'red',
      checks: [{ name: 'test', failing: ['tests > theirs'] }],
    });
    // Prepared on the base of before, it doesn't land on this one either.
    const late = await place.land({
      kind: 'ready',
      base,
      commit,
      tree: place.git('rev-parse', `${commit}^{tree}`),
    });
    expect(late.moved).toContain(moved);
    expect(await place.tiny.git('rev-parse', 'main')).toBe(moved);
  });

  it('is refused where a criterion of a merged packet no longer holds', async () => {
    const place = await Workplace.begun({ files: { 'src/needed.txt': 'needed\n' } });
    await place.write('one', { 'src/one.txt': 'one\n' });
    await place.merge(one);
    const criteria = [
      { packet: 'one', text: 'It has what it needs', evidence: [{ file: 'src/needed.txt' }] },
      { packet: 'one', text: 'It runs', evidence: [{ command: 'grep -q one src/one.txt' }] },
      { packet: 'one', text: 'The base is tested', evidence: [{ test: 'base-is-there' }] },
    ];
    await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
    expect((await place.prepareLanding({ criteria })).kind).toBe('ready');
    await place.tiny.git('checkout', '--quiet', 'main');
    await place.tiny.git('rm', '--quiet', 'src/needed.txt');
    await place.moveBase({ 'src/theirs.txt': 'more\n' });
    expect(await place.prepareLanding({ criteria })).toMatchObject({
      kind: 'red',
      checks: [],
      unmet: ['one: It has what it needs (src/needed.txt is not in the commit)'],
    });
  });

  it('is refused with protected files that nobody allowed', async () => {
    const place = await Workplace.begun({ config: { protected: ['baton.yaml'] } });
    const honest = await place.tiny.git('show', 'main:check.sh');
    await place.write('one', { 'check.sh': `${honest}\n# more\n` });
    await place.merge(one, { allowed: ['check.sh'] });
    await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
    expect(await place.prepareLanding()).toMatchObject({ kind: 'red', protected: ['check.sh'] });
    expect((await place.prepareLanding({ allowed: ['check.sh'] })).kind).toBe('ready');
  });
});
