import { expect, it } from 'vitest';
import { git } from '../../git/fixture.ts';
import { packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');

it('a feature that is started a second time builds on nothing of the first, which is kept', async () => {
  const place = await Workplace.begun();
  const { baseCommit } = place.site.ref;
  await place.write('one', { 'src/one.txt': 'of the first execution\n' });
  const first = await place.merge(one);
  await place.write('two', { 'src/two.txt': 'half done\n' });
  const { commit: half } = await place.verify(packetOf('two'));
  await place.begin('first');
  expect(await place.head()).toBe(first.new);

  await place.begin('second');
  expect(await place.head()).toBe(baseCommit);
  const kept = git(place.site.repo.hub.url, 'for-each-ref', '--format=%(objectname)', 'refs/baton/kept/');
  expect(kept.split('\n')).toEqual(expect.arrayContaining([first.new, half]));
  await place.write('two', { 'src/two.txt': 'of the second execution\n' });
  const second = await place.merge(packetOf('two'));
  await place.begin('second');
  expect(await place.head()).toBe(second.new);
  expect(place.git('diff-tree', '-r', '--name-only', baseCommit, second.new)).toBe('src/two.txt');
  expect(place.texts(second.new)).not.toMatch(/of the first execution|half done/);
});

it('the second of two features with the same change lands nothing, and says that it was there', async () => {
  const place = await Workplace.begun();
  const other = await place.another('twin');
  await other.begin();
  await other.baseline();
  for (const each of [place, other]) {
    await each.write('one', { 'src/one.txt': 'one\n' });
    await each.merge(packetOf('one', { objective: `Add it for ${each.site.ref.feature}` }));
  }
  const { commit: landed } = await place.land(await place.readyToLand());
  const ready = await other.readyToLand();
  expect(ready).toMatchObject({ base: landed, commit: landed });
  expect(await other.land(ready)).toEqual({
    branch: 'main',
    commit: landed,
    note: 'main has all of it already, so nothing was landed',
  });
  expect(await place.tiny.git('rev-parse', 'main')).toBe(landed);
});

it('a feature that lands on a base that moved keeps the commits of its packets, each with its own files', async () => {
  const place = await Workplace.begun();
  await place.write('one', { 'src/one.txt': 'one\n' });
  const one = await place.merge(packetOf('one'));
  await place.write('two', { 'src/two.txt': 'two\n' });
  const two = await place.merge(packetOf('two'));
  const moved = await place.moveBase({ 'src/theirs.txt': 'theirs\n' });
  const { commit } = await place.land(await place.readyToLand());
  expect(await place.tiny.git('rev-parse', 'main')).toBe(commit);
  expect(await place.tiny.git('log', '-1', '--format=%P', commit)).toBe(`${moved} ${two.new}`);
  const landed = (await place.tiny.git('rev-list', commit)).split('\n');
  expect(landed).toEqual(expect.arrayContaining([one.new, two.new]));
  const filesOf = (commit: string) => place.tiny.git('show', '--name-only', '--format=', commit);
  expect(await filesOf(one.new)).toBe('src/one.txt');
  expect(await filesOf(two.new)).toBe('src/two.txt');
});
