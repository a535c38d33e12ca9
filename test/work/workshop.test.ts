import { expect, it } from 'vitest';
import type { ArtifactStore } from '../../src/artifacts/artifact-store.ts';
import type { Home } from '../../src/homes/home.ts';
import { Workshop } from '../../src/work/workshop.ts';

it('what a workshop puts off is done at once, and waited for, when it is tidied up; a failure of it harms nobody', async () => {
  const shop = new Workshop({} as Home, {} as ArtifactStore, undefined, 1, 'off');
  const done: string[] = [];
  shop.later('one', async () => {
    done.push('first');
  });
  shop.later('two', () => Promise.reject(new Error('it is gone already')));
  expect(done).toEqual([]);
  await shop.settled();
  expect(done).toEqual(['first']);
  shop.later('one', async () => {
    done.push('second');
  });
  await shop.settled();
  expect(done).toEqual(['first', 'second']);
});

it('what was put off about a tree is done before that tree is made anew, and nothing else is waited for', async () => {
  const shop = new Workshop({} as Home, {} as ArtifactStore, undefined, 1, 'off');
  const done: string[] = [];
  for (const what of ['remove a', 'remove b'])
    shop.later(what, async () => {
      done.push(what);
    });
  await shop.doneBefore('remove a');
  expect(done).toEqual(['remove a']);
  await shop.doneBefore('remove nothing');
  await shop.settled();
  expect(done).toEqual(['remove a', 'remove b']);
});
