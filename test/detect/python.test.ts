import { describe, expect, it } from 'vitest';
import { type Detected, detect } from '../../src/detect/detect.ts';
import { isProjectFile } from '../../src/detect/listing.ts';
import { tomlEntries } from '../../src/detect/toml-entries.ts';
import { detectFiles } from './detect-files.ts';

type Texts = Readonly<Record<string, string>>;

const detectedIn = (texts: Texts): Detected =>
  detect({
    files: [...Object.keys(texts), 'tests/test_shop.py'].sort(),
    text: (path) => (isProjectFile(path) ? texts[path] : undefined),
  });
const setupOf = (texts: Texts): string | undefined =>
  detectedIn(texts).setup?.run.replace(
    'python3 -m venv .venv && .venv/bin/python -m pip install --quiet ',
    '',
  );

const PROJECT = '[project]\nname = "Shop_App"\nversion = "1"\n';
const SETUP_PY = { 'setup.py': 'from setuptools import setup\nsetup()\n' };

describe('a set-up of Python', () => {
  it.each<readonly [string, Texts, string]>([
    [
      'extras with dotted keys',
      { 'pyproject.toml': `${PROJECT}optional-dependencies.test = ["pytest"]\n` },
      "-e '.[test]' pytest",
    ],
    [
      'extras in a table in a line',
      { 'pyproject.toml': `${PROJECT}optional-dependencies = { docs = ["sphinx"], testing = ["pytest"] }\n` },
      "-e '.[testing]' pytest",
    ],
    [
      'extras that setuptools reads from files',
      {
        'pyproject.toml': `${PROJECT}dynamic = ["optional-dependencies"]\n[tool.setuptools.dynamic]\noptional-dependencies.tests = { file = ["tests/needs.txt"] }\n`,
      },
      "-e '.[tests]' pytest",
    ],
    [
      'extras of flit',
      {
        'pyproject.toml':
          '[build-system]\nrequires = ["flit_core"]\n[tool.flit.metadata.requires-extra]\ntest = ["pytest"]\n',
      },
      "-e '.[test]' pytest",
    ],
    [
      'an extra of setup.py that is set apart',
      { 'setup.py': "extras = {}\nextras['test'] = ['pytest']\nsetup(extras_require=extras)\n" },
      "-e '.[test]' pytest",
    ],
    [
      'no extra that setup.py only remarks on',
      { 'setup.py': "# extras_require={'test': []}\nsetup(extras_require={'docs': ['sphinx']})\n" },
      '-e . pytest',
    ],
    [
      'no extra of a setup.cfg that nothing installs',
      { 'setup.cfg': '[options.extras_require]\ntest = pytest\n' },
      'pytest',
    ],
    [
      'pytest, which a remark names',
      { 'requirements.txt': 'requests # not pytest\n' },
      '-r requirements.txt pytest',
    ],
    [
      'pytest, which is only built with',
      { 'pyproject.toml': `${PROJECT}[build-system]\nrequires = ["pytest"]\n` },
      '-e . pytest',
    ],
    [
      'a group of uv beside those that it installs by itself',
      {
        'uv.lock': '',
        'pyproject.toml': `${PROJECT}[dependency-groups]\ndev = ["ruff"]\ntests = ["pytest"]\n[tool.uv]\ndefault-groups = ["tests"]\n`,
      },
      'uv sync --frozen --group dev',
    ],
    [
      'no group of uv, which installs all',
      {
        'uv.lock': '',
        'pyproject.toml': `${PROJECT}[dependency-groups]\ntests = ["pytest"]\n[tool.uv]\ndefault-groups = "all"\n`,
      },
      'uv sync --frozen',
    ],
    [
      'pytest, which a group of uv includes',
      {
        'uv.lock': '',
        'pyproject.toml': `${PROJECT}[dependency-groups]\ndev = [{ include-group = "checks" }]\nchecks = ["pytest"]\n`,
      },
      'uv sync --frozen',
    ],
    [
      'pytest beside a group of uv that nobody asks for',
      { 'uv.lock': '', 'pyproject.toml': `${PROJECT}[dependency-groups]\nnightly = ["pytest"]\n` },
      'uv sync --frozen && uv pip install pytest',
    ],
    [
      'pytest beside requirements that uv does not read',
      { 'uv.lock': '', 'pyproject.toml': PROJECT, 'requirements-dev.txt': 'pytest\n' },
      'uv sync --frozen && uv pip install pytest',
    ],
    [
      'a group of poetry that is not optional',
      {
        'poetry.lock': '',
        'pyproject.toml':
          '[tool.poetry]\nname = "shop"\n[tool.poetry.group.checks.dependencies]\npytest = { version = "^8", extras = ["dev"] }\n',
      },
      'POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction',
    ],
    [
      'pytest, which poetry leaves out since it is optional',
      {
        'poetry.lock': '',
        'pyproject.toml':
          '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\npytest = { version = "^8", optional = true }\n[tool.poetry.extras]\nplugin = ["pytest"]\n',
      },
      'POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction && .venv/bin/python -m pip install pytest',
    ],
    [
      'an extra of poetry',
      {
        'poetry.lock': '',
        'pyproject.toml':
          '[tool.poetry.dependencies]\npytest = { version = "^8", optional = true }\n[tool.poetry.extras]\ntest = ["pytest"]\n',
      },
      'POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction --extras test',
    ],
    [
      'an extra that the lock file of pdm has',
      {
        'pdm.lock': '[metadata]\ngroups = ["default", "test"]\n',
        'pyproject.toml': `${PROJECT}[project.optional-dependencies]\ntest = ["pytest"]\n`,
      },
      'pdm install -G test',
    ],
    [
      'pytest beside a lock file of pdm that lacks the extra',
      {
        'pdm.lock': '[metadata]\ngroups = ["default"]\n',
        'pyproject.toml': `${PROJECT}[project.optional-dependencies]\ntest = ["pytest"]\n`,
      },
      'pdm install && pdm run python -m ensurepip && pdm run python -m pip install pytest',
    ],
    [
      'pytest beside a category of pipenv that nobody asks for',
      { Pipfile: '[packages]\nrequests = "*"\n[nightly]\npytest = "*"\n' },
      'PIPENV_VENV_IN_PROJECT=1 pipenv install --dev && .venv/bin/python -m pip install pytest',
    ],
  ])('has what tests need: %s', (_, texts, setup) => expect(setupOf(texts)).toBe(setup));

  it('is told to people if it installs pytest by itself', () => {
    const note = 'pytest is installed by the set-up: nothing that the project installs names it.';
    expect(
      detectedIn({ 'pyproject.toml': `${PROJECT}classifiers = ["Framework :: Pytest"]\n` }).notes,
    ).toEqual([note]);
    const extras = '[options.extras_require]\ntest = requests; pytest\n';
    expect(detectedIn({ ...SETUP_PY, 'setup.cfg': extras }).notes).toEqual([]);
  });

  it('comes with coverage if the extras, or what they name, install what measures it', () => {
    const coverageOf = (extras: string) =>
      detectedIn({ 'pyproject.toml': `${PROJECT}[project.optional-dependencies]\n${extras}` }).coverage
        ?.metric;
    expect(coverageOf('dev = ["shop-app[cover]"]\ncover = ["pytest_cov"]\n')).toBe('totals.percent_covered');
    expect(coverageOf('dev = ["other[cover]"]\ncover = ["pytest-cov"]\n')).toBeUndefined();
    expect(
      detectedIn({
        'requirements-dev.txt': '-r requirements/more.txt\n',
        'pyproject.toml': PROJECT,
        'requirements/more.txt': 'pytest-cov==5\n',
      }).coverage,
    ).toBeDefined();
  });
});

describe('tests of a Django project in a folder', () => {
  const SITE = { 'mysite/manage.py': '', 'mysite/mysite/settings.py': '', 'mysite/shop/tests.py': '' };
  const testOf = (texts: Texts) => detectFiles(texts).checks[0];
  const XML = 'manage.py test --testrunner xmlrunner.extra.djangotestrunner.XMLTestRunner';
  const PYTEST = '.venv/bin/python -m pytest --junitxml=test-results.xml';

  it.each<readonly [string, Texts, string, string]>([
    [
      'run there with a manager that looks for the project above',
      { ...SITE, 'pyproject.toml': `${PROJECT}dependencies = ["django"]\n`, 'uv.lock': '' },
      `cd mysite && uv run --no-sync python ${XML}`,
      'mysite/TEST-*.xml',
    ],
    [
      'run there with the environment at the root, as deep as they are',
      { 'pyproject.toml': PROJECT, 'src/my site/manage.py': '', 'src/my site/config/settings/base.py': '' },
      `cd 'src/my site' && ../../.venv/bin/python ${XML}`,
      'src/my site/TEST-*.xml',
    ],
    [
      'are run at the root by pytest-django',
      { ...SITE, 'requirements.txt': 'django\npytest-django\n' },
      PYTEST,
      'test-results.xml',
    ],
    [
      'are run by pytest if that has settings at the root',
      { ...SITE, 'requirements.txt': 'django\n', 'pytest.ini': '[pytest]\n' },
      PYTEST,
      'test-results.xml',
    ],
    [
      'are not those of an application whose tests have a site of their own',
      { 'setup.py': '', 'tests/manage.py': '', 'tests/site/settings.py': '' },
      PYTEST,
      'test-results.xml',
    ],
    [
      'are not those of an application beside it that tox tests',
      {
        'setup.py': "setup(install_requires=['Django'])\n",
        'tox.ini': '[tox]\nenvlist = py\n[testenv]\ncommands = python runtests.py {posargs}\n',
        'app/tests/test_x.py': 'from django.test import TestCase\n',
        'testproject/manage.py': '',
        'testproject/testproject/settings.py': '',
      },
      '.venv/bin/tox -- --junitxml=test-results.xml',
      'test-results.xml',
    ],
    [
      'are not those of an application beside it that pytest tests',
      {
        'setup.py': '',
        'requirements-test.txt': 'pytest\n',
        'app/tests/test_x.py': 'def test_a():\n    pass\n',
        'example_project/manage.py': '',
        'example_project/example_project/settings.py': '',
      },
      PYTEST,
      'test-results.xml',
    ],
    [
      'are a part of those that pytest runs from the root',
      {
        'requirements.txt': 'django\npytest\n',
        'tests/test_api.py': 'def test_a():\n    pass\n',
        'backend/manage.py': '',
        'backend/shop/settings.py': '',
        'backend/shop/tests.py': '',
      },
      PYTEST,
      'test-results.xml',
    ],
    ...['testproject', 'test_site', 'example_project', 'demo-app', 'sample', 'testing', 'demos'].map(
      (folder): readonly [string, Texts, string, string] => [
        `are not those of a site to be looked at: ${folder}`,
        { 'setup.py': '', [`${folder}/manage.py`]: '', [`${folder}/site/settings.py`]: '' },
        PYTEST,
        'test-results.xml',
      ],
    ),
    [
      'are run there, if its name only begins like that of a site to be looked at',
      { 'requirements.txt': 'django\n', 'testimonials/manage.py': '', 'testimonials/site/settings.py': '' },
      `cd testimonials && ../.venv/bin/python ${XML}`,
      'testimonials/TEST-*.xml',
    ],
    [
      'are not there if its manage.py manages something else',
      { 'requirements.txt': 'requests\n', 'tools/manage.py': '' },
      PYTEST,
      'test-results.xml',
    ],
  ])('%s', (_, texts, run, report) => expect(testOf(texts)).toMatchObject({ run, report }));

  it('have its own requirements, if the root has none', () => {
    const settings = { ...SITE, 'setup.cfg': '[flake8]\nmax-line-length = 100\n' };
    expect(detectFiles({ ...settings, 'mysite/requirements.txt': 'Django==5\n' }).setup?.run).toMatch(
      / -r mysite\/requirements\.txt unittest-xml-reporting$/,
    );
  });

  it('are those of one of several, and people are told of the others', () => {
    const detected = detectFiles({
      ...SITE,
      'requirements.txt': 'django\n',
      'other/manage.py': '',
      'other/other/urls.py': '',
      'other/other/tests.py': '',
    });
    expect(detected.checks.map(({ report }) => report)).toEqual(['mysite/TEST-*.xml']);
    expect(detected.notes).toContain('other/manage.py is a Django project, too: add a check for its tests.');
  });
});

describe('the keys of a TOML text', () => {
  it('have their words, whatever stands around them', () => {
    const text = `a = "x \\"y\\"" # "no"
[ one . "two.three" ]
list = [
  'b', # ]
  { key = ["c"], other = true }, ["d"],
]
text = """
[not.a.table]
"""
[[more]]
at = 1979-05-27
`;
    expect(tomlEntries(text)).toEqual([
      { path: 'a', words: ['x "y"'] },
      { path: 'one.two.three.list', words: ['b', 'd'] },
      { path: 'one.two.three.list.key', words: ['c'] },
      { path: 'one.two.three.list.other', words: ['true'] },
      { path: 'one.two.three.text', words: ['\n[not.a.table]\n'] },
      { path: 'more.at', words: ['1979-05-27'] },
    ]);
  });

  it('are those that can be understood, if it is none', () => {
    expect(tomlEntries('<<<<<<< HEAD\na = [1\nb = 2\n[c]\nd = {{\ne = 3\n')).toContainEqual({
      path: 'c.e',
      words: ['3'],
    });
    expect(tomlEntries(`a = ${'['.repeat(100_000)}\nb = 1\n`)).toContainEqual({ path: 'b', words: ['1'] });
  });
});
