import { mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { onlyTestFiles } from '../../src/work/only-test-files.ts';
import type { Tree } from '../../src/work/trees.ts';
import { basicEnv, temporaryFolder } from '../processes/helpers.ts';
import { runSync } from '../support/sync-programs.ts';
import { newWorkshop } from './new-workshop.ts';

const READS_LIST = `xargs -0 printf '<%s>' < "$BATON_TEST_FILES_FROM"`;
const READS_TEXT = `printf '<%s>' $BATON_TEST_FILES`;

/** What a check prints when it runs just those files. */
async function printed(only: string, files: readonly string[]): Promise<string> {
  const { home, shop } = await newWorkshop();
  onTestFinished(() => home.release());
  // On the disk of the home, as trees are.
  const root = path.join(home.dir, 'tree');
  mkdirSync(path.join(root, '.git'), { recursive: true });
  const tree: Tree = { feature: 'prefs', name: 'a', epoch: 1, path: root, cwd: root };
  const given = { run: 'echo all', only, timeout: 1 };
  const { config, env } = await onlyTestFiles(shop, tree, 'test', given, files);
  return runSync('sh', ['-c', config.run], { cwd: root, env: { ...basicEnv(), ...env } })
    .toString()
    .trim();
}

const STRANGE = [
  'a b.test.js',
  `it's "quoted".js`,
  'line\nfeed.js',
  '-x.js',
  'ä/[id].js',
  '$HOME;`x`.js',
  '*.js',
];

test('the list gives every name to a runner as it is', async () => {
  const names = STRANGE.map((name) => (name.startsWith('-') ? `./${name}` : name));
  expect(await printed(READS_LIST, STRANGE)).toBe(names.map((name) => `<${name}>`).join(''));
});

test('the text gives plain names, and one with a hyphen is no option', async () => {
  expect(await printed(READS_TEXT, ['a.js', '-x.js', '$HOME;ä.js'])).toBe('<a.js><./-x.js><$HOME;ä.js>');
});

test.each(['a b.js', 'a\tb.js', `it's.js`, 'a"b.js', 'a\\b.js', 'a*.js', 'a?.js', 'ap[p].js'])(
  'a check whose `only` does not read the list runs whole if a file is called %s',
  async (name) => {
    expect(await printed(READS_TEXT, ['a.js', name])).toBe('all');
    expect(await printed(READS_LIST, ['a.js', name])).toBe(`<a.js><${name}>`);
  },
);

test('so does one with more files than a variable holds', async () => {
  const many = Array.from({ length: 20_000 }, (_, index) => `test/${index}.js`);
  expect(await printed(READS_TEXT, many)).toBe('all');
  expect((await printed(`tr '\\0' '\\n' < "$BATON_TEST_FILES_FROM"`, many)).split('\n')).toEqual(many);
});

test('a check without `only`, or without test files, runs whole', async () => {
  expect(await printed(READS_LIST, [])).toBe('all');
});

test('a link that a check left in place of the repository leads nowhere', async () => {
  const { home, shop } = await newWorkshop();
  onTestFinished(() => home.release());
  const root = path.join(home.dir, 'tree');
  mkdirSync(root, { recursive: true });
  const elsewhere = temporaryFolder();
  symlinkSync(elsewhere, path.join(root, '.git'));
  const tree: Tree = { feature: 'prefs', name: 'a', epoch: 1, path: root, cwd: root };
  await onlyTestFiles(shop, tree, 'test', { run: 'true', only: READS_LIST, timeout: 1 }, ['a.js']);
  expect(runSync('ls', ['-A', elsewhere]).toString()).toBe('');
});
