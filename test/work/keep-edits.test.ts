import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { CommitEntry } from '../../src/domain/recording.ts';
import { openRepository } from '../../src/git/repository.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { keepEdits } from '../../src/work/keep-edits.ts';
import { commit, git, temporaryFolder, userRepository, write } from '../git/fixture.ts';
import { temporaryStore } from '../processes/helpers.ts';

async function setting() {
  const root = temporaryFolder();
  const origin = userRepository(root);
  const repo = await openRepository({ screen: 'none', home: homePaths(path.join(root, 'home')), origin });
  const store = temporaryStore();
  const transcriptFile = path.join(root, 'transcript.jsonl');
  /** What a transcript keeps of a commit with these files. */
  const kept = async (files: Record<string, string>, value = '') => {
    const from = git(origin, 'rev-parse', 'HEAD');
    write(origin, files);
    git(origin, 'add', '--all');
    git(origin, 'commit', '--quiet', '--allow-empty', '-m', 'work');
    const to = git(origin, 'rev-parse', 'HEAD');
    await repo.resolveBase('main');
    const secrets = value === '' ? [] : [{ name: 'TOKEN', value }];
    const told = await keepEdits(
      { store, repo },
      { from, to, message: 'one: work', transcriptFile, secrets },
    );
    const lines = told ? readFileSync(transcriptFile, 'utf8').trimEnd().split('\n') : [];
    return lines.map((line) => JSON.parse(line) as CommitEntry).at(-1);
  };
  return { repo, store, kept, origin };
}

test('a commit is kept in the transcript with its files, and its patch in the store', async () => {
  const { kept, store } = await setting();
  const entry = await kept({ 'a.txt': 'one\n2\nthree\n', 'b c.bin': '\0binary' });
  expect(entry).toMatchObject({
    kind: 'commit',
    message: 'one: work',
    files: [
      { path: 'a.txt', status: 'modified', before: expect.any(String) },
      { path: 'b c.bin', status: 'added', before: null },
    ],
    patch: { mediaType: 'text/x-diff' },
  });
  if (!entry?.patch) throw new Error('no patch');
  const patch = (await store.get(entry.patch)).toString();
  expect(patch).toMatch(/^-two\n\+2\n/m);
  expect(patch).toContain('GIT binary patch');
});

test.each([
  ['in a line', { 'a.txt': 'one\ntoken=hunter-22\n' }, 'hunter-22'],
  ['in a removed line', { 'a.txt': '' }, 'two\nthree'],
  ['over several lines', { 'key.pem': 'KEY\nabc-def\nghi-jkl\nEND\n' }, 'abc-def\nghi-jkl'],
  ['in a binary file', { 'db.bin': '\0\0hunter-22\0' }, 'hunter-22'],
  ['in a name', { 'hunter-22.txt': 'x\n' }, 'hunter-22'],
])(
  'a patch with a secret value %s is not kept, and that is said without the value',
  async (_, files, value) => {
    const { kept } = await setting();
    const entry = await kept(files as Record<string, string>, value);
    expect(entry).toMatchObject({
      patch: null,
      reason: expect.stringContaining('its patch holds the value of TOKEN'),
    });
    expect(JSON.stringify(entry)).not.toContain(JSON.stringify(value).slice(1, -1));
  },
);

test('a patch without the secret is kept as it is', async () => {
  const { kept } = await setting();
  expect((await kept({ 'a.txt': 'x\n', 'b.bin': '\0\0' }, 'hunter-22'))?.patch).toMatchObject({
    home: 'home-1',
  });
});

test('nothing is said where nothing changed, and a patch that cannot be made is said and harms nothing', async () => {
  const { kept, repo, store, origin } = await setting();
  expect(await kept({})).toBeUndefined();
  const transcriptFile = path.join(temporaryFolder(), 'transcript.jsonl');
  const to = commit(origin, { 'a.txt': 'x\n' });
  const gone = { from: '0'.repeat(39).concat('1'), to, message: 'x', transcriptFile, secrets: [] };
  expect(await keepEdits({ store, repo }, gone)).toBe(true);
  expect(JSON.parse(readFileSync(transcriptFile, 'utf8'))).toMatchObject({
    kind: 'commit',
    files: [],
    patch: null,
    reason: expect.stringContaining('its patch could not be made'),
  });
});
