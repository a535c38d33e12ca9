/** The recipes of docs/recipes.md, each in a project of a few lines with the real tool. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { execaSync } from 'execa';
import { describe, expect, it } from 'vitest';
import { runCheck } from '../../src/checks/run-check.ts';
import { runGate } from '../../src/checks/run-gate.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import type { Config } from '../../src/domain/config.ts';
import { allowedEnvironment } from '../../src/processes/environment.ts';
import { codeBlocks, document } from '../config/docs.ts';
import { temporaryFolder, temporaryStore } from '../processes/helpers.ts';

/** A set-up or a first build that downloads what it needs, on a loaded machine. */
const PATIENCE_MS = 5 * 60_000;

type Files = Readonly<Record<string, string>>;
interface Project {
  /** A command that only succeeds where the tool is. */
  readonly needs: string;
  /** `npm ci` is replaced by this repository's own packages. */
  readonly modules?: 'own';
  readonly files: Files;
  /** Makes one test red. */
  readonly broken: Files;
  /** The test that is red then, and one that stays green. */
  readonly red: string;
  readonly green: string;
  /** A test file, and a test of it: what `only` runs. Absent: the recipe has no `only`. */
  readonly only?: readonly [file: string, test: string];
}

const javaTest = (name: string, expected: number) =>
  `package shop;\nimport static org.junit.jupiter.api.Assertions.assertEquals;\nimport org.junit.jupiter.api.Test;\nclass ${name} { @Test void ${name === 'AddsTest' ? 'adds' : 'halves'}() { assertEquals(${expected}, ${name === 'AddsTest' ? 'Price.total(1, 2)' : 'Price.half(4)'}); } }\n`;

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>shop</groupId><artifactId>shop</artifactId><version>1</version>
<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target><project.build.sourceEncoding>UTF-8</project.build.sourceEncoding></properties>
<dependencies><dependency><groupId>org.junit.jupiter</groupId><artifactId>junit-jupiter</artifactId><version>5.10.2</version><scope>test</scope></dependency></dependencies>
<build><plugins><plugin><artifactId>maven-surefire-plugin</artifactId><version>3.2.5</version></plugin>
<plugin><groupId>org.jacoco</groupId><artifactId>jacoco-maven-plugin</artifactId><version>0.8.12</version><executions><execution><goals><goal>prepare-agent</goal></goals></execution></executions></plugin>
</plugins></build></project>`;

const nodeFile = (expected: number) =>
  `import assert from 'node:assert';\nimport { test } from 'node:test';\nimport { total } from '../src/price.js';\ntest('adds', () => assert.equal(total(1, 2), ${expected}));\n`;
const vitestFile = (expected: number) =>
  `import { expect, test } from 'vitest';\nimport { total } from '../src/price.js';\ntest('adds', () => expect(total(1, 2)).toBe(${expected}));\n`;
const PRICE_JS = 'export const total = (a, b) => a + b;\nexport const half = (a) => a / 2;\n';
const goFile = (test: string, call: string, expected: number) =>
  `package price\n\nimport "testing"\n\nfunc ${test}(t *testing.T) {\n\tif got := ${call}; got != ${expected} {\n\t\tt.Fatalf("got %d", got)\n\t}\n}\n`;
const pythonFile = (expected: number) =>
  `from src.price import total\n\n\ndef test_adds():\n    assert total(1, 2) == ${expected}\n`;
const rustFile = (expected: number) => `#[test]\nfn adds() { assert_eq!(shop::total(1, 2), ${expected}); }\n`;

const PROJECTS: Readonly<Record<string, Project>> = {
  'Python: pytest': {
    needs: 'python3 -m venv --help',
    files: {
      'requirements.txt': 'pytest\npytest-cov\n',
      'src/__init__.py': '',
      'src/price.py': 'def total(a, b):\n    return a + b\n\n\ndef half(a):\n    return a / 2\n',
      'tests/test_adds.py': pythonFile(3),
      'tests/test_my half.py':
        'from src.price import half\n\n\ndef test_halves():\n    assert half(4) == 2\n',
    },
    broken: { 'tests/test_adds.py': pythonFile(4) },
    red: 'tests.test_adds > test_adds',
    green: 'tests.test_my half > test_halves',
    only: ['tests/test_my half.py', 'tests.test_my half > test_halves'],
  },
  Go: {
    needs: 'go version',
    files: {
      'go.mod': 'module example.com/shop\n\ngo 1.21\n',
      'price/price.go':
        'package price\n\nfunc Total(a, b int) int { return a + b }\n\nfunc Half(a int) int { return a / 2 }\n',
      'price/adds_test.go': goFile('TestAdds', 'Total(1, 2)', 3),
      'price/halves_test.go': goFile('TestHalves', 'Half(4)', 2),
      'other/other_test.go': 'package other\n\nimport "testing"\n\nfunc TestOther(t *testing.T) {}\n',
    },
    broken: { 'price/adds_test.go': goFile('TestAdds', 'Total(1, 2)', 4) },
    red: 'example.com/shop/price > TestAdds',
    green: 'example.com/shop/price > TestHalves',
    only: ['other/other_test.go', 'example.com/shop/other > TestOther'],
  },
  'Rust: cargo-nextest': {
    needs: 'cargo nextest --version && cargo llvm-cov --version',
    files: {
      'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
      'Cargo.lock': 'version = 3\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n',
      '.config/nextest.toml': '[profile.ci.junit]\npath = "junit.xml"\n',
      'src/lib.rs': 'pub fn total(a: i32, b: i32) -> i32 { a + b }\n',
      'tests/adds.rs': rustFile(3),
      'tests/other.rs': '#[test]\nfn passes() {}\n',
    },
    broken: { 'tests/adds.rs': rustFile(4) },
    red: 'shop::adds > adds',
    green: 'shop::other > passes',
  },
  'Java: Maven': {
    needs: 'mvn --version',
    files: {
      'pom.xml': POM,
      'src/main/java/shop/Price.java':
        'package shop;\nfinal class Price {\n  private Price() {}\n  static int total(int a, int b) { return a + b; }\n  static int half(int a) { return a / 2; }\n}\n',
      'src/test/java/shop/AddsTest.java': javaTest('AddsTest', 3),
      'src/test/java/shop/HalvesTest.java': javaTest('HalvesTest', 2),
    },
    broken: { 'src/test/java/shop/AddsTest.java': javaTest('AddsTest', 4) },
    red: 'shop.AddsTest > adds',
    green: 'shop.HalvesTest > halves',
    only: ['src/test/java/shop/HalvesTest.java', 'shop.HalvesTest > halves'],
  },
  'Node: node:test': {
    needs: 'node --version',
    files: {
      'package.json': '{ "type": "module" }',
      'src/price.js': PRICE_JS,
      'test/adds.test.js': nodeFile(3),
      'test/my half.test.js': nodeFile(3)
        .replace('adds', 'halves')
        .replaceAll('total(1, 2), 3', 'half(4), 2')
        .replace('{ total }', '{ half }'),
    },
    broken: { 'test/adds.test.js': nodeFile(4) },
    red: 'adds',
    green: 'halves',
    only: ['test/my half.test.js', 'halves'],
  },
  'Node: vitest': {
    needs: 'npx vitest --version',
    modules: 'own',
    files: {
      'package.json': '{ "type": "module" }',
      'src/price.js': PRICE_JS,
      'test/adds.test.js': vitestFile(3),
      'test/my half.test.js': vitestFile(3)
        .replace('adds', 'halves')
        .replace('total(1, 2)).toBe(3)', 'half(4)).toBe(2)')
        .replace('{ total }', '{ half }'),
    },
    broken: { 'test/adds.test.js': vitestFile(4) },
    red: 'adds',
    green: 'halves',
    only: ['test/my half.test.js', 'halves'],
  },
  'Shell: bats': {
    needs: 'bats --version',
    files: {
      'test/adds.bats': '@test "adds" { [ $((1 + 2)) -eq 3 ]; }\n',
      'test/my half.bats': '@test "halves" { [ $((4 / 2)) -eq 2 ]; }\n',
    },
    broken: { 'test/adds.bats': '@test "adds" { [ $((1 + 2)) -eq 4 ]; }\n' },
    red: 'adds',
    green: 'my half.bats > halves',
    only: ['test/my half.bats', 'my half.bats > halves'],
  },
};

const recipes = document('recipes.md');
const [crew = ''] = codeBlocks(recipes, 'yaml');

function recipe(title: string): Config {
  const section = recipes.split(/^## /m).find((one) => one.startsWith(`${title}\n`)) ?? '';
  const read = parseConfig(`${codeBlocks(section, 'yaml')[0]}\n${crew}`);
  if (!read.ok) throw new Error(`the recipe ${title} doesn't parse`);
  return read.config;
}

function write(cwd: string, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
    writeFileSync(path.join(cwd, file), text);
  }
}

const isThere = (command: string) =>
  !execaSync(command, { shell: true, reject: false, timeout: 60_000 }).failed;

describe.each(Object.entries(PROJECTS))('the recipe "%s"', (title, project) => {
  const { needs, modules, files, broken, red, green, only } = project;

  it.skipIf(!isThere(needs))(
    'is green, measured, selected and red with the real tool',
    { timeout: PATIENCE_MS },
    async () => {
      const { checks, gates } = recipe(title);
      const cwd = temporaryFolder();
      write(cwd, files);
      const list = path.join(temporaryFolder(), 'list');
      const store = temporaryStore();
      const env = allowedEnvironment({ set: { CI: 'true', BATON_TEST_FILES_FROM: list } });
      const run = async (config: Config['checks']['test']) => {
        const result = await runCheck({ name: 'test', config: config as never, cwd, env, store });
        const text = result.cases === null ? '[]' : (await store.get(result.cases)).toString();
        return { result, names: (JSON.parse(text) as { name: string }[]).map(({ name }) => name) };
      };
      if (modules === 'own') symlinkSync(path.resolve('node_modules'), path.join(cwd, 'node_modules'));
      else if (checks.setup !== undefined)
        expect((await run({ run: checks.setup.run, timeout: PATIENCE_MS })).result).toMatchObject({
          passed: true,
        });

      const whole = await run(checks.test as never);
      expect(whole.result).toMatchObject({ passed: true, tests: { failing: 0 } });
      expect(whole.names).toEqual(expect.arrayContaining([red, green]));

      if (gates.coverage !== undefined)
        expect(await runGate({ name: 'coverage', config: gates.coverage, cwd, env, store })).toMatchObject({
          outcome: 'met',
          problems: [],
        });

      if (only !== undefined) {
        writeFileSync(list, `${only[0]}\0`);
        const command = (checks.test as { only?: string }).only ?? '';
        const some = await run({ ...(checks.test as object), run: command } as never);
        expect(some.result).toMatchObject({ passed: true });
        expect(some.names).toEqual([only[1]]);
      }

      write(cwd, broken);
      const bad = await run(checks.test as never);
      expect(bad.result).toMatchObject({ passed: false, failing: [red] });
      expect(bad.names).toContain(green);
      expect(bad.result.tail).not.toBe('');
    },
  );
});
