import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { pathsInTree } from '../../src/checks/report-paths.ts';
import { temporaryFolder } from '../processes/helpers.ts';

const TREE = [
  'a.test.js',
  'test/a.test.js',
  'src/main/java/com/example/Price.java',
  'price/price.go',
  'one/src/twice.py',
  'two/src/twice.py',
  'node_modules/x/only.js',
];

function tree(): string {
  const root = temporaryFolder();
  for (const file of TREE) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return root;
}

test.each([
  ['is there', 'test/a.test.js', 'test/a.test.js'],
  ['begins with ./', './test/a.test.js', 'test/a.test.js'],
  ['is of a container', '/app/test/a.test.js', 'test/a.test.js'],
  ['is of the root of a container', '/app/a.test.js', 'a.test.js'],
  ['is of Windows', 'C:\\agent\\shop\\test\\a.test.js', 'test/a.test.js'],
  ['has backslashes', 'test\\a.test.js', 'test/a.test.js'],
  ['is a URL', 'file:///app/test/a.test.js', 'test/a.test.js'],
  ['begins with a module', 'example.com/shop/price/price.go', 'price/price.go'],
  ['begins with a package', 'com/example/Price.java', 'src/main/java/com/example/Price.java'],
  ['could be two files', 'src/twice.py', 'src/twice.py'],
  ['is of an installed package', '/app/only.js', '/app/only.js'],
  ['is nowhere', '/usr/lib/python3/site.py', '/usr/lib/python3/site.py'],
])('a path that %s is told as it is called in the tree', async (_, given, told) => {
  const inTree = await pathsInTree(tree(), [given]);
  expect(inTree(given)).toBe(told);
});

test('a path below the root is told without it, also if the root was reached by a link', async () => {
  const root = tree();
  const link = join(temporaryFolder(), 'link');
  symlinkSync(root, link);
  const given = [join(root, 'gone/b.js'), join(link, 'gone/b.js')];
  const inTree = await pathsInTree(link, given);
  expect(given.map(inTree)).toEqual(['gone/b.js', 'gone/b.js']);
});
