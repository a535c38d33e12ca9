import { writeFileSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LocalArtifactStore } from '../../src/artifacts/local-artifact-store.ts';
import { temporaryFolder, temporaryStore } from '../processes/helpers.ts';

test('content comes back by its digest, from bytes, text or a file', async () => {
  const store = temporaryStore();
  const file = join(temporaryFolder(), 'a.log');
  writeFileSync(file, 'héllo');
  const refs = [
    await store.put('héllo', 'text/plain'),
    await store.put(Buffer.from('héllo'), 'text/plain'),
    await store.put({ file }, 'text/plain'),
  ];
  expect(new Set(refs.map(({ digest }) => digest)).size).toBe(1);
  for (const ref of refs) {
    expect(ref).toMatchObject({
      size: 6,
      mediaType: 'text/plain',
      home: 'home-1',
      digest: expect.stringMatching(/^sha512-/),
    });
    expect((await store.get(ref)).toString()).toBe('héllo');
    expect(await readFile(await store.path(ref), 'utf8')).toBe('héllo');
  }
});

test('empty content is content', async () => {
  const store = temporaryStore();
  const file = join(temporaryFolder(), 'empty');
  writeFileSync(file, '');
  expect((await store.get(await store.put('', 'text/plain'))).length).toBe(0);
  expect((await store.put({ file }, 'text/plain')).size).toBe(0);
});

test('many writers of the same content at once agree', async () => {
  const store = temporaryStore();
  const refs = await Promise.all(Array.from({ length: 20 }, () => store.put('same', 'text/plain')));
  expect(new Set(refs.map(({ digest }) => digest)).size).toBe(1);
});

test('damaged content is refused, not returned', async () => {
  const store = temporaryStore();
  const ref = await store.put('the truth', 'text/plain');
  const path = await store.path(ref);
  await chmod(path, 0o644);
  writeFileSync(path, 'the trick');
  await expect(store.get(ref)).rejects.toThrow(/damaged/);
});

test('content of another home is missing, and the error names that home', async () => {
  const ref = await temporaryStore().put('x', 'text/plain');
  const other = new LocalArtifactStore(temporaryFolder(), 'home-2');
  expect(await other.has(ref)).toBe(false);
  await expect(other.get(ref)).rejects.toThrow(/home "home-1"/);
  await expect(other.path(ref)).rejects.toThrow(/is not there/);
});
