import { expect, it } from 'vitest';
import { missingIn } from '../../../src/cli/server/task-queue.ts';

const worker = (build?: string) => ({ identity: '1@here', build });

it.for([
  [{ workers: [], current: undefined }, undefined, 'no worker is running: start one with'],
  [{ workers: [], current: '2' }, undefined, 'no worker is running: start one with'],
  [{ workers: [worker()], current: undefined }, undefined, undefined],
  // Its build has the work in a moment.
  [{ workers: [worker('1')], current: undefined }, undefined, undefined],
  [{ workers: [worker('2'), worker('1')], current: '2' }, undefined, undefined],
  [
    { workers: [worker('1'), worker(), worker('1')], current: '2' },
    undefined,
    'no worker of build 2 is running, only 1, without a build: see baton doctor',
  ],
  [
    { workers: [worker('2')], current: '2' },
    '3',
    'no worker of build 3 is running, only 2: see baton doctor',
  ],
  [{ workers: [], current: '2' }, '3', 'no worker of build 3 is running: see baton doctor'],
  [{ workers: [worker('3')], current: '2' }, '3', undefined],
] as const)('%j, a feature held for %s: %s', ([serving, held, expected]) => {
  const missing = missingIn(serving, held);
  if (expected === undefined) expect(missing).toBeUndefined();
  else expect(missing).toContain(expected);
});
