import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { assertRoom, shortageOf } from '../../src/homes/disk-room.ts';

const MIB = 1024 ** 2;
const few = { bytes: 10 * MIB, inodes: 100 };

it.each([
  ['enough', { bytes: 138 * MIB, inodes: 10_100 }, undefined],
  ['no inodes that are counted', { bytes: 138 * MIB, inodes: undefined }, undefined],
  ['too few bytes', { bytes: 138 * MIB - 1, inodes: 10_100 }, '137 MiB are free, and 138 MiB are needed'],
  ['nothing', { bytes: 0, inodes: 0 }, '0 MiB are free, and 138 MiB are needed'],
  ['too few inodes', { bytes: 138 * MIB, inodes: 10_099 }, '10,099 inodes are free, and 10,100 are needed'],
])('a disk with %s left', (_, left, problem) => {
  expect(shortageOf(left, few)).toBe(problem);
});

it('a home without room is named with what is free, what is needed and what to free, and may be tried again', async () => {
  await expect(assertRoom(tmpdir(), 'a tree of api', few)).resolves.toBeUndefined();
  const error = await assertRoom(tmpdir(), 'a tree of api', { bytes: 2 ** 60, inodes: 1 }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({
    type: 'Outage',
    retryable: true,
    where: `the disk of the home ${tmpdir()}`,
    message: expect.stringMatching(
      /has no room for a tree of api: [\d,]+ MiB are free, and [\d,]+ MiB are needed\. Make room there: `baton clean` lists/,
    ),
  });
});
