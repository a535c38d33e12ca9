import { expect, it } from 'vitest';
import { packetOf, Workplace } from './workplace.ts';

const mend = packetOf('mend');

it('a packet that mends a landing lands its own result, no marker in the history, and may delete no test', async () => {
  const place = await Workplace.begun({ files: { 'tests/old.sh': 'true\n' } });
  await place.write('one', { 'src/base.txt': 'base of one\n' });
  const { new: head } = await place.merge(packetOf('one'));
  const moved = await place.moveBase({ 'src/base.txt': 'base of them\n', 'src/theirs.txt': '1\n2\n' });
  expect(await place.prepareLanding()).toMatchObject({ kind: 'conflict', files: ['src/base.txt'] });
  const { start, files: conflicted } = await place.beginMending();
  await place.tree('mend', start);
  await place.write('mend', { 'tests/old.sh': null });
  expect((await place.verify(mend, { conflicted })).markers).toEqual(conflicted);

  await place.write('mend', { 'src/base.txt': 'base of both\n' });
  const { vanished, commit } = await place.verify(mend, { conflicted });
  expect(vanished).toMatchObject([{ name: 'tests > old', now: 'missing' }]);
  expect(await place.prepare(mend, { commit, conflicted })).toMatchObject({ kind: 'red', vanished });
  await place.write('mend', { 'tests/old.sh': 'true\n' });
  const handedIn = (await place.verify(mend, { conflicted })).commit;
  // The base's own changes are not the packet's.
  expect(await place.prepare(mend, { commit: handedIn, conflicted })).toMatchObject({
    kind: 'ready',
    linesAdded: 1,
    files: [{ path: 'src/base.txt', status: 'modified' }],
  });
  const merged = await place.merge(mend, { conflicted });
  expect(place.git('log', '-1', '--format=%P', merged.new)).toBe(`${head} ${moved}`);
  const ready = await place.readyToLand({ mended: { from: head, files: conflicted } });
  expect(ready.tree).toBe(merged.tree);
  await place.land(ready);
  expect(await place.tiny.git('show', 'main:src/base.txt')).toBe('base of both');
  expect(await place.tiny.git('log', '-1', '--format=%P', 'main')).toBe(`${moved} ${head}`);
  expect(place.texts(ready.commit)).not.toMatch(/^[<|=>]{7}/m);
});
