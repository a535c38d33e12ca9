import { ApplicationFailure } from '@temporalio/common';
import { expect, test } from 'vitest';
import { withoutSecrets } from '../../src/activities/without-secrets.ts';
import { BatonError } from '../../src/domain/failures.ts';
import { KnownSecrets } from '../../src/processes/secrets/known-secrets.ts';

const VALUE = 'Zx81-qwert-0aa';
const secrets = new KnownSecrets();

const failing = (error: unknown) =>
  withoutSecrets(
    {
      work: async () => {
        throw error;
      },
    },
    secrets,
  ).work();

test('an activity that learns of a secret answers without it, and a word of the protocol stays', async () => {
  const { work } = withoutSecrets(
    {
      work: async (value: string) => {
        secrets.add([{ name: 'KEY', value }]);
        return { kind: 'ready', [value]: [Buffer.from(value).toString('base64')], figure: 7, none: null };
      },
    },
    secrets,
  );
  expect(await work(VALUE)).toEqual({ kind: 'ready', '[KEY]': ['[KEY]E='], figure: 7, none: null });
});

test('an error keeps its class and type, by which it is tried again or not, and loses the secret', async () => {
  secrets.add([{ name: 'KEY', value: VALUE }]);
  const cause = new BatonError('Repository', `it said ${VALUE}`);
  const failure = ApplicationFailure.create({
    type: 'Repository',
    message: `because of ${VALUE}`,
    nonRetryable: true,
    details: [{ text: VALUE }],
    cause,
  });
  const thrown = await failing(failure).catch((error: unknown) => error);
  expect(thrown).toBe(failure);
  expect(failure).toMatchObject({
    type: 'Repository',
    nonRetryable: true,
    message: 'because of [KEY]',
    details: [{ text: '[KEY]' }],
  });
  expect(cause).toBeInstanceOf(BatonError);
  for (const text of [cause.message, cause.stack, failure.stack]) expect(text).not.toContain(VALUE);
  expect(await failing(`no error, but ${VALUE}`).catch((error: unknown) => error)).toBe(
    'no error, but [KEY]',
  );
});
