import { describe, expect, it } from 'vitest';
import { CASES, casesCheck } from './cases.ts';
import { packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');
const two = packetOf('two');
const main = (place: Workplace) => place.tiny.git('rev-parse', 'main');

describe('a base', () => {
  it('that was reset backwards after the look at it is left where it was reset to', async () => {
    const place = await Workplace.begun();
    await place.write('one', { 'src/one.txt': 'one\n' });
    await place.merge(one);
    const began = await main(place);
    await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
    const ready = await place.readyToLand();
    await place.tiny.git('update-ref', 'refs/heads/main', began);
    // It is an ancestor of what would land, but not what was judged: that had what was taken back since.
    expect((await place.land(ready)).moved).toContain(began);
    expect(await main(place)).toBe(began);
    await place.land(await place.readyToLand());
    expect(await place.tiny.git('diff', '--name-only', began, 'main')).toBe('src/one.txt');
  });

  it.each(['in the repository', 'in another worktree'])(
    'that is checked out %s is not moved, whatever git is set to do then',
    async (where) => {
      const place = await Workplace.begun();
      await place.write('one', { 'src/one.txt': 'one\n' });
      await place.merge(one);
      await place.tiny.git('config', 'receive.denyCurrentBranch', 'updateInstead');
      const began = await main(place);
      if (where === 'in the repository') await place.tiny.git('checkout', '--quiet', 'main');
      else await place.tiny.git('worktree', 'add', '--quiet', `${place.tiny.dir}/elsewhere`, 'main');
      const ready = await place.readyToLand();
      expect(await place.land(ready)).toMatchObject({
        branch: 'feature/prefs',
        commit: ready.commit,
        note: expect.stringContaining('main is checked out at'),
      });
      expect(await main(place)).toBe(began);
      expect(await place.tiny.git('rev-parse', 'feature/prefs')).toBe(ready.commit);
      expect(await place.tiny.git('status', '--porcelain')).toBe('');
      expect(await place.tiny.git('ls-files', 'src')).toBe('src/base.txt');
    },
  );

  it('that was red and moved is landed on where no more is red there, and not with one test more', async () => {
    const place = await Workplace.open({
      config: { checks: { test: casesCheck } },
      files: { 'cases.sh': CASES, 'tests/a.cases': 'fail Old\npass Adds\n' },
    });
    await place.begin();
    const knownRed = (await place.baseline()).checks.map(({ name, failing }) => ({ name, failing }));
    await place.write('one', { 'src/one.txt': 'one\n' });
    await place.merge(one, { knownRed });
    await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
    expect((await place.prepareLanding({ knownRed })).kind).toBe('ready');
    expect(await place.prepareLanding()).toMatchObject({ kind: 'red', checks: [{ name: 'test' }] });
    await place.moveBase({ 'tests/b.cases': 'fail New\n' });
    expect(await place.prepareLanding({ knownRed })).toMatchObject({
      kind: 'red',
      checks: [{ name: 'test' }],
    });
    await place.moveBase({ 'tests/b.cases': 'pass New\n', 'tests/crash': '' });
    expect(await place.prepareLanding({ knownRed })).toMatchObject({
      kind: 'red',
      checks: [{ name: 'test' }],
    });
  });
});

describe('a criterion that was met where the packet was handed in', () => {
  const begun = () =>
    Workplace.begun({
      config: { checks: { test: casesCheck } },
      files: { 'cases.sh': CASES, 'tests/a.cases': 'pass Old\n', 'src/needed.txt': 'needed\n' },
    });
  /** Hands in `one`, has `two` merged with these files, and prepares the merge of `one`. */
  const behind = async (
    evidence: object,
    mine: Record<string, string>,
    theirs: Record<string, string | null>,
  ) => {
    const place = await begun();
    const packet = packetOf('one', { criteria: [{ text: 'It works', evidence: evidence as never }] });
    await place.write('one', mine);
    const { commit, criteria } = await place.verify(packet);
    expect(criteria).toMatchObject([{ met: true }]);
    await place.write('two', theirs);
    await place.merge(two);
    return { place, prepared: await place.prepare(packet, { commit }) };
  };

  it('by a file that another packet removed meanwhile is unmet in what would be merged, and nothing is', async () => {
    const { place, prepared } = await behind(
      { file: 'src/needed.txt' },
      { 'src/one.txt': 'one\n' },
      { 'src/needed.txt': null },
    );
    expect(prepared).toMatchObject({
      kind: 'red',
      checks: [{ passed: true }],
      unmet: [{ text: 'It works', met: false, reason: expect.stringContaining('is not in the commit') }],
    });
    expect(place.files(await place.head())).not.toContain('src/one.txt');
  });

  it('by a command is run again on what would be merged', async () => {
    const { prepared } = await behind(
      { command: '! test -e src/two.txt' },
      { 'src/one.txt': 'one\n' },
      { 'src/two.txt': 'two\n' },
    );
    expect(prepared).toMatchObject({
      kind: 'red',
      unmet: [{ reason: expect.stringContaining('exited with 1') }],
    });
  });
});
