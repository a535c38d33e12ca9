import { describe, expect, it } from 'vitest';
import { CommandFiles } from '../../src/config/measuring/command-files.ts';

const FILES = [
  'app.py',
  'app.js',
  'app.php',
  'main.c',
  'flags.txt',
  'Main.java',
  'README.md',
  'check.sh',
  'hook.mjs',
  'tools/ruff',
  'conf/a.json',
  'conf/b.ini',
  'tsconfig.build.json',
  'packages/a/tsconfig.json',
  'tools/eslint.mjs',
  'web/app.js',
];

/** What a command line names. */
function named(run: string | readonly string[]): string[] {
  const found = new CommandFiles({
    tracked: new Set(FILES),
    isTest: () => false,
    packageScripts: new Map([['package.json', { lint: 'eslint app.js -c conf/a.json', run: 'node app.js' }]]),
  });
  found.read(run, 'checks.lint');
  return [...found.paths.keys()].sort();
}

describe('what a linter or compiler is pointed at measures nothing', () => {
  it.each([
    'ruff check app.py && mypy app.py',
    'ruff check --fix app.py',
    'ruff check -- app.py',
    'black --check app.py; isort -c app.py; flake8 app.py; pylint app.py; pyright app.py; bandit -r app.py',
    'mypy --strict app.py',
    'prettier -c README.md app.js',
    'prettier --check "./app.js"',
    'markdownlint README.md',
    'markdownlint-cli2 README.md "#node_modules"',
    'npx eslint app.js',
    'npx --yes eslint@9 app.js',
    'pnpm exec biome check app.js',
    'npx @biomejs/biome ci app.js',
    'npm exec -- eslint app.js',
    'yarn eslint app.js',
    'yarn run -T eslint app.js',
    'pnpm -s oxlint app.js',
    'bunx stylelint app.js',
    'uvx ruff@latest format app.py',
    'uv run mypy app.py',
    'poetry run python -m pylint app.py',
    'timeout 60 node_modules/.bin/eslint app.js',
    'node node_modules/eslint/bin/eslint.js app.js',
    'php vendor/bin/phpstan analyse app.php',
    'cd web && eslint app.js',
    'sh -c "eslint app.js"',
    'tsc --noEmit app.js',
    'shellcheck -x check.sh',
    'shfmt -d check.sh',
    'bash -n check.sh',
    'node --check app.js',
    'node -c app.js',
    'php -l app.php',
    'python -m py_compile app.py',
    'python -X dev -m pylint app.py',
    'timeout 1.25 eslint app.js',
    '{ eslint app.js; }; ! eslint app.js; time eslint app.js',
    'if eslint app.js; then eslint app.js; elif eslint app.js; then :; else eslint app.js; fi',
    'while eslint app.js; do eslint app.js; done; until eslint app.js; do :; done',
    'timeout 90.5s npx eslint app.js',
    'python3 -m compileall -q app.py',
    'gcc -Wall -c main.c -o main.o',
    'clang-17 main.c',
    'javac Main.java',
    'cargo clippy -- main.c',
    'go vet main.c',
    'deno lint app.js',
  ])('%s', (run) => expect(named(run)).toEqual([]));

  it('also without a shell', () => expect(named(['ruff', 'check', 'app.py'])).toEqual([]));
});

describe('what sets a linter or compiler up does', () => {
  it.each<[string, string[]]>([
    ['eslint --config=conf/a.json app.js', ['conf/a.json']],
    ['eslint -c conf/a.json app.js', ['conf/a.json']],
    ['eslint --ignore-path conf/b.ini app.js', ['conf/b.ini']],
    ['mypy --config-file conf/b.ini app.py', ['conf/b.ini']],
    ['npx prettier --config conf/a.json --check README.md', ['conf/a.json']],
    ['pylint --rcfile conf/b.ini app.py', ['conf/b.ini']],
    ['python -m pylint --rcfile=conf/b.ini app.py', ['conf/b.ini']],
    ['yamllint -c conf/b.ini README.md', ['conf/b.ini']],
    ['markdownlint -c conf/a.json README.md', ['conf/a.json']],
    ['biome check --config-path conf/a.json app.js', ['conf/a.json']],
    ['tsc -p tsconfig.build.json', ['tsconfig.build.json']],
    ['pnpm exec tsc --project tsconfig.build.json app.js', ['tsconfig.build.json']],
    [
      'tsc -b packages/a/tsconfig.json tsconfig.build.json',
      ['packages/a/tsconfig.json', 'tsconfig.build.json'],
    ],
    ['gcc @flags.txt main.c', ['flags.txt']],
    ['node --import ./hook.mjs --check app.js', ['hook.mjs']],
    ['php -c conf/b.ini -l app.php', ['conf/b.ini']],
    ['NODE_OPTIONS=--import=./hook.mjs eslint app.js', ['hook.mjs']],
    ['eslint app.js < conf/a.json', ['conf/a.json']],
    ['./tools/ruff check app.py', ['tools/ruff']],
    ['npm run lint', ['conf/a.json']],
  ])('%s', (run, paths) => expect(named(run)).toEqual(paths));
});

describe('other programs are read as before', () => {
  it.each<[string, string[]]>([
    ['node tools/eslint.mjs app.js', ['app.js', 'tools/eslint.mjs']],
    ['node app.js --check conf/a.json', ['app.js', 'conf/a.json']],
    ['bash check.sh -n conf/a.json', ['check.sh', 'conf/a.json']],
    ["bash -c './check.sh' -n", ['check.sh']],
    ['python app.py -m mypy', ['app.py']],
    ['node --checks app.js', ['app.js']],
    ['my-python -m pylint app.py', ['app.py']],
    ['node-x node_modules/.bin/eslint app.js', ['app.js']],
    ['bash-x -n app.js', ['app.js']],
    ['my-bash -n app.js', ['app.js']],
    ['node x--check app.js', ['app.js']],
    ['yarn dry-run eslint app.js', ['app.js']],
    ['yarn run-script2 eslint app.js', ['app.js']],
    ['python -m pytest -c conf/b.ini', ['conf/b.ini']],
    ['ruff check app.py; node app.js', ['app.js']],
    ['npm run run', ['app.js']],
    ['constructor app.js', ['app.js']],
    ['node constructor app.js', ['app.js']],
    ['npm constructor; npm run constructor', []],
  ])('%s', (run, paths) => expect(named(run)).toEqual(paths));
});
