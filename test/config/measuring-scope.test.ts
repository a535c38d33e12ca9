import { describe, expect, it } from 'vitest';
import { MEASURING_GLOBS, matcherOf } from '../../src/config/measuring/globs.ts';
import { namedInScope } from '../../src/config/measuring-scope.ts';

const GLOBS = [...MEASURING_GLOBS.map(({ glob }) => glob), 'ops/**', 'bench/'];
const CI = '.github/workflows/ci.yml';
const DEEP = 'packages/a/vitest.config.ts';

describe('a protected file is named by a scope', () => {
  it.each([
    ['check.sh', 'check.sh'],
    ['check.sh', './check.sh'],
    [CI, CI],
    [CI, '.github/workflows/'],
    [CI, '.github/workflows/**'],
    [CI, '.github/workflows'],
    [CI, '.github/workflows/*.yml'],
    [CI, '.github/workflows/{ci,release}.yml'],
    ['ops/deploy', 'ops/deploy'],
    ['ops/deploy', 'ops/'],
    ['ops/deploy', 'ops/**'],
    ['ops/lib/a.sh', 'ops/lib/'],
    ['ops/lib/a.sh', 'ops/**/*.sh'],
    ['bench/a.mjs', 'bench/**'],
    ['bench/a.mjs', 'bench/*.mjs'],
    [DEEP, '**/vitest.config.*'],
    [DEEP, 'packages/*/vitest.config.ts'],
    [DEEP, DEEP],
    ['app/[id]/jest.config.js', 'app/[id]/jest.config.js'],
  ])('%s by %s', (path, entry) => expect(namedInScope(path, ['docs/', entry], GLOBS)).toBe(true));
});

describe('a protected file is reached by accident', () => {
  it.each([
    [CI, []],
    [CI, ['**']],
    [CI, ['**/*']],
    [CI, ['*', './', '.', '/**']],
    [CI, ['**/*.yml']],
    [CI, ['.github/']],
    [CI, ['.github/**']],
    [CI, ['.github/{workflows,other}/**']],
    [CI, ['ops/**', 'check.sh']],
    ['codecov.yml', ['*.yml']],
    ['src/vitest.config.ts', ['src/']],
    ['src/vitest.config.ts', ['src/**/*.ts']],
    ['ops/deploy', ['**/deploy']],
    ['tools/check.sh', ['tools/']],
    ['tools/check.sh', ['tools/*.sh']],
    ['ops/a', ['{ops,src}/**']],
  ])('%s by %j', (path, scope) => expect(namedInScope(path, scope, GLOBS)).toBe(false));

  it('also if everything is protected', () => {
    expect(namedInScope('src/a.ts', ['**'], ['**'])).toBe(false);
    expect(namedInScope('src/a.ts', ['src/'], ['src/**'])).toBe(true);
  });
});

describe('the configuration of linters and formatters', () => {
  const names = `vite.config.ts .eslintignore .prettierignore .prettierrc .prettierrc.json prettier.config.mjs
    .stylelintrc.json pyrightconfig.json .rubocop.yml phpstan.neon phpstan.neon.dist rustfmt.toml .rustfmt.toml
    clippy.toml .config/nextest.toml .markdownlint.json .markdownlint-cli2.yaml .markdownlintignore .shellcheckrc
    .hadolint.yaml .yamllint .yamllint.yml .pylintrc .ruff.toml`.split(/\s+/);
  const isProtected = matcherOf(MEASURING_GLOBS.map(({ glob }) => glob));

  it.each(names)('%s is protected at any level, unless a scope names it', (name) => {
    for (const path of [name, `packages/a/${name}`]) {
      expect(isProtected(path)).toBe(true);
      expect(namedInScope(path, [path], GLOBS)).toBe(true);
      expect(namedInScope(path, ['**', 'packages/'], GLOBS)).toBe(false);
    }
  });

  it.each(['src/conftest.py', 'src/vite.ts', 'src/prettier.ts', 'docs/yamllint.md'])('%s is free', (path) =>
    expect(isProtected(path)).toBe(false),
  );
});
