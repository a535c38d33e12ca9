import { expect, it } from 'vitest';
import { configCommands } from '../../src/config/measuring/config-commands.ts';
import { resolvePath, upwards } from '../../src/config/measuring/paths.ts';
import { folderOption, plainName, programOf, startedBy } from '../../src/config/measuring/program.ts';
import { startedFiles } from '../../src/config/measuring/started-files.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { BASE, ROLE } from './base-config.ts';

const program = (text: string) => {
  const found = programOf(text.split(' '));
  if (found === undefined) throw new Error(`no program in ${text}`);
  return found;
};

it.each([
  ['clang-17', 'clang'],
  ['eslint@9', 'eslint'],
  ['a-1-b', 'a-1-b'],
  ['a-b', 'a-b'],
])('%s is plainly %s', (name, plain) => expect(plainName(name)).toBe(plain));

it.each([
  ['', ['']],
  ['a', ['a', '']],
  ['a/b', ['a/b', 'a', '']],
])('above %j are %j', (folder, above) => expect(upwards(folder)).toEqual(above));

it.each([
  ['~/a', undefined],
  ['/a', undefined],
  ['../../a', undefined],
  ['../..', undefined],
  ['../a', 'a'],
  ['..', ''],
  ['a~', 'web/a~'],
  ['..a', 'web/..a'],
  ['.', 'web'],
  ['a/', 'web/a'],
  ['$PWD/a', 'web/a'],
  ['$PWDX/a', 'web/$PWDX/a'],
  ['$(git rev-parse --show-toplevel)', ''],
  [`\${GITHUB_WORKSPACE}/a`, 'a'],
])('a path %s of a command in web is %s', (text, path) => expect(resolvePath('web', text)).toBe(path));

it.each([
  ['make -C web', 'web'],
  ['make -Cweb', 'web'],
  ['make -C=a=b', 'a=b'],
  ['make --directory=web', 'web'],
  ['make --directoryweb', undefined],
  ['npm --prefix web test', 'web'],
  ['npm -C web test', 'web'],
  ['pnpm --dir web test', 'web'],
  ['yarn --cwd web test', 'web'],
  ['bun --cwd=web test', 'web'],
  ['git -C web status', 'web'],
  ['go -C web vet', 'web'],
  ['cargo -C web build', 'web'],
  ['just -d web a', 'web'],
  ['just --working-directory web a', 'web'],
  ['task -d web a', 'web'],
  ['task --dir web a', 'web'],
  ['docker --project-directory web compose', 'web'],
  ['docker-compose --project-directory web up', 'web'],
  ['npm test', undefined],
  ['other -C web', undefined],
])('%s works in %s', (text, folder) => expect(folderOption(program(text))).toBe(folder));

it.each([
  ['go run ./cmd/x more', { goPackage: './cmd/x' }],
  ['go test ./cmd/x', {}],
  ['go run', {}],
  ['deno run -A a.ts', { path: 'a.ts' }],
  ['deno test a.ts', {}],
  ['bun run a.ts', { path: 'a.ts' }],
  ['bun a.ts', { path: 'a.ts' }],
  ['bun test a.ts', {}],
  ['node --test a.js', {}],
  ['node --import ./b.js a.js', { path: 'a.js' }],
  ['python3 -m tools.x', { module: 'tools.x' }],
  ['python3 a.py -m tools.x', { path: 'a.py' }],
  ['python3 -m', {}],
  ['bash -x +e -o pipefail a.sh', { path: 'a.sh' }],
  ['./a.sh b', { path: './a.sh' }],
])('%s starts %j', (text, started) => {
  const found = program(text);
  expect(startedBy(found, text.split(' ')[found.at] ?? '')).toEqual(started);
});

it('commands of baton.yaml are those of processes, each with its key', () => {
  const roles = BASE.replace(`implement: ${ROLE}`, 'implement: { runner: person }').replace(
    `  test: ${ROLE}`,
    '  test: { runner: claude, args: [-v], fallback: { runner: person } }',
  );
  const parsed = parseConfig(roles);
  expect(parsed.ok && configCommands(parsed.config)).toEqual([
    { key: 'checks.setup', command: 'npm ci' },
    { key: 'checks.test', command: 'npm test' },
    { key: 'crew.design', command: ['node', 'agent.mjs'] },
    { key: 'crew.test', command: ['claude', '-v'] },
    { key: 'crew.deploy', command: ['node', 'agent.mjs'] },
  ]);
});

it.each([
  '',
  '.js',
  '.mjs',
  '.cjs',
  '.ts',
  '.mts',
  '.json',
  '/index.js',
  '/index.mts',
  '/index.json',
  '/__main__.py',
])('a path that is started may lack %j', (ending) => {
  expect(startedFiles({ path: './a' }, 'web', new Set([`web/a${ending}`]))).toEqual([`web/a${ending}`]);
});

it('a module may lie in src, and a package of Go is all its files but the tests', () => {
  for (const file of ['a/b.py', 'a/b/__main__.py', 'src/a/b.py', 'src/a/b/__main__.py'])
    expect(startedFiles({ module: 'a.b' }, '', new Set([file]))).toEqual([file]);
  const tracked = new Set(['x/a.go', 'x/a_test.go', 'x/b.txt', 'x/y/c.go', 'z.go']);
  expect(startedFiles({ goPackage: './x' }, '', tracked)).toEqual(['x/a.go']);
  expect(startedFiles({ goPackage: './x/a.go' }, '', tracked)).toEqual(['x/a.go']);
  expect(startedFiles({ goPackage: '../..' }, '', tracked)).toEqual([]);
  expect(startedFiles({}, '', tracked)).toEqual([]);
});
