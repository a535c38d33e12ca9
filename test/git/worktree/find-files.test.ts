import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFiles } from '../../../src/git/worktree/find-files.ts';
import { ignoreRules } from '../../../src/git/worktree/ignore-rules.ts';
import { runSync } from '../../support/sync-programs.ts';
import { newFolder, write } from '../fixture.ts';

let root: string;

beforeAll(() => {
  root = newFolder();
  runGit(root, 'init', '--quiet', '--bare', path.join(root, 'bare.git'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const runGit = (cwd: string, ...args: string[]): string =>
  runSync('git', args, {
    cwd,
    env: {
      PATH: process.env.PATH ?? '',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_LITERAL_PATHSPECS: '1',
      ...(cwd !== root && {
        GIT_DIR: path.join(root, 'bare.git'),
        GIT_WORK_TREE: cwd,
        GIT_INDEX_FILE: path.join(root, 'index'),
      }),
    },
  }).toString();

interface Tree {
  readonly files: readonly string[];
  /** Folder, with `/` at the end, and content. */
  readonly ignores: readonly (readonly [string, string])[];
  readonly tracked: readonly number[];
}

/** What git finds, and what `findFiles` finds. */
const both = async ({ files, ignores, tracked }: Tree) => {
  const at = path.join(root, 'tree');
  for (const each of ['tree', 'index']) rmSync(path.join(root, each), { recursive: true, force: true });
  mkdirSync(at);
  const made = new Set<string>();
  const make = (file: string, text: string) => {
    try {
      mkdirSync(path.dirname(path.join(at, file)), { recursive: true });
      writeFileSync(path.join(at, file), text);
      made.add(file);
    } catch {
      // One of them is a file where another wants a folder.
    }
  };
  for (const file of files) make(file, '');
  for (const [folder, text] of ignores) make(`${folder}.gitignore`, text);
  const inIndex = tracked.map((n) => files[n % files.length] ?? '').filter((file) => made.has(file));
  if (inIndex.length > 0) runGit(at, 'update-index', '--add', '--', ...inIndex);
  const listed = runGit(at, 'ls-files', '-z', '--cached', '--others', '--exclude-standard').split('\0');
  const found = await findFiles(at, {
    tracked: new Map(inIndex.map((file) => [file, { mode: '100644' }])),
    excluded: () => false,
  });
  return {
    git: [...new Set(listed)].filter((file) => file !== '').sort(),
    baton: found.files.map((file) => file.path).sort(),
  };
};

const name = fc.constantFrom('a', 'b', 'ab', 'a.b', 'A', ' a', 'a ', '!a', '#a', 'a*', '[a]', 'é', 'a\\b');
const simple = fc.constantFrom('a', 'b', 'ab', 'a.b');
const glob = fc.constantFrom(
  ...[
    '*',
    '**',
    '?',
    '*.b',
    'a*',
    '*a*',
    '?b',
    '*.*',
    '[ab]',
    '[!a]',
    '[^a]',
    '[a-b]',
    '[]a]',
    '[[:alpha:]]',
  ],
  ...[
    '\\a',
    '\\!a',
    '\\#a',
    'a\\ ',
    'a\\*',
    '\\[a]',
    '\\\\',
    '[\\]a]',
    '[',
    'a[',
    '[a',
    '[a-',
    '[[:x:]]',
    '\\',
  ],
);
const pattern = (names: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.constantFrom('', '', '', '!', '!', '\\!', '#'),
      fc.constantFrom('', '', '/', '//'),
      fc.array(fc.oneof({ weight: 3, arbitrary: names }, glob), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('', '', '', '/', '/', ' ', '  ', '\r', '\t', '/ ', '//'),
    )
    .map(([sign, anchor, parts, end]) => sign + anchor + parts.join('/') + end);

const trees = (names: fc.Arbitrary<string>): fc.Arbitrary<Tree> =>
  fc.record({
    files: fc.array(
      fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
      { minLength: 1, maxLength: 14 },
    ),
    ignores: fc.array(
      fc.tuple(
        fc.constantFrom('', '', 'a/', 'a/b/', 'b/'),
        fc
          .tuple(fc.array(pattern(names), { minLength: 1, maxLength: 4 }), fc.constantFrom('', '\n'))
          .map(([lines, end]) => lines.join('\n') + end),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    tracked: fc.array(fc.nat(20), { maxLength: 2 }),
  });

test.each([
  ['few names, which patterns often mean', simple],
  ['odd names', name],
])('the files are those that git finds: %s', async (_, names) => {
  await fc.assert(
    fc.asyncProperty(trees(names), async (tree) => {
      const found = await both(tree);
      expect(found.baton).toEqual(found.git);
    }),
    // Git is asked once a tree, which takes 10 ms; the limit is for busy machines.
    { numRuns: 150, interruptAfterTimeLimit: 4_000 },
  );
});

test('rules of several levels, negations and folders that hide what is in them, as git reads them', async () => {
  const tree = {
    files: [
      'a/b/x',
      'a/b/c/x',
      'a/c/x',
      'b',
      'logs/x',
      'logs/keep/x',
      'x.log',
      'a/x.log',
      'keep.log',
      'a b',
      'ü',
    ],
    ignores: [
      ['', '\ufeff*.log\n!keep.log\n/logs/*\n!/logs/keep/\na/b/\n# no\nü\na\\ b   \n**/c/\r\n'],
      ['a/', '!b/\n!x.log\n'],
      ['a/b/', 'c\n!c/x\n'],
    ],
    tracked: [],
  } as const;
  const found = await both(tree);
  expect(found.baton).toEqual(found.git);
  expect(found.git).toEqual([
    '.gitignore',
    'a/.gitignore',
    'a/b/.gitignore',
    'a/b/x',
    'a/x.log',
    'b',
    'keep.log',
    'logs/keep/x',
  ]);
});

test('a pattern such as a**/b means any folders behind a, as git has it', async () => {
  const tree = { files: ['ax/y/b', 'ax/b', 'axb'], ignores: [['', 'a**/b\n']], tracked: [] } as const;
  expect(await both(tree)).toEqual({ git: ['.gitignore', 'axb'], baton: ['.gitignore', 'axb'] });
});

test('patterns that could be tried in very many ways take no time', async () => {
  const { patterns } = ignoreRules(
    '',
    Buffer.from(`${'*?'.repeat(30)}*b\n${'**/*a'.repeat(20)}\n${'*a'.repeat(50)}b\n`),
  );
  expect(patterns.map((each) => each.matches('a'.repeat(250)))).toEqual([false, false, false]);
  expect(patterns.map((each) => each.matches('a/'.repeat(1000)))).toEqual([false, false, false]);
}, 10_000);

test('a .gitignore too large to be one says nothing', async () => {
  const at = path.join(root, 'large');
  write(at, { '.gitignore': '*\n', 'a.txt': '' });
  truncateSync(path.join(at, '.gitignore'), 3 * 2 ** 30);
  const { files } = await findFiles(at, { tracked: new Map(), excluded: () => false });
  expect(files.map((file) => file.path).sort()).toEqual(['.gitignore', 'a.txt']);
  rmSync(at, { recursive: true });
});

test('kinds and modes are told, and folders that are links are no folders', async () => {
  const at = path.join(root, 'kinds');
  write(at, { 'plain.txt': '', 'run.sh': '', 'real/x': '', '.gitignore': 'real-too/\n' });
  runSync('chmod', ['+x', 'run.sh'], { cwd: at });
  symlinkSync('real', path.join(at, 'real-too'));
  const { files } = await findFiles(at, { tracked: new Map(), excluded: () => false });
  expect(files.map((file) => `${file.mode} ${file.path}`).sort()).toEqual([
    '100644 .gitignore',
    '100644 plain.txt',
    '100644 real/x',
    '100755 run.sh',
    '120000 real-too',
  ]);
});
