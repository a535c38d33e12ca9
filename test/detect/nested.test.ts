import { describe, expect, it } from 'vitest';
import { detectFiles, packageJson, runsOf } from './detect-files.ts';

const PLACEHOLDER = 'echo "Error: no test specified" && exit 1';
const LOCK = '{}';
const names = (texts: Readonly<Record<string, string>>) => Object.keys(runsOf(detectFiles(texts)));
const foldersOf = (texts: Readonly<Record<string, string>>) =>
  detectFiles(texts).stacks.map(({ folder }) => folder);

describe('projects below one of their own kind', () => {
  it('of Node are set up and tested each, and the root without tests has only its other checks', () => {
    const detected = detectFiles({
      'package.json': packageJson(
        { test: PLACEHOLDER, lint: 'eslint .' },
        { devDependencies: { eslint: '9' } },
      ),
      'package-lock.json': LOCK,
      'client/package.json': packageJson({ test: 'vitest' }, { devDependencies: { vitest: '3' } }),
      'client/package-lock.json': LOCK,
      'client/src/app.test.ts': '',
      'server/package.json': packageJson({ test: 'jest' }, { devDependencies: { jest: '29' } }),
      'server/package-lock.json': LOCK,
      'server/test/app.test.js': '',
      'scripts/package.json': packageJson({}),
    });
    expect(detected.stacks.map(({ folder, found }) => [folder, ...found])).toEqual([
      ['', 'npm', 'eslint'],
      ['client', 'npm', 'vitest'],
      ['server', 'npm', 'jest'],
    ]);
    const ci = 'npm ci --no-audit --no-fund';
    expect(detected.setup?.run).toBe(`${ci} && (cd client && ${ci}) && (cd server && ${ci})`);
    expect(runsOf(detected)).toEqual({
      test: expect.stringContaining('cd client && npx --no-install vitest run'),
      'test-server': expect.stringContaining('cd server && npx --no-install jest'),
      lint: 'npm run --silent lint',
    });
    expect(detected.checks[0]?.name).toBe('test');
    expect(detected.notes).toEqual([]);
  });

  it('of Node are tested once, where the root has nothing but a script that runs each', () => {
    const files = {
      'client/package.json': packageJson({ test: 'vitest' }),
      'server/package.json': packageJson({ test: 'jest' }),
    };
    const root = {
      'package.json': packageJson({ test: 'npm test --prefix client && npm test --prefix server' }),
    };
    expect(names({ ...root, ...files })).toEqual(['test', 'test-server']);
    const more = { 'package.json': packageJson({ test: 'cd client && npm test' }) };
    expect(names({ ...more, ...files })).toEqual(['test', 'test-client', 'test-server']);
  });

  const MOCHA = '--reporter xunit --reporter-option output=test-results.xml';
  const JEST = 'jest --ci --json --outputFile=test-results.json';
  it.each<[string, string, Record<string, string>]>([
    [`${JEST} && npm test --prefix client`, 'client', { test: 'jest && npm test --prefix client' }],
    [`${JEST} && npm test -w client`, 'client', { test: 'jest && npm test -w client' }],
    [`mocha ${MOCHA} && yarn test --cwd client`, 'client', { test: 'mocha && yarn test --cwd client' }],
    [
      `jest test --ci --json --outputFile=test-results.json && npm run test:client`,
      'client',
      {
        test: 'npm run test:server && npm run test:client',
        'test:server': 'jest test',
        'test:client': 'cd client && npm test',
      },
    ],
    [`mocha ${MOCHA} && cd client && npm test`, 'client', { test: 'mocha && cd client && npm test' }],
    [
      `(cd client && npm test) && mocha ${MOCHA}`,
      'client',
      { test: '(cd client && npm test) && npm run unit', unit: 'mocha' },
    ],
    [
      `cd client && npm test && cd .. && mocha ${MOCHA}`,
      'client',
      { test: 'cd client && npm test && cd .. && npm run unit', unit: 'mocha' },
    ],
    [
      `${JEST} && npm run build --prefix web`,
      'web',
      { test: 'npm run unit && npm run build --prefix web', unit: 'jest', build: 'tsc' },
    ],
    [
      `mocha server/test --require server ${MOCHA} && eslint server`,
      'server',
      { test: 'mocha server/test --require server && eslint server' },
    ],
  ])('of Node leave the root its own tests, with their report: %s', (run, folder, scripts) => {
    const detected = detectFiles({
      'package.json': packageJson(scripts, { devDependencies: { jest: '29', mocha: '11' } }),
      'test/a.test.js': '',
      [`${folder}/package.json`]: packageJson({ test: 'vitest run' }),
      [`${folder}/a.test.ts`]: '',
    });
    expect(runsOf(detected)).toEqual({
      test: `export PATH="$PWD/node_modules/.bin:$PATH"; ${run}`,
      [`test-${folder}`]: expect.stringContaining(`cd ${folder} && npx --no-install vitest run`),
    });
    expect(detected.notes.join()).not.toContain('scripts.test');
  });

  it.each([
    ['jest; npm test --prefix client', JEST],
    ['npm test --prefix client && node check.js', JEST],
    ['npm test --prefix client && node run.js', 'npm run --silent test'],
  ])('of Node leave the root what its script may test beside them: %s', (test, run) => {
    const more = run === JEST ? { devDependencies: { jest: '29' } } : {};
    const detected = detectFiles({
      'package.json': packageJson({ test }, more),
      'test/a.test.js': '',
      'client/package.json': packageJson({ test: 'vitest run' }),
    });
    expect(runsOf(detected)).toEqual({
      test: expect.stringContaining(run),
      'test-client': expect.stringContaining('vitest run'),
    });
  });

  it.each([
    'npm ci && npm run build && npm test --prefix client',
    'npm run lint && cd client && vitest run',
    '(cd client && npx vitest run)',
    'npm ci --prefix client && npm test --prefix client',
  ])('of Node are tested once, where the script only sets up beside: %s', (test) => {
    const scripts = { test, build: 'tsc -b && vite build', lint: 'eslint .' };
    const files = { 'client/package.json': packageJson({ test: 'vitest run' }), 'client/a.test.ts': '' };
    const detected = detectFiles({ 'package.json': packageJson(scripts), ...files });
    expect(Object.keys(runsOf(detected)).sort()).toEqual(['lint', 'test']);
    expect(runsOf(detected).test).toContain('cd client && npx --no-install vitest run');
  });

  it('of Node are members of a workspace, which the root tests, or none, which have a check of their own', () => {
    const detected = detectFiles({
      'package.json': packageJson({}, { packageManager: 'pnpm@9.0.0' }),
      'pnpm-lock.yaml': '',
      'pnpm-workspace.yaml': 'packages: ["packages/*"]\n',
      'packages/core/package.json': packageJson({ test: 'vitest run' }),
      'legacy/package.json': packageJson({ test: 'mocha' }),
      'legacy/pnpm-lock.yaml': '',
    });
    expect(runsOf(detected)).toEqual({
      test: expect.stringContaining('for part in packages/core; do'),
      'test-legacy': expect.stringContaining('cd legacy && pnpm exec mocha'),
    });
    expect(detected.setup?.run).toBe(
      'pnpm install --frozen-lockfile && (cd legacy && pnpm install --frozen-lockfile --ignore-workspace)',
    );
  });

  const MODULE = { 'go.mod': 'module example.test/x\n', 'x.go': '' };
  const SDK = { 'sdk/go.mod': 'module example.test/x/sdk\n', 'sdk/sdk_test.go': '' };
  it('of Go are modules of their own, and in the workspace only if go.work names them', () => {
    const alone = detectFiles({ ...MODULE, ...SDK });
    expect(runsOf(alone)).toEqual({
      test: expect.stringContaining('cd sdk && go test -json ./... >'),
      format: expect.stringContaining('gofmt -l .'),
      lint: 'go vet ./...',
      'lint-sdk': 'cd sdk && go vet ./...',
    });
    expect(names({ ...MODULE, 'x_test.go': '', ...SDK })).toEqual(
      expect.arrayContaining(['test', 'test-sdk']),
    );
    const used = { ...MODULE, 'x_test.go': '', ...SDK, 'go.work': 'use .\nuse ./sdk\n' };
    expect(foldersOf(used)).toEqual(['']);
    // Without that, go says that the module is not one of the workspace's.
    const outside = detectFiles({
      ...MODULE,
      'x_test.go': '',
      ...SDK,
      'sdk/go.sum': '',
      'go.work': 'use .\n',
    });
    expect(runsOf(outside)['test-sdk']).toContain('cd sdk && GOWORK=off go test -json ./... >');
    expect(runsOf(outside)['lint-sdk']).toBe('cd sdk && GOWORK=off go vet ./...');
    expect(outside.setup?.run).toContain('(cd sdk && GOWORK=off go mod download)');
  });

  it('of Rust are crates that no workspace has: excluded, with a workspace of their own, or below a crate', () => {
    const crate = '[package]\nname = "x"\n';
    const root = (text: string) => ({
      'Cargo.toml': text,
      'src/lib.rs': '',
      'a/Cargo.toml': crate,
      'a/src/lib.rs': '',
    });
    expect(foldersOf(root(crate))).toEqual(['', 'a']);
    expect(foldersOf(root(`${crate}[workspace]\nmembers = ["a"]\n`))).toEqual(['']);
    expect(foldersOf(root(`${crate}[workspace]\nexclude = [\n  "b",\n  "a",\n]\n`))).toEqual(['', 'a']);
    const own = { 'a/Cargo.toml': `${crate}[workspace]\n` };
    expect(foldersOf({ ...root(`${crate}[workspace]\n`), ...own })).toEqual(['', 'a']);
    const fuzz = { 'a/Cargo.toml': `${crate}[workspace]\n`, 'a/fuzz_targets/a.rs': '' };
    expect(foldersOf({ 'Cargo.toml': `${crate}[workspace]\n`, 'src/lib.rs': '', ...fuzz })).toEqual(['']);
  });

  it('of Maven and Gradle are no modules of the build above, and have tests', () => {
    const test = (folder: string) => ({ [`${folder}/src/test/java/ATest.java`]: '' });
    const maven = {
      'pom.xml': '<project><modules><module>a</module>\n<module>./b/</module></modules></project>',
      'a/pom.xml': '<project/>',
      'b/pom.xml': '<project><modules><module>c</module></modules></project>',
      'b/c/pom.xml': '<project/>',
      'tool/pom.xml': '<project/>',
      'plugin/build.gradle': '',
      'untested/pom.xml': '<project/>',
      ...test('a'),
      ...test('b/c'),
      ...test('tool'),
      ...test('plugin'),
    };
    expect(foldersOf(maven)).toEqual(['', 'plugin', 'tool']);
    const gradle = {
      'settings.gradle': 'include("app")',
      'app/build.gradle': '',
      'build-logic/settings.gradle': '',
      'build-logic/build.gradle': '',
      'tool/pom.xml': '<project/>',
      ...test('app'),
      ...test('build-logic'),
      ...test('tool'),
    };
    expect(foldersOf(gradle)).toEqual(['', 'build-logic', 'tool']);
  });

  it('of Ruby have their own gems and tests', () => {
    const engine = { 'engines/shop/Gemfile': "gem 'rspec'\n", 'engines/shop/spec/a_spec.rb': '' };
    expect(foldersOf({ Gemfile: "gem 'rspec'\n", 'spec/a_spec.rb': '', ...engine })).toEqual([
      '',
      'engines/shop',
    ]);
  });

  const PYPROJECT = '[project]\nname = "x"\n';
  const PYTHON = { 'pyproject.toml': PYPROJECT, 'tests/test_x.py': '' };
  it('of Python are left to their own check, which the root’s pytest doesn’t repeat', () => {
    const detected = detectFiles({ ...PYTHON, 'sdk/pyproject.toml': PYPROJECT, 'sdk/tests/test_sdk.py': '' });
    const pytest = '.venv/bin/python -m pytest --junitxml=test-results.xml';
    expect(runsOf(detected)).toEqual({ test: `${pytest} --ignore=sdk`, 'test-sdk': `cd sdk && ${pytest}` });
    expect(detected.checks[0]?.files).toBe('tests/**/*.py');
  });

  it('of Python are the root’s, if that installs them, or if they only name requirements', () => {
    const sdk = { 'sdk/pyproject.toml': PYPROJECT, 'sdk/tests/test_sdk.py': '' };
    const roots = [
      { ...PYTHON, 'pyproject.toml': `${PYPROJECT}[tool.uv.workspace]\nmembers = ["sdk"]\n` },
      { ...PYTHON, 'requirements.txt': '-e ./sdk\n' },
      {
        ...PYTHON,
        'pyproject.toml': `${PYPROJECT}[tool.poetry.dependencies]\nsdk = { path = "sdk", develop = true }\n`,
      },
    ];
    for (const root of roots) expect(foldersOf({ ...root, ...sdk })).toEqual(['']);
    const worker = { 'worker/requirements.txt': 'x\n', 'worker/tests/test_worker.py': '' };
    expect(foldersOf({ ...PYTHON, ...worker })).toEqual(['']);
    // A root that says nothing but how a linter is set up installs nothing for anybody.
    expect(foldersOf({ 'pyproject.toml': '[tool.ruff]\n', ...worker, ...sdk })).toEqual(['sdk', 'worker']);
  });

  it('of Python are all that is tested, if the root has settings of pytest and no tests of its own', () => {
    const part = (folder: string) => ({
      [`${folder}/pyproject.toml`]: PYPROJECT,
      [`${folder}/tests/test_it.py`]: '',
    });
    const parts = { ...part('packages/a'), ...part('packages/b') };
    const settings = '[tool.pytest.ini_options]\naddopts = "-ra"\n';
    const pytest = '.venv/bin/python -m pytest --junitxml=test-results.xml';
    const ofParts = { test: `cd packages/a && ${pytest}`, 'test-packages-b': `cd packages/b && ${pytest}` };
    const roots = [
      { 'pyproject.toml': `[tool.ruff]\n${settings}` },
      { 'pyproject.toml': `${PYPROJECT}${settings}`, 'x/__init__.py': '' },
      { 'pyproject.toml': PYPROJECT, 'conftest.py': '' },
      { 'setup.py': '', 'setup.cfg': '[tool:pytest]\naddopts = -ra\n' },
    ];
    for (const root of roots) expect(runsOf(detectFiles({ ...root, ...parts }))).toEqual(ofParts);
    // Names of its own for tests tell of some that nobody here can see.
    const named = { 'pyproject.toml': `${PYPROJECT}${settings}python_files = ["check_*.py"]\n` };
    expect(Object.keys(runsOf(detectFiles({ ...named, ...parts, 'x/check_it.py': '' })))).toEqual([
      'test',
      'test-packages-a',
      'test-packages-b',
    ]);
    expect(runsOf(detectFiles({ ...named, ...parts }))).toEqual(ofParts);
  });

  const PART = { 'app.py': '', 'tests/requirements.txt': 'responses\n', 'tests/test_x.py': 'import app\n' };
  it.each<[string, string, Record<string, string>]>([
    ['with settings of ruff', 'tests', { ...PART, 'pyproject.toml': '[tool.ruff]\n' }],
    [
      'with settings of pytest',
      'tests',
      { ...PART, 'pyproject.toml': '[tool.pytest.ini_options]\npythonpath = "src"\n' },
    ],
    [
      'with a conftest',
      'test',
      { 'setup.cfg': '', 'conftest.py': '', 'test/requirements.txt': '', 'test/test_x.py': '' },
    ],
  ])('of Python are the root’s, if they are its folder of tests and no project: %s', (_, folder, files) => {
    const detected = detectFiles(files);
    expect(runsOf(detected)).toEqual({
      test: expect.stringMatching(/^(?:\.venv\/bin\/)?python3? -m pytest --junitxml=test-results.xml$/),
      ...(runsOf(detected).lint !== undefined && { lint: expect.stringContaining('ruff') }),
      ...(runsOf(detected).format !== undefined && { format: expect.stringContaining('ruff') }),
    });
    expect(detected.checks[0]?.files).toContain(folder);
    expect(detected.notes.join()).not.toContain('Left out');
  });

  const goModule = (folder: string) => ({ [`${folder}/go.mod`]: '', [`${folder}/a_test.go`]: '' });
  it.each<[string, string, Record<string, string>]>([
    ['e2e, test', 'Go', { 'go.mod': '', 'a_test.go': '', ...goModule('e2e'), ...goModule('test') }],
    [
      'e2e',
      'Node',
      {
        'package.json': packageJson({ test: 'vitest' }),
        'a.test.js': '',
        'e2e/package.json': packageJson({ test: 'jest' }),
        'e2e/a.test.js': '',
      },
    ],
    [
      'app/tests',
      'Node below the top',
      {
        'app/package.json': packageJson({ test: 'vitest' }),
        'app/tests/package.json': packageJson({ test: 'jest' }),
      },
    ],
  ])('are named and not tested, if their folder is called %s: %s', (folders, _, files) => {
    const detected = detectFiles(files);
    expect(Object.keys(runsOf(detected)).filter((name) => name.startsWith('test'))).toEqual(['test']);
    expect(detected.notes).toEqual([
      `Left out, though they have tests: ${folders}. Add a check for each that matters.`,
    ]);
  });

  it('are tested in such a folder, if the project above has no tests', () => {
    expect(foldersOf({ 'go.mod': '', 'a.go': '', ...goModule('e2e') })).toContain('e2e');
    const node = {
      'package.json': packageJson({ test: PLACEHOLDER }),
      'tests/package.json': packageJson({ test: 'jest' }),
      'tests/a.test.js': '',
    };
    expect(foldersOf(node)).toEqual(['tests']);
  });

  it('are named, if there are tests and they are left out: too deep, of documentation, in the midst of tests, too many', () => {
    const node = packageJson({ test: 'node --test' });
    const detected = detectFiles({
      'package.json': node,
      'a/b/c/d/package.json': node,
      'website/package.json': node,
      'test/apps/one/package.json': node,
      'test/apps/two/package.json': packageJson({}),
    });
    expect(detected.stacks.map(({ folder }) => folder)).toEqual(['']);
    expect(detected.notes).toEqual([
      'Left out, though they have tests: website, test/apps/one, a/b/c/d. Add a check for each that matters.',
    ]);
    const many = Object.fromEntries(
      ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => [`${name}/package.json`, node]),
    );
    expect(detectFiles(many).notes).toEqual([
      'Only 6 of 8 projects in this repository are in the file, without g, h: add those that matter.',
    ]);
  });
});
