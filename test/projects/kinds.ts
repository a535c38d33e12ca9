/** Six kinds of repository as people have them before they know of Baton, and a packet for each. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { runGit } from '../support/run-git.ts';
import { type Files, writeFiles } from '../work/stacks/open-feature.ts';
import { lacks } from './fetched.ts';
import { commitAll, type ScriptedPacket } from './first-feature.ts';

export interface Kind {
  readonly files: Files;
  /** Why it can't be tried here. */
  readonly lacks?: string | undefined;
  /** Run before the first commit, in the repository. */
  readonly prepare?: (repo: string) => Promise<unknown>;
  readonly packet: ScriptedPacket;
  /** Tests that there are before and after; none if nothing counts them. */
  readonly tests?: readonly [before: number, after: number];
}

const packet = (
  name: string,
  evidence: { readonly test: string } | { readonly command: string },
  write: Files,
): ScriptedPacket => ({
  id: 'double',
  objective: `${name} doubles numbers`,
  criteria: [{ text: 'twice two is four', evidence }],
  boundaries: { inScope: Object.keys(write) },
  work: { write },
});

const nodeTest = (title: string, from: string, call: string, value: number) =>
  `import assert from 'node:assert';\nimport { it } from 'node:test';\nimport * as lib from '${from}';\n\nit('${title}', () => assert.equal(lib.${call}, ${value}));\n`;
const ADD = 'export const add = (a, b) => a + b;\n';
const DOUBLE = 'export const double = (a) => a + a;\n';
const lockedByNpm = (repo: string) =>
  execa('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: repo });
const submodule = async (repo: string) => {
  const words = path.join(path.dirname(repo), 'words');
  await writeFiles(words, { 'words.txt': 'one\ntwo\n' });
  await runGit(words, 'init', '--quiet', '-b', 'main');
  await commitAll(words, 'Two words');
  await runGit(repo, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../words', 'words');
};

const PYPROJECT = `[project]
name = "sums"
version = "1.0"

[project.optional-dependencies]
test = ["pytest"]

[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[tool.setuptools]
packages = ["sums"]
`;

export const KINDS: Readonly<Record<string, Kind>> = {
  node: {
    files: {
      'package.json':
        '{ "name": "sums", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" }, "dependencies": { "is-number": "7.0.0" } }\n',
      '.gitignore': 'node_modules\n',
      'add.js': `import isNumber from 'is-number';\n\n${ADD.replace('a + b', 'isNumber(a) && isNumber(b) ? a + b : NaN')}`,
      'add.test.js': nodeTest('adds', './add.js', 'add(1, 2)', 3),
    },
    prepare: lockedByNpm,
    packet: packet(
      'sums',
      { test: 'doubles' },
      {
        'double.js': DOUBLE,
        'double.test.js': nodeTest('doubles', './double.js', 'double(2)', 4),
      },
    ),
    tests: [1, 2],
  },
  python: {
    lacks: lacks(['python3', '-c', 'import venv, pip']),
    files: {
      'pyproject.toml': PYPROJECT,
      'sums/__init__.py': 'def add(a, b):\n    return a + b\n',
      'tests/test_add.py': 'from sums import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n',
    },
    packet: packet(
      'sums',
      { test: 'test_double' },
      {
        'sums/double.py': 'def double(a):\n    return a + a\n',
        'tests/test_double.py':
          'from sums.double import double\n\n\ndef test_double():\n    assert double(2) == 4\n',
      },
    ),
    tests: [1, 2],
  },
  go: {
    lacks: lacks(['go', 'version']),
    files: {
      'go.mod': 'module example.test/sums\n\ngo 1.21\n',
      'add.go': 'package sums\n\n// Add adds.\nfunc Add(a, b int) int { return a + b }\n',
      'add_test.go':
        'package sums\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif Add(1, 2) != 3 {\n\t\tt.Fail()\n\t}\n}\n',
    },
    packet: packet(
      'sums',
      { test: 'TestDouble' },
      {
        'double.go': 'package sums\n\n// Double doubles.\nfunc Double(a int) int { return a + a }\n',
        'double_test.go':
          'package sums\n\nimport "testing"\n\nfunc TestDouble(t *testing.T) {\n\tif Double(2) != 4 {\n\t\tt.Fail()\n\t}\n}\n',
      },
    ),
    tests: [1, 2],
  },
  shell: {
    lacks: lacks(['make', '--version']),
    files: {
      Makefile: 'test:\n\t@for each in test/*.sh; do sh "$$each" || exit 1; done\n',
      'add.sh': 'echo $(($1 + $2))\n',
      'test/add.sh': '[ "$(sh add.sh 1 2)" = 3 ]\n',
    },
    // A Makefile has no report, so a command is the evidence.
    packet: packet(
      'double.sh',
      { command: 'sh test/double.sh' },
      {
        'double.sh': 'echo $(($1 + $1))\n',
        'test/double.sh': '[ "$(sh double.sh 2)" = 4 ]\n',
      },
    ),
  },
  workspaces: {
    files: {
      'package.json': '{ "name": "all", "private": true, "workspaces": ["packages/*"] }\n',
      '.gitignore': 'node_modules\n',
      'packages/core/package.json':
        '{ "name": "@all/core", "version": "1.0.0", "type": "module", "exports": "./index.js", "scripts": { "test": "node --test" } }\n',
      'packages/core/index.js': ADD,
      'packages/core/index.test.js': nodeTest('core adds', './index.js', 'add(1, 2)', 3),
      'packages/app/package.json':
        '{ "name": "@all/app", "version": "1.0.0", "type": "module", "scripts": { "test": "node --test" }, "dependencies": { "@all/core": "1.0.0" } }\n',
      'packages/app/index.js': "import { add } from '@all/core';\n\nexport const three = () => add(1, 2);\n",
      'packages/app/index.test.js': nodeTest('the app knows three', './index.js', 'three()', 3),
    },
    prepare: lockedByNpm,
    packet: packet(
      'the app',
      { test: 'the app doubles' },
      {
        'packages/app/double.js':
          "import { add } from '@all/core';\n\nexport const double = (a) => add(a, a);\n",
        'packages/app/double.test.js': nodeTest('the app doubles', './double.js', 'double(2)', 4),
      },
    ),
    tests: [2, 3],
  },
  submodules: {
    files: {
      'package.json': '{ "name": "counts", "type": "module", "scripts": { "test": "node --test" } }\n',
      'count.js':
        "import { readFileSync } from 'node:fs';\n\nexport const count = () => readFileSync('words/words.txt', 'utf8').trim().split('\\n').length;\n",
      'count.test.js': nodeTest('counts the words of the submodule', './count.js', 'count()', 2),
    },
    prepare: submodule,
    packet: packet(
      'counts',
      { test: 'doubles the count' },
      {
        'double.js': "import { count } from './count.js';\n\nexport const double = () => 2 * count();\n",
        'double.test.js': nodeTest('doubles the count', './double.js', 'double()', 4),
      },
    ),
    tests: [1, 2],
  },
};

/** A repository of a kind, with one commit. */
export async function repositoryOfKind({ files, prepare }: Kind): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), 'bk-')), 'repo');
  await writeFiles(folder, files);
  await runGit(folder, 'init', '--quiet', '-b', 'main');
  await prepare?.(folder);
  await commitAll(folder, 'What there is');
  return folder;
}
