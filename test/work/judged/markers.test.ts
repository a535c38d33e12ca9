import { describe, expect, it } from 'vitest';
import { packetOf, Workplace } from './workplace.ts';

const one = packetOf('one');
const without = (text: string, marker: RegExp) =>
  text
    .split('\n')
    .filter((line) => !marker.test(line))
    .join('\n');

describe('a conflict that an agent has to settle', () => {
  /** The packet `one` in conflict with the head; answers the text with markers. */
  const conflicting = async () => {
    const place = await Workplace.begun();
    await place.write('one', { 'src/base.txt': 'base of one\n' });
    await place.write('two', { 'src/base.txt': 'base of two\n' });
    await place.merge(packetOf('two'));
    const { commit } = await place.verify(one);
    expect(await place.prepare(one, { commit })).toMatchObject({ kind: 'conflict', files: ['src/base.txt'] });
    const { files: conflicted } = await place.bringUp('one');
    expect(conflicted).toEqual(['src/base.txt']);
    return { place, conflicted, text: await place.read('one', 'src/base.txt') };
  };

  it('is not settled where some of the lines are left, neither at the hand-in nor at the merge', async () => {
    const { place, conflicted, text } = await conflicting();
    // Only the openings, only the closings; then all but one of the four.
    for (const removed of [/^<{7}/, /^>{7}/, /^[|=>]{7}/, /^[<=>]{7}/, /^[<|>]{7}/, /^[<|=]{7}/]) {
      await place.write('one', { 'src/base.txt': without(text, removed) });
      const { commit, markers, checks } = await place.verify(one, { conflicted });
      expect([removed, markers, checks]).toEqual([removed, conflicted, []]);
      const prepared = await place.prepare(one, { commit, conflicted });
      expect(prepared).toMatchObject({ kind: 'red', markers: conflicted });
    }
  });

  it('is settled without any of them, and merged in one commit', async () => {
    const { place, conflicted, text } = await conflicting();
    const head = await place.head();
    await place.write('one', { 'src/base.txt': without(text, /^[<=>|]{7}/) });
    const { new: merged } = await place.merge(one, { conflicted });
    expect(place.git('log', '-1', '--format=%P', merged)).toBe(head);
    expect(place.git('show', `${merged}:src/base.txt`)).toBe('base of two\nbase\nbase of one');
    expect(place.texts(merged, head)).not.toMatch(/^[<=>|]{7}/m);
  });
});

it('a document that shows a conflict, and was never in one, has no markers left', async () => {
  const place = await Workplace.begun();
  const conflict = '```\n<<<<<<< ours\none\n=======\ntwo\n>>>>>>> theirs\n```\n';
  await place.write('one', { 'src/merging.md': `Title\n=======\n${conflict}` });
  const { commit, markers } = await place.verify(one);
  expect(markers).toEqual([]);
  expect((await place.prepare(one, { commit })).kind).toBe('ready');
});
