import { expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { ConfigPlace } from '../../src/config/root.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { tinyConfig } from '../support/tiny-repository.ts';

const listing = new Map(
  [
    ...[
      ['packages/api/a.ts', '100644'],
      ['packages/web/baton.yaml', '100644'],
      ['baton.yaml', '100644'],
    ],
    ...[
      ['link', '120000'],
      ['module', '160000'],
      ['README.md', '100644'],
    ],
  ].map(([name = '', mode = '']) => [name, { mode }] as const),
);
/** `root` on line 1, all else after it. */
const text = (root: string, more: Partial<ConfigDraft> = {}) =>
  `root: ${root}\n${stringify({ ...tinyConfig, ...more })}`;
const problemsOf = (config: string, place: ConfigPlace = { listing }) => {
  const parsed = parseConfig(config, 'baton.yaml', place);
  return parsed.ok
    ? []
    : parsed.problems.map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
};

it.each([
  ['/packages/api', 'is absolute'],
  ['../other', 'leads out with `..`'],
  ['packages/none', 'there is no folder packages/none in the base commit'],
  ['README.md', 'README.md is a file in the base commit'],
  ['link', 'link is a symbolic link in the base commit'],
  ['module', 'module is a submodule in the base commit'],
  ['packages/web', 'packages/web has a baton.yaml of its own'],
])('`root: %s` is refused with file and line', (root, why) => {
  const [first] = problemsOf(text(root));
  expect(first).toMatch(/^baton\.yaml:1:7: /);
  expect(first).toContain(why);
});

it('`root` is only for the file at the top', () => {
  expect(problemsOf(text('src'), { folder: 'packages/api', listing })).toEqual([
    'baton.yaml:1:1: `root` is for the baton.yaml at the top of a repository: this one makes packages/api the root',
  ]);
});

it('a baton.yaml makes its folder the root, or the one that it names, and is protected where it lies', () => {
  const rootOf = (config: string, place: ConfigPlace) => {
    const parsed = parseConfig(config, 'baton.yaml', { ...place, listing });
    return parsed.ok ? [parsed.config.root, parsed.config.protected] : parsed.problems;
  };
  const plain = stringify({ ...tinyConfig, protected: [] });
  expect(rootOf(plain, {})).toEqual([undefined, ['baton.yaml']]);
  expect(rootOf(plain, { folder: 'packages/api' })).toEqual(['packages/api', ['baton.yaml']]);
  expect(rootOf(text('./packages/api/', { protected: [] }), {})).toEqual([
    'packages/api',
    ['baton.yaml', '../../baton.yaml'],
  ]);
  expect(rootOf(text('packages/api', { protected: [] }), { root: 'packages/web' })).toEqual([
    'packages/web',
    ['baton.yaml', '../../baton.yaml'],
  ]);
});

it('what is installed, copied, made or read by the set-up may lie above the root, and not above the repository', () => {
  const above = (up: string): Partial<ConfigDraft> => ({
    checks: { test: 'true', setup: { run: 'true', inputs: [`${up}package-lock.json`] } } as never,
    worktrees: { installed: [`${up}node_modules`], copy: [`${up}.env`] },
    generated: [{ files: [`${up}gen/**`], run: 'true' }],
  });
  expect(problemsOf(text('packages/api', above('../../')))).toEqual([]);
  const found = problemsOf(text('packages/api', above('../../../')));
  expect(found).toHaveLength(4);
  for (const each of found) expect(each).toContain('leaves the repository, seen from packages/api');
  expect(problemsOf(stringify({ ...tinyConfig, ...above('../') }))).toHaveLength(4);
});

it('hooks lie at the top of the repository, whatever the root is', () => {
  const parsed = parseConfig(text('packages/api', { hooks: '.husky' }), 'baton.yaml', { listing });
  expect(parsed.ok && parsed.config.protected).toContain('../../.husky/**');
});
