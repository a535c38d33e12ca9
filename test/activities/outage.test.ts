import { MockActivityEnvironment } from '@temporalio/testing';
import { expect, it } from 'vitest';
import { withHeartbeat } from '../../src/activities/with-heartbeat.ts';
import { BatonError } from '../../src/domain/failures.ts';
import { GitError } from '../../src/git/git-error.ts';

const failed = (error: unknown): Promise<unknown> =>
  new MockActivityEnvironment({ taskQueue: 'baton-home-x' })
    .run(() => withHeartbeat(() => Promise.reject(error)))
    .catch((thrown: unknown) => thrown);
const errno = (code: string) => Object.assign(new Error(`${code}: write`), { code });

it.each([
  ['a full disk', errno('ENOSPC')],
  ['a quota', errno('EDQUOT')],
  ['a read-only disk', errno('EROFS')],
  ['a failing disk', errno('EIO')],
  ['no open files left', errno('EMFILE')],
  ['git on a full disk', new GitError(['commit-tree'], 128, 'fatal: write error: No space left on device')],
])('%s is an outage of the worker’s machine, which is tried again', async (_, error) => {
  expect(await failed(error)).toMatchObject({
    type: 'Outage',
    nonRetryable: false,
    message: expect.stringMatching(/^the machine of baton-home-x can't be used now: /),
    details: [{ where: 'the machine of baton-home-x' }],
  });
});

it('anything else stays what it is', async () => {
  const refused = new GitError(['commit-tree'], 128, 'fatal: bad object');
  expect(await failed(refused)).toBe(refused);
  expect(await failed(errno('ENOENT'))).toMatchObject({ code: 'ENOENT' });
  expect(await failed(new BatonError('Repository', 'no'))).toMatchObject({
    type: 'Repository',
    nonRetryable: true,
  });
});
