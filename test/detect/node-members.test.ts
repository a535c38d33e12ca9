import { describe, expect, it } from 'vitest';
import { isProjectFile } from '../../src/detect/listing.ts';
import { detectFiles, packageJson, runsOf } from './detect-files.ts';

const JEST = { devDependencies: { jest: '29' } };
const member = packageJson({ test: 'jest' }, JEST);
const LERNA = packageJson({ postinstall: 'lerna bootstrap', test: 'lerna run test' });

describe('packages that a tool of the root runs', () => {
  it.each<[string, readonly string[], Record<string, string>]>([
    [
      'lerna.json names them',
      ['libs/a', 'libs/b'],
      { 'package.json': LERNA, 'lerna.json': '{"packages":["libs/*"]}' },
    ],
    ['lerna.json names none', ['packages/a', 'packages/b'], { 'package.json': LERNA, 'lerna.json': '{}' }],
    [
      'rush.json names them, with remarks',
      ['apps/a', 'libs/b'],
      {
        'package.json': packageJson({ test: 'rush test' }),
        'rush.json':
          '/* of rush */\n{\n  // "projectFolder": "tool"\n  "projects": [\n    { "projectFolder": "apps/a" },\n    { "projectFolder": "./libs/b" },\n  ]\n}\n',
      },
    ],
    [
      'workspace.json of nx names them',
      ['apps/a', 'libs/b'],
      {
        'package.json': packageJson({ test: 'nx run-many -t test' }),
        'workspace.json': '{"projects":{"a":"apps/a","b":{"root":"libs/b"}}}',
      },
    ],
  ])('are no projects of their own: %s', (_, folders, root) => {
    const detected = detectFiles({
      ...root,
      ...Object.fromEntries(folders.map((folder) => [`${folder}/package.json`, member])),
      'tool/package.json': member,
    });
    expect(detected.stacks.map(({ folder }) => folder)).toEqual(['', 'tool']);
    expect(Object.keys(runsOf(detected))).toEqual(['test', 'test-tool']);
    expect(detected.setup?.run).toMatch(/^\(cd tool && [^()]*\)$/);
  });

  it('are so only where their root is: a lerna.json elsewhere names none of them', () => {
    const detected = detectFiles({
      'package.json': packageJson({ test: 'jest' }, JEST),
      'a.test.js': '',
      'old/lerna.json': '{}',
      'packages/a/package.json': member,
    });
    expect(detected.stacks.map(({ folder }) => folder)).toEqual(['', 'packages/a']);
  });

  it.each(['lerna.json', 'rush.json', 'workspace.json'])('are read from %s', (file) => {
    expect(isProjectFile(file)).toBe(true);
  });
});
