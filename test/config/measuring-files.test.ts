import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  isPackageFile,
  measuringFiles,
  measuringPaths,
  scriptsIn,
} from '../../src/config/measuring-files.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Config, ConfigDraft } from '../../src/domain/config.ts';

const agent = { runner: 'command' as const, command: ['agent'] };
const crew = { design: agent, implement: agent, test: agent, deploy: agent };

function configOf(draft: Partial<ConfigDraft>): Config {
  const parsed = parseConfig(stringify({ checks: { test: 'true' }, crew, ...draft }));
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('\n'));
  return parsed.config;
}

const FILES = [
  'package.json',
  'package-lock.json',
  'requirements.txt',
  'pyproject.toml',
  'Cargo.toml',
  'README.md',
  'check.sh',
  'tools/x.mjs',
  'tools/lib/index.js',
  'tools/measure.py',
  'tools/pkg/__main__.py',
  'src/main.js',
  'my file.sh',
  'conf/x.js',
  'conf/x.yml',
  'Makefile',
  'web/Makefile',
  'web/package.json',
  'web/check.sh',
  'packages/a/package.json',
  'packages/a/build.mjs',
  'packages/b/package.json',
  'packages/b/build.mjs',
  'justfile',
  'Taskfile.yml',
  'Rakefile',
  'tox.ini',
  'noxfile.py',
  '.pre-commit-config.yaml',
  'compose.yaml',
  'compose.ci.yml',
  '.cargo/config.toml',
  'cmd/check/main.go',
  'cmd/check/main_test.go',
  'tests/a.test.ts',
  'tests/run.sh',
  'tests/test_a.py',
  'ops/deploy',
  'gradlew',
  'tsconfig.json',
  'data.txt',
  'app/$id.js',
];

const SCRIPTS: Record<string, Record<string, string>> = {
  'package.json': {
    pretest: 'node tools/x.mjs',
    test: 'vitest run --config conf/x.js && npm run loop',
    loop: 'npm run loop2; npm test',
    loop2: 'npm run loop',
    build: 'tsc -p tsconfig.json',
    start: 'node src/main.js',
    ci: 'run-s build test:*',
    'test:unit': './check.sh',
    postinstall: 'node tools/lib',
    all: 'npm run build --workspaces',
  },
  'web/package.json': { test: './check.sh', build: 'make' },
  'packages/a/package.json': { build: 'node build.mjs' },
  'packages/b/package.json': { build: 'node ./build.mjs' },
};
const packageScripts = new Map(Object.entries(SCRIPTS));

const measured = (config: Config, evidence?: readonly string[]) =>
  measuringFiles({ config, files: FILES, packageScripts, ...(evidence && { evidence }) });
/** What one check's command line names. */
const named = (run: string) => {
  const { paths, scripts } = measured(configOf({ checks: { test: { run, files: 'tests/**' } } }));
  return { paths: paths.map(({ path }) => path), scripts };
};

describe('the files that a command measures with', () => {
  it.each<[string, string[]]>([
    ['./check.sh', ['check.sh']],
    ['sh check.sh -v', ['check.sh']],
    ['bash -eu -o pipefail ./check.sh', ['check.sh']],
    ['bash -c "cd web && ./check.sh"', ['web/check.sh']],
    [`sh -c 'sh -c "./check.sh"'`, ['check.sh']],
    ['"./my file.sh" --fast', ['my file.sh']],
    ["'./my file.sh'", ['my file.sh']],
    ['./my\\ file.sh', ['my file.sh']],
    ['$PWD/check.sh', ['check.sh']],
    ['cd web && "$(git rev-parse --show-toplevel)"/check.sh', ['check.sh']],
    ['. ./check.sh; true', ['check.sh']],
    ['CI=1 NODE_OPTIONS="--import ./tools/x.mjs" vitest run', ['tools/x.mjs']],
    ['NODE_OPTIONS=--import=./tools/x.mjs vitest', ['tools/x.mjs']],
    ['vitest run --config=conf/x.js', ['conf/x.js']],
    ['jest -c conf/x.js', ['conf/x.js']],
    ['some -cconf/x.js', ['conf/x.js']],
    ['mocha --require conf/x.js,tools/x.mjs', ['conf/x.js', 'tools/x.mjs']],
    ['k6 run - < data.txt > out.json 2> README.md', ['data.txt', 'README.md']],
    ['curl -d @data.txt https://example.com', ['data.txt']],
    ['if test -f data.txt; then ./check.sh; fi', ['data.txt', 'check.sh']],
    ['echo $(node tools/x.mjs)', ['tools/x.mjs']],
    ['V=`sh check.sh` true', ['check.sh']],
    ['cd web; ./check.sh', ['web/check.sh']],
    ['(cd web && ./check.sh) && ./check.sh', ['web/check.sh', 'check.sh']],
    ['cd web && ../check.sh', ['check.sh']],
    ['cd ./web/ && cd .. && sh check.sh', ['check.sh']],
    ['cd $SOMEWHERE && sh check.sh', ['check.sh']],
    ['../check.sh; /check.sh; ~/check.sh', []],
    ['node tools/lib', ['tools/lib/index.js']],
    ['node --import tsx tools/x', ['tools/x.mjs']],
    ['npx tsx tools/x.mjs', ['tools/x.mjs']],
    ['deno run --allow-all tools/x.mjs', ['tools/x.mjs']],
    ['bun run tools/x.mjs', ['tools/x.mjs']],
    ['python -m tools.measure --json', ['tools/measure.py']],
    ['python3.12 -W error -m tools.pkg', ['tools/pkg/__main__.py']],
    ['poetry run python tools/measure.py', ['tools/measure.py']],
    ['timeout 5m python tools/measure.py', ['tools/measure.py']],
    ['go run ./cmd/check -json', ['cmd/check/main.go']],
    ['go test ./... -coverprofile=c.out', []],
    ['go vet ./cmd/check', []],
    ['cargo test --workspace --manifest-path Cargo.toml', ['.cargo/config.toml']],
    ['./gradlew test', ['gradlew']],
    ['pytest tests/', []],
    ['pytest -q tests/test_a.py --junitxml=report.xml', []],
    ['python -m pytest tests', []],
    ['python tests/test_a.py', ['tests/test_a.py']],
    ['tests/run.sh', ['tests/run.sh']],
    ['sh tests/run.sh', ['tests/run.sh']],
    ['prove tests/run.sh', []],
    ['node --test tests/a.test.ts', []],
    ['bun test tests/a.test.ts', []],
    ['vitest run tests/*.test.ts', []],
    ['npm ci && pip install -r requirements.txt', ['tools/lib/index.js']],
    ['cat package.json package-lock.json pyproject.toml', []],
    ['make', ['Makefile']],
    ['make -C web check', ['web/Makefile']],
    ['make -Cweb', ['web/Makefile']],
    ['cd web && make test', ['web/Makefile']],
    ['make -f conf/x.yml', ['conf/x.yml']],
    ['just test', ['justfile']],
    ['cd web && just test', ['justfile']],
    ['task lint', ['Taskfile.yml']],
    ['bundle exec rake spec', ['Rakefile']],
    ['tox -e py312', ['tox.ini']],
    ['uv run nox', ['noxfile.py']],
    ['pre-commit run --all-files', ['.pre-commit-config.yaml']],
    ['docker compose up --wait && ./check.sh', ['compose.yaml', 'check.sh']],
    ['docker-compose run --rm app npm run build', ['compose.yaml', 'tsconfig.json']],
    ['docker compose -f compose.ci.yml run app make test', ['compose.ci.yml', 'Makefile']],
    ['find . -name x -exec node tools/x.mjs {} +', ['tools/x.mjs']],
    ['ls | xargs node tools/x.mjs', ['tools/x.mjs']],
    ['sandbox -- make', ['Makefile']],
    ['hyperfine "node tools/x.mjs"', ['tools/x.mjs']],
    [`node -e "require('./conf/x.js')"`, ['conf/x.js']],
    ["node 'app/$id.js'", ['app/$id.js']],
    ['echo "npm run build"', []],
    ['true', []],
  ])('%s', (run, paths) => {
    expect(named(run).paths.sort()).toEqual([...paths].sort());
  });
});

describe('the scripts of package.json that a command calls', () => {
  const ofTest = ['conf/x.js', 'tools/x.mjs'];
  const builds = ['packages/a/build.mjs', 'packages/b/build.mjs', 'tsconfig.json', 'web/Makefile'];
  it.each<[string, string[], string[]]>([
    ['npm test', ['test', 'loop', 'loop2'], ofTest],
    ['npm t -- --watch=false', ['test', 'loop', 'loop2'], ofTest],
    ['npm --silent run test', ['test', 'loop', 'loop2'], ofTest],
    ['npm run-script build', ['build'], ['tsconfig.json']],
    ['npm start', ['start'], ['src/main.js']],
    ['yarn build', ['build'], ['tsconfig.json']],
    ['yarn run build --force', ['build'], ['tsconfig.json']],
    ['pnpm build', ['build'], ['tsconfig.json']],
    ['pnpm run build', ['build'], ['tsconfig.json']],
    ['bun run build', ['build'], ['tsconfig.json']],
    ['node --run build', ['build'], ['tsconfig.json']],
    ['node --run=build', ['build'], ['tsconfig.json']],
    ['deno task build', ['build'], ['tsconfig.json']],
    ['npm run ci', ['ci', 'build', 'test:unit'], ['check.sh', 'tsconfig.json']],
    ['concurrently "npm:build" "npm run start"', ['build', 'start'], ['src/main.js', 'tsconfig.json']],
    ['npm ci --prefer-offline', ['install', 'prepare'], ['tools/lib/index.js']],
    ['yarn --frozen-lockfile', ['install', 'prepare'], ['tools/lib/index.js']],
    ['cd web && npm test', ['test'], ['web/check.sh']],
    ['npm --prefix web test', ['test'], ['web/check.sh']],
    ['npm --prefix=web run test', ['test'], ['web/check.sh']],
    ['npm -C web run test', ['test'], ['web/check.sh']],
    ['pnpm --dir web test', ['test'], ['web/check.sh']],
    ['yarn --cwd web test', ['test'], ['web/check.sh']],
    ['cd tools/lib && npm run build', ['build'], ['tsconfig.json']],
    ['npm run build --workspaces --if-present', ['build'], builds],
    ['npm run build -w packages/a', ['build'], builds],
    ['npm -w packages/a run build', ['build'], builds],
    ['npm run all', ['all', 'build'], builds],
    ['pnpm -r build', ['build'], builds],
    ['pnpm --filter ./packages/a run build', ['build'], builds],
    ['pnpm --filter=a build', ['build'], builds],
    ['pnpm -w build', ['build'], ['tsconfig.json']],
    ['yarn workspace a build', ['build'], builds],
    ['yarn workspaces foreach -A run build', ['build'], builds],
    ['turbo run build', ['build'], builds],
    ['lerna run build', ['build'], builds],
    ['npm run missing', ['missing'], []],
    ['npm install x && npm audit --json', ['install', 'prepare'], ['tools/lib/index.js']],
    ['pnpm exec vitest', [], []],
    ['npx vitest run', [], []],
  ])('%s', (run, scripts, paths) => {
    const found = named(run);
    expect({ ...found, paths: found.paths.sort() }).toEqual({ scripts, paths: [...paths].sort() });
  });
});

describe('what measures', () => {
  it('is named in every command of baton.yaml, each with its key', () => {
    const config = configOf({
      checks: {
        setup: 'sh check.sh',
        test: { run: 'npm test', only: 'node tools/lib' },
        lint: 'make lint',
      },
      gates: { coverage: { run: 'python tools/measure.py', metric: 'x', min: 1 } },
      release: {
        staging: { deploy: 'cmd/check/main.go', smoke: 'cat data.txt' },
        production: {
          deploy: 'ops/deploy',
          shift: 'cat README.md',
          probe: 'web/check.sh',
          rollback: 'cat conf/x.yml',
          current: 'cat tsconfig.json',
          judge: { errors: { max: 0 } },
        },
      },
      crew: {
        ...crew,
        implement: {
          runner: 'claude',
          args: ['--settings', 'tools/pkg/__main__.py'],
          wrapper: ['./gradlew', '--'],
          fallback: { runner: 'command', command: ['node', 'src/main.js'] },
        },
      },
    });
    const whys = Object.fromEntries(
      measured(config, ['sh tests/run.sh']).paths.map(({ path, why }) => [path, why]),
    );
    expect(whys).toEqual({
      'check.sh': 'named by checks.setup',
      'tools/x.mjs': 'script "pretest" of package.json, which checks.test calls',
      'conf/x.js': 'script "test" of package.json, which checks.test calls',
      'tools/lib/index.js': 'named by checks.test.only',
      Makefile: 'make, which checks.lint starts',
      'tools/measure.py': 'named by gates.coverage',
      'cmd/check/main.go': 'named by release.staging.deploy',
      'data.txt': 'named by release.staging.smoke',
      'ops/deploy': 'named by release.production.deploy',
      'README.md': 'named by release.production.shift',
      'web/check.sh': 'named by release.production.probe',
      'conf/x.yml': 'named by release.production.rollback',
      'tsconfig.json': 'named by release.production.current',
      gradlew: 'named by crew.implement',
      'tools/pkg/__main__.py': 'named by crew.implement',
      'src/main.js': 'named by crew.implement.fallback',
      'tests/run.sh': 'named by the evidence of a criterion',
    });
  });

  it('names the script that starts a build tool', () => {
    const config = configOf({ checks: { test: 'npm --prefix web run build' } });
    expect(measured(config).paths).toEqual([
      { path: 'web/Makefile', why: 'make, which script "build" of web/package.json starts' },
    ]);
  });

  it('is also what CI, tests, coverage and linters are configured with, at any level', () => {
    const files = [
      '.baton/roles/a.md',
      '.github/workflows/ci.yml',
      '.github/CODEOWNERS',
      '.gitlab-ci.yml',
      'Jenkinsfile',
      'baton.yaml',
      'biome.json',
      'conftest.py',
      'docs/Jenkinsfile',
      'packages/a/.nycrc.json',
      'packages/a/vitest.config.ts',
      'src/conftest.py',
      'src/main.ts',
      'vitest.config.ts',
    ];
    const measures = measuringFiles({
      config: configOf({ checks: { test: 'cat src/main.ts' } }),
      files,
      packageScripts,
    });
    expect(measuringPaths(measures, files).map(({ path, why }) => `${path}: ${why}`)).toEqual([
      '.baton/roles/a.md: configuration of Baton',
      '.github/workflows/ci.yml: CI',
      '.gitlab-ci.yml: CI',
      'Jenkinsfile: CI',
      'baton.yaml: configuration of Baton',
      'biome.json: linter configuration',
      'conftest.py: test configuration',
      'packages/a/.nycrc.json: coverage configuration',
      'packages/a/vitest.config.ts: test configuration',
      'src/main.ts: named by checks.test',
      'vitest.config.ts: test configuration',
    ]);
  });

  it('is always a tracked file, whatever the command', () => {
    const piece = fc.constantFrom(
      ...FILES,
      'npm',
      'run',
      'test',
      'cd',
      'web',
      '&&',
      ';',
      '(',
      ')',
      '$(',
      '"',
      "'",
      'sh -c',
      '--',
      '-C',
      '..',
      '`',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 25 }), (pieces) => {
        const { paths } = named(`: ${pieces.join(' ')}`);
        expect(FILES).toEqual(expect.arrayContaining(paths));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the scripts of a package.json', () => {
  it.each([
    ['{"scripts":{"test":"vitest","odd":1}}', { test: 'vitest' }],
    ['\uFEFF{"scripts":{"a":"b"}}', { a: 'b' }],
    ['{"scripts":null}', {}],
    ['null', {}],
    ['{', {}],
    ['', {}],
  ])('are read from %j', (text, scripts) => expect(scriptsIn(text)).toEqual(scripts));

  it('are those of the repository, not of what is installed in it', () => {
    expect(
      ['package.json', 'a/package.json', 'node_modules/a/package.json', 'my-package.json'].filter(
        isPackageFile,
      ),
    ).toEqual(['package.json', 'a/package.json']);
  });
});
