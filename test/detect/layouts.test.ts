import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../src/config/parse-config.ts';
import { type Detected, detect } from '../../src/detect/detect.ts';
import { configText } from '../../src/detect/write-config.ts';
import { type Expected, PYTHON_LAYOUTS, pip } from './python-layouts.ts';

const FOLDER = new URL('layouts/', import.meta.url);
const names = readdirSync(FOLDER)
  .map((file) => file.replace(/\.json$/, ''))
  .sort();

interface Layout {
  readonly made: string;
  readonly files: readonly string[];
  readonly texts: Readonly<Record<string, string>>;
}
const layout = (name: string): Layout => JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));

const detectedIn = (name: string): Detected => {
  const { files, texts } = layout(name);
  return detect({ files, text: (path) => texts[path] });
};
const write = (detected: Detected) => configText({ detected, agent: { runner: 'claude', why: 'here' } });

const REPORTERS =
  '--test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination=test-results.xml';
const VITEST = '--reporter=default --reporter=junit --outputFile.junit=test-results.xml';

const EXPECTED: Readonly<Record<string, Expected>> = {
  ...PYTHON_LAYOUTS,
  'ava-jest': [
    'yarn, jest, tsc',
    'yarn install --frozen-lockfile',
    'export PATH="$PWD/node_modules/.bin:$PATH"; npm run build && NODE_ENV=test jest --coverage --ci --json --outputFile=test-results.json',
    'test-results.json',
    'types',
  ],
  bats: [
    'bats',
    undefined,
    'test/bats/bin/bats --formatter tap --recursive test > test-results.tap; code=$?; cat test-results.tap; exit $code',
    'test-results.tap',
    '',
  ],
  bun: [
    'bun, bun test',
    'bun install --frozen-lockfile',
    'bun test --reporter=junit --reporter-outfile=test-results.xml',
    'test-results.xml',
    'types',
  ],
  'cargo-lib': [
    'cargo, cargo test, clippy, rustfmt',
    'cargo fetch',
    'cargo test --no-fail-fast > test-results.txt 2>&1; code=$?; cat test-results.txt; exit $code',
    'test-results.txt',
    'lint format',
  ],
  'cargo-workspace': [
    'cargo, workspace (2), cargo test, clippy, rustfmt',
    'cargo fetch',
    'cargo test --workspace --no-fail-fast > test-results.txt 2>&1; code=$?; cat test-results.txt; exit $code',
    'test-results.txt',
    'lint format',
  ],
  django: [
    'pip, django',
    pip('django unittest-xml-reporting'),
    '.venv/bin/python manage.py test --testrunner xmlrunner.extra.djangotestrunner.XMLTestRunner',
    'TEST-*.xml',
    '',
  ],
  'express-mocha': [
    'npm, mocha',
    'npm install --no-package-lock --no-audit --no-fund',
    'npx --no-install mocha --exit --reporter xunit --reporter-option output=test-results.xml',
    'test-results.xml',
    '',
  ],
  'full-stack': [
    'npm, vitest, eslint; uv, pytest',
    '(cd frontend && npm ci --no-audit --no-fund) && (cd backend && uv sync --frozen)',
    `cd frontend && npx --no-install vitest run ${VITEST}`,
    'frontend/test-results.xml',
    'lint test-backend',
  ],
  'go-module': [
    'go, go test, go vet',
    undefined,
    'go test -json ./... > test-results.json; code=$?; cat test-results.json; exit $code',
    'test-results.json',
    'lint format',
  ],
  'go-workspace': [
    'go, workspace (2), go test, go vet',
    undefined,
    'go test -json ./core/... ./web/... > test-results.json; code=$?; cat test-results.json; exit $code',
    'test-results.json',
    'lint format',
  ],
  gradle: [
    'Gradle, wrapper',
    './gradlew --no-daemon testClasses',
    './gradlew --no-daemon --continue test',
    '**/build/test-results/**/TEST-*.xml',
    '',
  ],
  hatch: [
    'pip, pytest',
    pip('-e . pytest'),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  makefile: ['make', undefined, 'make test', undefined, 'lint'],
  maven: [
    'Maven',
    'mvn -B -ntp -q test-compile',
    'mvn -B -ntp test',
    '**/target/surefire-reports/TEST-*.xml',
    '',
  ],
  nest: [
    'npm, vitest, oxlint, tsc',
    'npm install --no-package-lock --no-audit --no-fund',
    `npx --no-install vitest run ${VITEST}`,
    'test-results.xml',
    'lint types',
  ],
  next: [
    'npm, node:test, eslint, tsc',
    'npm install --no-package-lock --no-audit --no-fund',
    `node --test ${REPORTERS}`,
    'test-results.xml',
    'lint types',
  ],
  nextest: [
    'cargo, nextest, clippy, rustfmt',
    'cargo fetch --locked',
    'cargo nextest run --profile ci --no-fail-fast',
    'target/nextest/ci/junit.xml',
    'lint format',
  ],
  nothing: ['', undefined, '', undefined, ''],
  'npm-workspaces': [
    'npm, workspaces (2), node:test',
    'npm ci --no-audit --no-fund',
    `failed=0; for part in packages/core; do (cd "$part" && node --test ${REPORTERS}) || failed=1; done; exit $failed`,
    'packages/core/test-results.xml',
    '',
  ],
  pdm: [
    'pdm, pytest',
    'pdm install && pdm run python -m ensurepip && pdm run python -m pip install pytest',
    'pdm run pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'pnpm-workspace': [
    'pnpm, workspaces (1), vitest',
    'pnpm install --frozen-lockfile',
    `failed=0; for part in packages/lib; do (cd "$part" && pnpm exec vitest run ${VITEST}) || failed=1; done; exit $failed`,
    'packages/lib/test-results.xml',
    '',
  ],
  poetry: [
    'poetry, pytest',
    'POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction && .venv/bin/python -m pip install pytest',
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'requirements-folder': [
    'pip, pytest, mypy',
    pip('-r requirements/tests.txt -r requirements/typing.txt -e . pytest'),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    'types',
  ],
  rspec: [
    'bundler, rspec, rubocop',
    'BUNDLE_PATH=vendor/bundle bundle install --quiet',
    'BUNDLE_PATH=vendor/bundle bundle exec rspec --format progress --format json --out test-results.json',
    'test-results.json',
    'lint',
  ],
  svelte: [
    'npm, vitest, eslint, svelte-check',
    'npm install --no-package-lock --no-audit --no-fund',
    `npx --no-install vitest --run ${VITEST}`,
    'test-results.xml',
    'lint types',
  ],
  tape: [
    'npm, tape, eslint',
    'npm install --no-package-lock --no-audit --no-fund',
    'export PATH="$PWD/node_modules/.bin:$PATH"; { npm run lint && nyc --check-coverage tape test/*.js; } > test-results.tap; code=$?; cat test-results.tap; exit $code',
    'test-results.tap',
    'lint',
  ],
  tox: [
    'pip, tox',
    'python3 -m venv .venv && .venv/bin/python -m pip install --quiet tox && .venv/bin/tox --notest',
    '.venv/bin/tox -- --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  unittest: [
    'pip, unittest',
    pip('-r requirements.txt pytest'),
    '.venv/bin/python -m pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'uv-app': [
    'uv, pytest',
    'uv sync --frozen',
    'uv run --no-sync pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  'uv-lib': [
    'uv, pytest',
    'uv sync && uv pip install pytest',
    'uv run --no-sync pytest --junitxml=test-results.xml',
    'test-results.xml',
    '',
  ],
  vite: [
    'npm, node:test, tsc',
    'npm install --no-package-lock --no-audit --no-fund',
    `node --test ${REPORTERS}`,
    'test-results.xml',
    'types',
  ],
  vue: [
    'npm, vitest, eslint, vue-tsc',
    'npm install --no-package-lock --no-audit --no-fund',
    `npx --no-install vitest run ${VITEST}`,
    'test-results.xml',
    'lint types',
  ],
};

it('says of every layout that is kept what is in it', () => {
  expect(names).toEqual(Object.keys(EXPECTED).sort());
});

it.each(names)('reads the layout %s as its people would', (name) => {
  const { stacks, setup, checks } = detectedIn(name);
  const [test, ...others] = checks;
  expect([
    stacks.map(({ found }) => found.join(', ')).join('; '),
    setup?.run,
    test?.run ?? '',
    test?.report,
    others.map((check) => check.name).join(' '),
  ]).toEqual(EXPECTED[name]);
});

it.each(names)('writes a baton.yaml for the layout %s that Baton accepts', (name) => {
  const text = write(detectedIn(name));
  expect(parseConfig(text)).toMatchObject({ ok: true });
  expect(parse(text).checks.test).toBeDefined();
});

describe('what is in a repository beside its tests', () => {
  it('is what deploys, which is protected, and what each part makes, in its own folder', () => {
    const detected = detectedIn('full-stack');
    expect(detected.deploys).toEqual(['ops/**', 'k8s/**', 'fly.toml']);
    expect(detected.makes).toEqual([
      'frontend/node_modules/',
      'backend/.venv/',
      '__pycache__/',
      'backend/.pytest_cache/',
    ]);
    expect(detected.checks.at(-1)).toMatchObject({
      name: 'test-backend',
      run: 'cd backend && uv run --no-sync pytest --junitxml=test-results.xml',
      report: 'backend/test-results.xml',
      files: 'backend/tests/**/*.py',
    });
    expect(parse(write(detected)).protected).toEqual(['ops/**', 'k8s/**', 'fly.toml']);
  });

  it('is not told if Baton does with it what git does: submodules, LFS', () => {
    const files = ['.gitmodules', '.gitattributes', 'go.mod'];
    const texts: Record<string, string> = { '.gitattributes': '*.bin filter=lfs diff=lfs\n' };
    expect(detect({ files, text: (path) => texts[path] }).notes).toEqual([]);
  });

  it('is a runner at the end of a chain of scripts, with the rest of the chain around it', () => {
    const scripts = {
      test: 'npm run test:unit && npm run test:types',
      'test:unit': 'c8 --100 node --test',
      'test:types': 'tsd',
    };
    const detected = detect({
      files: ['package.json'],
      text: () => JSON.stringify({ scripts, devDependencies: { c8: '1' } }),
    });
    expect(detected.checks[0]).toMatchObject({
      run: `export PATH="$PWD/node_modules/.bin:$PATH"; c8 --100 node --test ${REPORTERS} && npm run test:types`,
      report: 'test-results.xml',
    });
  });

  it('is mypy with the files that its own settings name, and with all if they name none', () => {
    const typesWith = (settings: string) =>
      detect({
        files: ['pyproject.toml', 'tests/test_a.py'],
        text: (name) =>
          name === 'pyproject.toml'
            ? `[project]\nname = "a"\n[project.optional-dependencies]\ndev = ["mypy"]\n[tool.mypy]\n${settings}`
            : undefined,
      }).checks.find(({ name }) => name === 'types')?.run;
    expect(typesWith('files = ["src"]\n')).toBe('.venv/bin/python -m mypy');
    expect(typesWith('packages = ["a"]\n')).toBe('.venv/bin/python -m mypy');
    expect(typesWith('strict = true\n')).toBe('.venv/bin/python -m mypy .');
  });

  it('is nothing at all in a repository of texts, whose test is red until somebody names one', () => {
    const text = write(detectedIn('nothing'));
    expect(parse(text).checks.test).toContain('exit 1');
  });
});
