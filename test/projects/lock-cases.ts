/** One repository for each tool that keeps a lock file: with a dependency in the middle, so that others come before and behind it. */
import { execaSync } from 'execa';
import type { Files } from '../work/stacks/open-feature.ts';
import type { YarnMajor } from './lock-tools.ts';

type Added = readonly ('first' | 'last')[];

export interface LockCase {
  readonly name: string;
  readonly tool: string;
  readonly yarn?: YarnMajor;
  readonly lock: string;
  /** Beside the manifest. */
  readonly files: Files;
  readonly manifest: (added: Added) => Files;
  /** Makes the lock file as people do. */
  readonly lockCommand: string;
  /** Red unless the lock file has what the manifest asks for. */
  readonly looks: string;
  /** What is in the lock file at last. */
  readonly locked: readonly RegExp[];
  /** Lines of the first lock file that stay. */
  readonly kept: (lock: string) => readonly string[];
}

/** The locked version of the dependency in the middle. */
const middleOf = (pattern: RegExp) => (lock: string) =>
  pattern.exec(lock)?.slice(0, 1) ?? ['no dependency in the middle'];

const npmManifest =
  (more: object = {}) =>
  (added: Added): Files => {
    const dependencies = {
      ...(added.includes('first') && { 'ansi-colors': '4.1.3' }),
      'is-number': '^7.0.0',
      ...(added.includes('last') && { wrappy: '1.0.2' }),
    };
    return {
      'package.json': `${JSON.stringify({ name: 'app', version: '1.0.0', ...more, dependencies }, null, 2)}\n`,
    };
  };
const OF_NPM = { files: {}, manifest: npmManifest(), locked: [/ansi-colors/, /wrappy/] };

/** Lines of a manifest that isn't JSON, with some between the two that are added. */
const lines = (added: Added, first: string, between: readonly string[], last: string): string =>
  [...(added.includes('first') ? [first] : []), ...between, ...(added.includes('last') ? [last] : [])].join(
    '\n',
  );

const pyproject = (added: Added, more = ''): Files => ({
  'pyproject.toml': `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.11,<4"
dependencies = [
${lines(added, '  "colorama==0.4.6",', ['  "idna>=3.6,<3.8",', '  "iniconfig>=2,<2.1",', '  "packaging>=24,<25",'], '  "six==1.16.0",')}
]
${more}`,
});

/** The index of this machine's pip, as a source of poetry's: a mirror may lack what poetry asks of its own default. */
const asPipReads = (): string => {
  const ask = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';
  const { stdout } = execaSync('python3', ['-c', ask], { reject: false });
  return stdout === ''
    ? ''
    : `\n[[tool.poetry.source]]\nname = "pip"\nurl = "${stdout}"\npriority = "primary"\n`;
};

export const LOCK_CASES: readonly LockCase[] = [
  {
    name: 'npm',
    tool: 'npm',
    lock: 'package-lock.json',
    ...OF_NPM,
    lockCommand: 'npm install --package-lock-only --ignore-scripts --no-audit --no-fund',
    looks: 'npm ci --ignore-scripts --no-audit --no-fund',
    kept: middleOf(/"node_modules\/is-number": \{\n\s+"version": "[^"]+"/),
  },
  {
    name: 'pnpm',
    tool: 'pnpm',
    lock: 'pnpm-lock.yaml',
    ...OF_NPM,
    lockCommand: 'pnpm install --lockfile-only --ignore-scripts',
    looks: 'pnpm install --frozen-lockfile --ignore-scripts',
    kept: middleOf(/is-number@[\d.]+:/),
  },
  {
    name: 'yarn 1',
    tool: 'yarn',
    yarn: 'classic',
    lock: 'yarn.lock',
    ...OF_NPM,
    lockCommand: 'yarn install --ignore-scripts --non-interactive',
    looks: 'yarn install --frozen-lockfile --ignore-scripts --non-interactive',
    kept: middleOf(/is-number@\^7\.0\.0:\n {2}version "[^"]+"/),
  },
  {
    name: 'yarn 4',
    tool: 'yarn',
    yarn: 'berry',
    lock: 'yarn.lock',
    ...OF_NPM,
    files: { '.yarnrc.yml': 'enableTelemetry: false\n' },
    lockCommand: 'touch yarn.lock && YARN_ENABLE_IMMUTABLE_INSTALLS=0 yarn install --mode=update-lockfile',
    looks: 'yarn install --immutable --mode=skip-build',
    kept: middleOf(/"is-number@npm:\^7\.0\.0":\n {2}version: \S+/),
  },
  {
    name: 'bun',
    tool: 'bun',
    lock: 'bun.lock',
    ...OF_NPM,
    lockCommand: 'bun install --lockfile-only --ignore-scripts',
    looks: 'bun install --frozen-lockfile --ignore-scripts',
    kept: middleOf(/"is-number@[\d.]+"/),
  },
  {
    name: 'cargo',
    tool: 'cargo',
    lock: 'Cargo.lock',
    files: { 'src/lib.rs': '' },
    manifest: (added) => ({
      'Cargo.toml': `[package]\nname = "app"\nversion = "1.0.0"\nedition = "2021"\n\n[dependencies]\n${lines(added, 'cfg-if = "1"', ['fnv = "1"', 'itoa = "1"', 'memchr = "2"'], 'ryu = "1"')}\n`,
    }),
    lockCommand: 'cargo generate-lockfile',
    looks: 'cargo fetch --locked',
    locked: [/name = "cfg-if"/, /name = "ryu"/],
    kept: middleOf(/name = "itoa"\nversion = "[^"]+"/),
  },
  {
    name: 'go',
    tool: 'go',
    lock: 'go.sum',
    files: {},
    manifest: (added) => ({
      'go.mod': `module example.test/app\n\ngo 1.21\n\nrequire (\n${lines(added, '\tgithub.com/google/uuid v1.6.0', ['\tgithub.com/hashicorp/errwrap v1.1.0', '\tgithub.com/mattn/go-shellwords v1.0.12', '\tgithub.com/mitchellh/go-homedir v1.1.0'], '\tgithub.com/pkg/errors v0.9.1')}\n)\n`,
      'app.go':
        'package app\n\nimport (\n\t_ "github.com/hashicorp/errwrap"\n\t_ "github.com/mattn/go-shellwords"\n\t_ "github.com/mitchellh/go-homedir"\n)\n',
      ...(added.includes('first') && { 'first.go': 'package app\n\nimport _ "github.com/google/uuid"\n' }),
      ...(added.includes('last') && { 'last.go': 'package app\n\nimport _ "github.com/pkg/errors"\n' }),
    }),
    lockCommand: 'go mod tidy',
    looks: 'go build -mod=readonly ./...',
    locked: [/google\/uuid v1\.6\.0 h1:/, /pkg\/errors v0\.9\.1 h1:/],
    kept: middleOf(/^github\.com\/mattn\/go-shellwords .*$/m),
  },
  {
    name: 'uv',
    tool: 'uv',
    lock: 'uv.lock',
    files: {},
    manifest: (added) => pyproject(added),
    lockCommand: 'uv lock',
    looks: 'uv lock --check',
    locked: [/name = "colorama"/, /name = "six"/],
    kept: middleOf(/name = "iniconfig"\nversion = "[^"]+"/),
  },
  {
    name: 'poetry',
    tool: 'poetry',
    lock: 'poetry.lock',
    files: {},
    manifest: (added) => pyproject(added, `\n[tool.poetry]\npackage-mode = false\n${asPipReads()}`),
    lockCommand: 'poetry lock',
    looks: 'poetry check --lock',
    locked: [/name = "colorama"/, /name = "six"/],
    kept: middleOf(/name = "iniconfig"\nversion = "[^"]+"/),
  },
  {
    name: 'bundler',
    tool: 'bundle',
    lock: 'Gemfile.lock',
    // By path: a registry of gems can't be reached everywhere.
    files: Object.fromEntries(
      ['alpha', 'middle', 'omega'].map((gem) => [
        `gems/${gem}/${gem}.gemspec`,
        `Gem::Specification.new { |s| s.name = '${gem}'; s.version = '1.0.0'; s.summary = '${gem}'; s.authors = ['nobody']; s.files = [] }\n`,
      ]),
    ),
    manifest: (added) => ({
      Gemfile: `${lines(added, "gem 'alpha', path: 'gems/alpha'", ['# First those', "gem 'middle', path: 'gems/middle'", '# then others'], "gem 'omega', path: 'gems/omega'")}\n`,
    }),
    lockCommand: 'bundle lock',
    looks: 'bundle check',
    locked: [/ alpha \(1\.0\.0\)/, / omega \(1\.0\.0\)/],
    kept: middleOf(/ middle \(1\.0\.0\)/),
  },
];
