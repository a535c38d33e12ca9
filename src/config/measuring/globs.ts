import { Minimatch } from 'minimatch';

/** A glob that is protected in every repository. */
export interface MeasuringGlob {
  readonly glob: string;
  /** For people, e.g. `CI`. */
  readonly why: string;
}

const list = (why: string, text: string): MeasuringGlob[] =>
  text
    .trim()
    .split(/\s+/)
    .map((glob) => ({ glob, why }));

/** What measures the work in the usual tools, wherever a repository has it. */
export const MEASURING_GLOBS: readonly MeasuringGlob[] = [
  ...list('configuration of Baton', 'baton.yaml .baton/**'),
  ...list('says what is fetched into every tree', '.gitmodules'),
  ...list(
    'CI',
    `.github/workflows/** .github/actions/** .gitlab-ci.yml .circleci/** Jenkinsfile azure-pipelines.yml .travis.yml
     .buildkite/** bitbucket-pipelines.yml .drone.yml .woodpecker.yml .woodpecker/** .forgejo/workflows/**
     .gitea/workflows/**`,
  ),
  ...list(
    'test configuration',
    `**/vitest.config.* **/vitest.workspace.* **/jest.config.* **/.mocharc* **/playwright.config.* **/cypress.config.*
     **/karma.conf.* **/ava.config.* **/pytest.ini **/tox.ini conftest.py **/phpunit.xml* **/.rspec **/vite.config.*
     **/.config/nextest.toml`,
  ),
  ...list('coverage configuration', '**/.nycrc* **/.c8rc* **/codecov.yml **/.codecov.yml **/.coveragerc'),
  ...list(
    'linter configuration',
    `**/.golangci.* **/biome.json* **/.eslintrc* **/.eslintignore **/eslint.config.* **/.oxlintrc.json **/ruff.toml
     **/.ruff.toml **/.flake8 **/mypy.ini **/.mypy.ini **/pyrightconfig.json **/.pylintrc **/pylintrc **/.isort.cfg
     **/.prettierrc* **/.prettierignore **/prettier.config.* **/.stylelintrc* **/.stylelintignore
     **/stylelint.config.* **/.rubocop.yml **/.rubocop_todo.yml **/phpstan.neon* **/rustfmt.toml **/.rustfmt.toml
     **/clippy.toml **/.clippy.toml **/.markdownlint* **/.shellcheckrc **/.hadolint.yaml **/.hadolint.yml
     **/.yamllint*`,
  ),
];

/** As boundaries of packets are matched: dots need no mention, capitals count. */
export const GLOB_OPTIONS = {
  dot: true,
  nocomment: true,
  nonegate: true,
  noext: true,
  platform: 'linux',
} as const;

/** A boundary without what changes nothing of its meaning: `./ops/` and `ops/**` are `ops`. */
export const bareGlob = (glob: string): string =>
  glob.replace(/^(?:\.\/)+/, '').replace(/(?:\/(?:\*\*)?)+$/, '');

/** Of the globs above and those of a repository's configuration, which every packet asks for. */
const known = new Map<string, readonly string[]>();
/** Configurations of some repositories have fewer; then it begins anew. */
const MOST = 2000;

/** The expressions of a glob and of what is below it. */
const sourcesOf = (glob: string): readonly string[] => {
  const before = known.get(glob);
  if (before !== undefined) return before;
  const bare = bareGlob(glob);
  const made = [bare, `${bare}/**`].flatMap((one) => {
    const expression = new Minimatch(one, GLOB_OPTIONS).makeRe();
    return expression === false ? [] : [expression.source];
  });
  if (known.size >= MOST) known.clear();
  known.set(glob, made);
  return made;
};

/** A test whether a path is one of `globs`, or below one, as fast for many paths as for one. */
export function matcherOf(globs: readonly string[]): (path: string) => boolean {
  const sources = globs.flatMap(sourcesOf);
  if (sources.length === 0) return () => false;
  const expression = new RegExp(sources.map((source) => `(?:${source})`).join('|'));
  const literal = new Set(globs.map(bareGlob));
  return (path) => literal.has(path) || expression.test(path);
}
