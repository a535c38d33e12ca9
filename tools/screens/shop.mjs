// The repositories of which the pictures are taken: one with scripted agents, and one that `baton init` has yet to see.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { done, tinyRepository } from '../../test/support/tiny-repository.ts';

const packet = (id, objective, criteria, more = {}) => ({
  id,
  objective,
  criteria: criteria.map(([text, test]) => ({ text, evidence: { test } })),
  boundaries: { inScope: [`src/${id}.txt`, `tests/${id}-*.sh`], outOfScope: ['src/base.txt'] },
  ...more,
});

const packets = [
  packet(
    'storage',
    'Keep a user’s theme, language and notifications',
    [['preferences outlive a restart', 'storage-keeps']],
    { size: 45, contract: 'load(user) and save(user, preferences), in src/storage.txt' },
  ),
  packet(
    'api',
    'Read and write preferences over HTTP',
    [
      ['GET answers what was saved', 'api-reads'],
      ['an unknown theme is refused with 400', 'api-refuses'],
    ],
    { size: 90, dependencies: [{ packet: 'storage', type: 'soft' }] },
  ),
  packet(
    'web',
    'A settings page with theme, language and notifications',
    [['the page shows what is saved', 'web-shows']],
    { size: 45 },
  ),
  packet('docs', 'Describe the settings for users', [['every setting is described', 'docs-are-there']], {
    size: 20,
    dependencies: [{ packet: 'api' }, { packet: 'web' }],
  }),
];

const work = (id, tests, ...between) => [
  { write: Object.fromEntries(tests.map((test) => [`tests/${test}.sh`, `grep -q ${id} src/${id}.txt\n`])) },
  {
    progress: { percent: 20, note: 'tests are red' },
    checkpoint: { message: 'RED: nothing is there yet', run: ['test'] },
  },
  ...between,
  { write: { [`src/${id}.txt`]: `${id}\n` }, progress: { percent: 80, note: `${id} written` } },
  {
    checkpoint: { message: 'GREEN', run: ['test'] },
    usage: { costUsd: 0.42, inputTokens: 52_000, outputTokens: 3_100 },
  },
  done(`${id} is done`, { decisions: [`${id} is a text file`] }),
];

export async function makeShop(home) {
  const question = {
    text: 'Which theme does a new user get?\nThe request names light and dark, and no default.',
    options: ['system', 'light', 'dark'],
    recommended: 'system',
  };
  const tiny = await tinyRepository(
    {
      design: [
        [
          { write: { 'docs/design.md': '# Preferences\n' } },
          done('Preferences are kept by user, served over HTTP, and set on a page of their own.', {
            decisions: ['a file a user, since there are few'],
            dataModel: {
              preferences: { theme: 'light | dark | system', language: 'BCP 47', notifications: 'boolean' },
            },
            packets,
          }),
        ],
      ],
      storage: [work('storage', ['storage-keeps'])],
      api: [
        work(
          'api',
          ['api-reads', 'api-refuses'],
          { progress: { percent: 40, note: 'GET works, PUT is next' } },
          { hold: '{dir}/api' },
        ),
      ],
      web: [
        [
          { progress: { percent: 20, note: 'reads the request' } },
          { result: { status: 'blocked', question } },
        ],
        work('web', ['web-shows']),
      ],
      docs: [work('docs', ['docs-are-there'])],
    },
    { concurrency: 3, sandbox: 'off' },
  );
  renameSync(tiny.repo, path.join(home, 'shop'));
  const notes = path.join(home, 'notes');
  const makeNotes = () => {
    rmSync(notes, { recursive: true, force: true });
    mkdirSync(path.join(notes, 'test'), { recursive: true });
    const write = (name, text) => writeFileSync(path.join(notes, name), text);
    write(
      'package.json',
      `${JSON.stringify({ name: 'notes', type: 'module', scripts: { test: 'node --test' } }, null, 2)}\n`,
    );
    write('notes.js', 'export const add = (notes, note) => [...notes, note];\n');
    write(
      'test/notes.test.js',
      "import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { add } from '../notes.js';\ntest('a note is added', () => assert.deepEqual(add([], 'x'), ['x']));\n",
    );
    const git = (...args) =>
      execFileSync('git', ['-c', 'user.name=Dev', '-c', 'user.email=dev@localhost', ...args], { cwd: notes });
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'Notes');
  };
  makeNotes();
  return {
    request: 'Users can save their preferences: theme, language, notifications',
    reached: tiny.reached,
    release: tiny.release,
    resetNotes: makeNotes,
  };
}
