import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { git } from '../../git/fixture.ts';
import { counted, packetOf, Workplace } from './workplace.ts';

const one = packetOf('one', { boundaries: { inScope: ['src/one.txt'] } });

const SET_UP = 'mkdir deps && echo installed > deps/runner';
const LEAVES = 'mkdir -p .cache && echo cached > .cache/x && echo left > src/left.log';
const TEST =
  'grep -q installed deps/runner && sh check.sh; status=$?; mv report.xml test-results.xml; exit $status';

it('what set-up and checks leave that nothing ignores is in no commit, and nobody is blamed for it', async () => {
  const checks = {
    setup: counted('setup', SET_UP),
    test: { run: `${LEAVES}; ${TEST}`, report: 'test-results.xml' },
    lint: '! grep -rn FORBIDDEN src && grep -q installed deps/runner',
  };
  const first = await Workplace.open({ config: { checks }, files: { '.gitignore': '*.tmp\n' } });
  await first.begin();
  const { leftBehind = [], checks: results } = await first.baseline();
  expect(results.map(({ passed }) => passed)).toEqual([true, true]);
  expect(leftBehind).toEqual(['.cache/', 'deps/', 'src/left.log']);
  expect(await first.runs('setup')).toBe(1);

  const place = first.knowing(leftBehind);
  const tree = await place.write('one', { 'src/one.txt': 'one\n' });
  // The agent installs and tests in its own tree, as it would.
  const files = { 'deps/runner': 'installed\n', '.cache/x': '', 'src/left.log': '', 'test-results.xml': '' };
  await place.write('one', files);
  expect(git(tree, 'status', '--porcelain', '--untracked-files=all')).toBe('?? src/one.txt');
  const checkpoint = await place.checkpoint('one', 'GREEN');
  const { commit, outside, protected: guarded } = await place.verify(one);
  expect([commit, outside, guarded]).toEqual([checkpoint, [], []]);
  await place.write('one', { 'src/one.txt': 'more\n' });
  const merge = await place.merge(one);
  for (const made of [checkpoint, merge.new])
    expect(place.git('diff-tree', '-r', '--name-only', place.site.ref.baseCommit, made)).toBe('src/one.txt');
  expect(readdirSync(tree)).toEqual(expect.arrayContaining(['.cache', 'deps', 'test-results.xml']));
  // Once for the tree that its work is measured in, though that stood at two commits and had two checks on each.
  expect(await place.runs('setup')).toBe(2);
});
