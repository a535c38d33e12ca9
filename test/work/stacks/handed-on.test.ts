import { existsSync, statSync } from 'node:fs';
import { readdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { handOn, retireTrees } from '../../../src/work/retire-trees.ts';
import { type OpenFeature, openFeature } from './open-feature.ts';

const RUNNER = `for file in tests/*.sh; do sh "$file" || exit 1; done\n`;

let feature: OpenFeature;
beforeEach(async () => {
  feature = await openFeature({
    files: {
      '.gitignore': 'deps/\n',
      'deps.lock': '1\n',
      'vendor/runner.sh': RUNNER,
      'tests/works.sh': 'exit 0\n',
    },
    checks: {
      setup: {
        run: 'echo ran >> {dir}/set-ups; mkdir deps && cp vendor/runner.sh deps',
        inputs: ['deps.lock'],
      },
      test: 'sh deps/runner.sh',
    },
    config: { worktrees: { installed: ['deps'] } },
  });
  onTestFinished(() => feature.close());
});

/** Work that no tree had before, so that it is measured. */
const handIn = (packet: string) => feature.handIn(packet, { [`${packet}.txt`]: 'x\n' });
const retire = (packet: string) => retireTrees(feature.shop, feature.site, packet);
const inode = (folder: string) => statSync(path.join(folder, 'deps')).ino;
const spares = async () => readdir(feature.shop.featureFile('stack', 'spares')).catch(() => []);

it('what is installed in the proof tree of a packet that is done goes on to the next tree, and is not copied', async () => {
  const one = await feature.handIn('one', { 'tests/one.sh': 'exit 0\n' });
  const proof = await feature.judgedIn(one);
  const installed = inode(proof.path);
  await feature.merge(one);
  // What a check left in it, such as a runner's cache.
  await writeFile(path.join(proof.path, 'deps/cache'), 'x');
  await retire('one');
  expect(existsSync(proof.path)).toBe(false);
  const [two, three] = [await feature.begin('two'), await feature.begin('three')];
  expect([two, three].map((each) => inode(each.path))).toContain(installed);
  for (const each of [two, three]) expect(await readdir(path.join(each.path, 'deps'))).toEqual(['runner.sh']);
  expect(await spares()).toEqual([]);
  const handed = await feature.handIn('two', { 'tests/two.sh': 'exit 1\n' });
  expect(handed.red).toEqual(['test']);
  expect(await feature.lines('set-ups')).toEqual(['ran']);
});

it('what was copied into an agent’s tree goes on as well, without what the agent added to it', async () => {
  const { tree } = await handIn('one');
  const installed = inode(tree.path);
  await writeFile(path.join(tree.path, 'deps/cache'), 'x');
  await retire('one');
  expect([existsSync(tree.path), await spares()]).toEqual([false, [expect.anything(), expect.anything()]]);
  const [two, three] = [await feature.begin('two'), await feature.begin('three')];
  expect([two, three].map((each) => inode(each.path))).toContain(installed);
  for (const each of [two, three]) expect(await readdir(path.join(each.path, 'deps'))).toEqual(['runner.sh']);
  expect(await spares()).toEqual([]);
});

it('does not go on if an agent changed it', async () => {
  const { tree } = await handIn('one');
  const runner = path.join(tree.path, 'deps/runner.sh');
  const { atime, mtime } = statSync(runner);
  // Of the same length, and with the same times.
  await writeFile(runner, 'exit 0'.padEnd(RUNNER.length, '\n'));
  await utimes(runner, atime, mtime);
  await retire('one');
  expect(await spares()).toHaveLength(2);
  for (const packet of ['two', 'three'])
    expect((await feature.handIn(packet, { 'tests/fails.sh': 'exit 1\n' })).red).toEqual(['test']);
  expect(await spares()).toEqual([]);
});

it('goes on to a proof tree as it was made at first: a change there is seen, and undone', async () => {
  await handIn('one');
  for (const packet of ['two', 'three']) await feature.begin(packet);
  await retire('one');
  expect(await spares()).toHaveLength(2);
  for (const packet of ['two', 'three']) {
    const sabotage = { [`tests/z-${packet}.sh`]: 'echo "exit 0" > deps/runner.sh\n' };
    expect((await feature.handIn(packet, sabotage)).red).toEqual([]);
  }
  expect(await spares()).toEqual([]);
  expect((await feature.handIn('two', { 'tests/fails.sh': 'exit 1\n' })).red).toEqual(['test']);
});

it('does not go on if a check changed it', async () => {
  const proof = await feature.judgedIn(await handIn('one'));
  await writeFile(path.join(proof.path, 'deps/runner.sh'), 'exit 0\n');
  await retire('one');
  expect(await spares()).toHaveLength(2);
  for (const packet of ['two', 'three'])
    expect((await feature.handIn(packet, { 'tests/fails.sh': 'exit 1\n' })).red).toEqual(['test']);
  expect(await spares()).toEqual([]);
});

it('does not go on for other inputs, nor where the set-up itself ran', async () => {
  const one = await feature.handIn('one', { 'deps.lock': '2\n' });
  expect(await feature.lines('set-ups')).toEqual(['ran', 'ran']);
  await retire('one');
  expect([one.red, await spares()]).toEqual([[], []]);
  await handIn('two');
  await retire('two');
  expect(await spares()).toHaveLength(2);
  await feature.merge(await feature.handIn('three', { 'deps.lock': '3\n' }));
  const begun = (await feature.lines('set-ups')).length;
  await feature.begin('four');
  expect(await feature.lines('set-ups')).toHaveLength(begun + 1);
});

it('a tree that is worked in once more after all gets it back', async () => {
  const { tree } = await handIn('one');
  await handOn(feature.shop, feature.site, 'one');
  expect(existsSync(path.join(tree.path, 'deps'))).toBe(false);
  const again = await feature.begin('one');
  expect([again.path, await readdir(path.join(again.path, 'deps'))]).toEqual([tree.path, ['runner.sh']]);
  expect(await feature.lines('set-ups')).toEqual(['ran']);
});

it('one that can’t be read is put away, and the next is taken', async () => {
  await handIn('one');
  await retire('one');
  const [first = ''] = (await spares()).sort();
  await writeFile(path.join(feature.shop.featureFile('stack', 'spares'), first, 'spare.json'), '{');
  expect((await feature.handIn('two', { 'tests/two.sh': 'exit 0\n' })).red).toEqual([]);
  expect(await spares()).toEqual([]);
});

it('three are kept at most, and none that a killed worker left half-made is used', async () => {
  for (const packet of ['a', 'b', 'c', 'd']) await handIn(packet);
  for (const packet of ['a', 'b', 'c', 'd']) await retire(packet);
  expect(await spares()).toHaveLength(3);
  const folder = feature.shop.featureFile('stack', 'spares');
  for (const spare of (await spares()).slice(1)) {
    const facts = path.join(folder, spare, 'spare.json');
    await rm(facts);
  }
  for (const packet of ['e', 'f']) expect((await handIn(packet)).red).toEqual([]);
  expect([await spares(), await feature.lines('set-ups')]).toEqual([[], ['ran']]);
});

it('a packet’s trees that are removed once its feature is forgotten leave nothing of it', async () => {
  await handIn('one');
  await feature.shop.forget('stack');
  await retire('one');
  expect(existsSync(path.join(feature.shop.home.paths.sessions, 'stack'))).toBe(false);
});
