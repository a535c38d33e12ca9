import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { KnownSecrets } from '../../src/processes/secrets/known-secrets.ts';
import { BlottingStore } from '../../src/work/blotting-store.ts';
import { temporaryFolder, temporaryStore } from '../processes/helpers.ts';

const VALUE = 'Zx81-qwért-0aa';
const made = () => {
  const secrets = new KnownSecrets();
  secrets.add([{ name: 'KEY', value: VALUE }]);
  return new BlottingStore(temporaryStore(), secrets);
};

test('texts are kept without secrets, in memory or in a file, which stays as it is', async () => {
  const store = made();
  const kept = async (content: Parameters<typeof store.put>[0], mediaType: string) =>
    (await store.get(await store.put(content, mediaType))).toString();
  expect(await kept(`a ${VALUE} b`, 'text/plain')).toBe('a [KEY] b');
  expect(await kept(Buffer.from(JSON.stringify([VALUE])), 'application/json')).toBe('["[KEY]"]');
  const file = path.join(temporaryFolder(), 'log');
  // Cut by the pieces in which a file is read, once in the middle of a character.
  const log = `${'.'.repeat(65_536 - 10)}${VALUE}${'.'.repeat(65_536 - 10)}${VALUE}\n`;
  writeFileSync(file, log);
  expect(await kept({ file }, 'text/plain')).toBe(log.replaceAll(VALUE, '[KEY]'));
  expect(readFileSync(file, 'utf8')).toBe(log);
});

test('what is no text is kept as it is', async () => {
  const store = made();
  const bytes = Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(VALUE)]);
  expect(await store.get(await store.put(bytes, 'application/octet-stream'))).toEqual(bytes);
});
