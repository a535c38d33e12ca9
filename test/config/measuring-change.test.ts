import { describe, expect, it } from 'vitest';
import { measuringChange } from '../../src/config/measuring-change.ts';

const json = (value: object) => JSON.stringify(value);
const SCRIPTS = ['test', 'lint'];

describe('a change of package.json', () => {
  const base = {
    name: 'x',
    scripts: { test: 'vitest', build: 'tsc', posttest: 'true' },
    jest: { a: 1, b: 2 },
  };
  const change = (after: object | string | undefined, before: object | undefined = base) =>
    measuringChange(
      'web/package.json',
      before && json(before),
      typeof after === 'object' ? json(after) : after,
      SCRIPTS,
    );
  const withScripts = (scripts: object) => ({ ...base, scripts: { ...base.scripts, ...scripts } });

  it.each<[string, object | string | undefined, string | undefined]>([
    ['a dependency', { ...base, dependencies: { zod: '4' } }, undefined],
    ['a script that nothing calls', withScripts({ build: 'esbuild' }), undefined],
    ['another order of keys', { jest: { b: 2, a: 1 }, scripts: base.scripts }, undefined],
    ['a called script', withScripts({ test: 'true' }), 'scripts.test of web/package.json'],
    [
      'a script that is called and wasn’t there',
      withScripts({ lint: 'true' }),
      'scripts.lint of web/package.json',
    ],
    ['a hook before it', withScripts({ pretest: 'rm -r tests' }), 'scripts.pretest of web/package.json'],
    ['a hook that goes', withScripts({ posttest: undefined }), 'scripts.posttest of web/package.json'],
    ['a script that goes', { ...base, scripts: {} }, 'scripts.test, scripts.posttest of web/package.json'],
    ['settings of a test runner', { ...base, jest: { a: 1 } }, 'jest of web/package.json'],
    ['new settings', { ...base, vitest: {} }, 'vitest of web/package.json'],
    [
      'settings of linters',
      { ...base, eslintIgnore: ['src'], stylelint: {}, prettier: {} },
      'eslintIgnore, stylelint, prettier of web/package.json',
    ],
    ['a file that is deleted', undefined, 'scripts.test, scripts.posttest, jest of web/package.json'],
    ['a text that is no JSON', '{"name":', "web/package.json, which can't be parsed as JSON"],
    ['a text that is no object', '[]', "web/package.json, which can't be parsed as JSON"],
  ])('is seen by its parts: %s', (_what, after, expected) => {
    expect(change(after)).toBe(expected);
  });

  it('may add a package with scripts of its own, but without hooks and settings', () => {
    const added = (after: object) => measuringChange('new/package.json', undefined, json(after), SCRIPTS);
    expect(added({ scripts: { test: 'vitest' } })).toBeUndefined();
    expect(added({ scripts: { test: 'vitest', pretest: 'x' } })).toBe('scripts.pretest of new/package.json');
    expect(added({ ava: {} })).toBe('ava of new/package.json');
  });

  it('is compared with nothing if it could not be parsed before', () => {
    expect(measuringChange('package.json', '{', '{}', SCRIPTS)).toBeUndefined();
    expect(measuringChange('package.json', '{', '{"scripts":{"test":"x"}}', SCRIPTS)).toBe(
      'scripts.test of package.json',
    );
    expect(measuringChange('package.json', '{', '{', SCRIPTS)).toBeUndefined();
  });

  it('is not fooled by names that every object has', () => {
    expect(measuringChange('package.json', '{}', '{"a":1}', ['constructor', '__proto__'])).toBeUndefined();
  });
});

describe('a change of pyproject.toml', () => {
  const before = `[project]
name = "x"

[tool.pytest.ini_options]
addopts = "-q"
markers = [
  ["a"],
]

[tool.poetry]
line-length = 100

[[tool.mypy.overrides]]
module = "x"
`;
  const change = (after: string | undefined, from = before) =>
    measuringChange('pyproject.toml', from, after, []);

  it.each<[string, string, string | undefined]>([
    ['a dependency', before.replace('name = "x"', 'name = "x"\ndependencies = ["y"]'), undefined],
    ['another tool', before.replace('100', '80'), undefined],
    [
      'empty lines and the order of sections',
      `[tool.poetry]\nline-length = 100\n\n\n${before.replace(/\[tool\.poetry\]\n.*\n/, '')}`,
      undefined,
    ],
    ['spaces at the end of a line', before.replace('"-q"', '"-q"  '), undefined],
    ['an option of pytest', before.replace('-q', '-q -x'), '[tool.pytest.ini_options] of pyproject.toml'],
    [
      'what stands behind a nested list',
      before.replace('["a"],\n]', '["a"],\n]\nxfail = 1'),
      '[tool.pytest.ini_options] of pyproject.toml',
    ],
    [
      'a section in a list',
      before.replace('module = "x"', 'module = "*"'),
      '[tool.mypy.overrides] of pyproject.toml',
    ],
    [
      'a new section',
      `${before}\n[tool.coverage.run]\nomit = ["*"]\n`,
      '[tool.coverage.run] of pyproject.toml',
    ],
    [
      'a header with quotes and spaces',
      `${before}\n[ tool . "ruff" ] # x\nignore = ["ALL"]\n`,
      '[tool.ruff] of pyproject.toml',
    ],
    ['a dotted key', `${before}\n[tool]\nruff.ignore = ["ALL"]\n`, '[tool] of pyproject.toml'],
    [
      'a section that goes',
      before.replace(/\[\[tool\.mypy[\s\S]*/, ''),
      '[tool.mypy.overrides] of pyproject.toml',
    ],
  ])('is seen by its sections: %s', (_what, after, expected) => {
    expect(change(after)).toBe(expected);
  });

  it.each(['tool.pylint', 'tool.pylint.main', 'tool.black', 'tool.pyright', 'tool.isort'])(
    'holds [%s]',
    (name) => expect(change(`${before}\n[${name}]\na = 1\n`)).toBe(`[${name}] of pyproject.toml`),
  );

  it.each(['a = "\\"["', "a = '\\'", 'a = "never ended', "a = '[' # [", 'a = "#["', 'a = [1, {b = 2}]'])(
    'sees where the value of %s ends',
    (value) => {
      const text = (length: number) => `[tool.pytest.x]\n${value}\n[tool.poetry]\nline-length = ${length}\n`;
      expect(change(text(80), text(100))).toBeUndefined();
    },
  );

  it('takes a bracket inside a value for no section', () => {
    const text = (last: string) =>
      `[tool.pytest.ini_options]\naddopts = """\n[tool.poetry]\n"""\nmarkers = [\n  [\n"b"]\n]\n${last}`;
    expect(change(text('strict = false'), text('strict = true'))).toBe(
      '[tool.pytest.ini_options] of pyproject.toml',
    );
  });
});

describe('other files', () => {
  it('setup.cfg is compared by section', () => {
    const before = '[metadata]\nname = x\n[tool:pytest]\naddopts = -q\n[coverage:run]\nbranch = true\n';
    const change = (after: string) => measuringChange('a/setup.cfg', before, after, []);
    expect(change(before.replace('name = x', 'name = y'))).toBeUndefined();
    expect(change(before.replace('-q', '-x'))).toBe('[tool:pytest] of a/setup.cfg');
    expect(change(before.replace('true', 'false'))).toBe('[coverage:run] of a/setup.cfg');
  });

  it('hold nothing of the kind', () => {
    expect(measuringChange('src/a.ts', 'a', 'b', SCRIPTS)).toBeUndefined();
    expect(measuringChange('my-package.json', '{}', '{', SCRIPTS)).toBeUndefined();
    expect(measuringChange('src/tox.ini', '[tox]\na = 1', '[tox]\na = 2', SCRIPTS)).toBeUndefined();
  });
});
