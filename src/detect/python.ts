import { has, hasAny, isBelow, matching, type ProjectFiles, textsOf } from './listing.ts';
import type { Around } from './projects.ts';
import { forShell, type ProposedCheck, type ProposedCoverage, type ProposedStack } from './proposal.ts';
import type { PythonManager } from './python-dependencies.ts';
import { djangoFolders } from './python-django.ts';
import {
  installsPackage,
  namesPackage,
  type PythonProject,
  pythonProject,
  pythonWay,
} from './python-project.ts';

const REPORT = 'test-results.xml';

/** Files by which a folder is a project of Python. */
export const PYTHON_FILES = [
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'requirements.txt',
  'Pipfile',
  'manage.py',
  'tox.ini',
];

type PythonRunner = 'pytest' | 'unittest' | 'django' | 'tox';

/** A project of Python at the root of the listing; undefined if its files only hold settings of tools. */
export function pythonStack(
  listing: ProjectFiles,
  { nested }: Around,
): Omit<ProposedStack, 'folder'> | undefined {
  const project = pythonProject(listing);
  const sites = djangoFolders(listing);
  const [site, ...otherSites] = sites;
  const runner = runnerOf(listing, project, sites);
  const guessed = isGuessed(listing, runner, nested);
  if (guessed && runner === 'pytest' && pythonWay(listing, project, []).setup.length === 0) return undefined;
  const { packages, notes } = needed(runner, project);
  const { setup, exec } = pythonWay(listing, project, packages);
  // A program of the environment, whichever way it is started.
  const start = (program: string, words: string) => `${exec} ${program}${words === '' ? '' : ` ${words}`}`;
  const others = linters(listing, project, start);
  // They have checks of their own, with what they need installed.
  const ignored = nested.map((folder) => ` --ignore=${forShell(folder)}`).join('');
  const coverage = coverageOf(runner, project, start, ignored);
  return {
    kind: 'python',
    found: [project.manager, runner, ...others.map(({ why }) => why.split(/[ ,]/)[0] ?? '')],
    setup:
      runner === 'tox'
        ? ['python3 -m venv .venv', '.venv/bin/python -m pip install --quiet tox', '.venv/bin/tox --notest']
        : setup,
    checks: [{ ...testCheck(listing, runner, exec, ignored, site), ...(guessed && { guessed }) }, ...others],
    ...(coverage !== undefined && { coverage }),
    makes: [
      ...(setup.length > 0 || runner === 'tox' ? ['.venv/'] : []),
      '__pycache__/',
      ...(runner === 'pytest' || runner === 'unittest' ? ['.pytest_cache/'] : []),
      ...(runner === 'tox' ? ['.tox/'] : []),
      ...(coverage === undefined ? [] : ['.coverage', 'coverage.json']),
      ...(others.some(({ run }) => / mypy\b/.test(run)) ? ['.mypy_cache/'] : []),
      ...(others.some(({ run }) => / ruff\b/.test(run)) ? ['.ruff_cache/'] : []),
    ],
    installs: setup.length > 0 ? ['.venv'] : [],
    programs: ['python3', ...(PROGRAMS[project.manager] ?? [])],
    notes: [
      ...notes,
      ...(runner === 'django' ? otherSites : []).map(
        (folder) => `${folder}/manage.py is a Django project, too: add a check for its tests.`,
      ),
    ],
  };
}

const PROGRAMS: Readonly<Partial<Record<PythonManager, readonly string[]>>> = {
  uv: ['uv'],
  poetry: ['poetry'],
  pdm: ['pdm'],
  pipenv: ['pipenv'],
};

/**
 * Whether neither files of tests nor their settings are there. Beside projects with checks of their own, settings may be
 * for the tests of those, which the root's check leaves out: without a test it would end as pytest does then, by 5.
 */
const isGuessed = (listing: ProjectFiles, runner: PythonRunner, nested: readonly string[]): boolean =>
  runner !== 'tox' &&
  testFilesIn(listing).length === 0 &&
  !(nested.length === 0 ? hasSettings(listing) : hasTestsByOtherNames(listing));

const hasSettings = (listing: ProjectFiles): boolean =>
  has(listing, 'pytest.ini', 'conftest.py') ||
  hasAny(listing, 'tests/**/conftest.py') ||
  /^\[tool\.pytest\b|^\[(?:tool:)?pytest\]/m.test(pytestSettings(listing));

/** Whether there are files of the names that the settings of pytest give tests. */
const hasTestsByOtherNames = (listing: ProjectFiles): boolean =>
  [...pytestSettings(listing).matchAll(/^python_files[ \t]*=(.*(?:\n[ \t]+.*)*)/gm)]
    .flatMap(([, words = '']) => words.split(/[\s"',[\]]+/))
    .some((word) => /^[\w.*?/-]+$/.test(word) && hasAny(listing, `**/${word}`));

const pytestSettings = (listing: ProjectFiles): string =>
  textsOf(listing, ['pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini']);

/** `sites` are the folders with a manage.py of Django. */
function runnerOf(listing: ProjectFiles, project: PythonProject, sites: readonly string[]): PythonRunner {
  const settings = hasSettings(listing);
  // Settings of pytest at the root, and tests beside all sites in folders, tell that those are only a part, or a demo.
  const isPart = settings || testFilesIn(listing).some((file) => !sites.some((site) => isBelow(file, site)));
  if (sites.includes('') || (sites.length > 0 && !isPart))
    return namesPackage(project, 'pytest-django') ? 'pytest' : 'django';
  if (settings || namesPackage(project, 'pytest')) return 'pytest';
  if (/^\[(?:tox|testenv)\b/m.test(listing.text('tox.ini') ?? '')) return 'tox';
  const texts = testFilesIn(listing).map((file) => listing.text(file) ?? '');
  if (texts.some((text) => /^(?:import pytest|from pytest\b|(?:async )?def test_)/m.test(text)))
    return 'pytest';
  return texts.some((text) => /\bunittest\b/.test(text)) ? 'unittest' : 'pytest';
}

const testFilesIn = ({ files }: ProjectFiles): string[] =>
  matching(files, '**/{test_*,*_test,tests,test}.py').sort();

/** What a runner needs, and what people should know of that which the project doesn't install. */
function needed(
  runner: PythonRunner,
  project: PythonProject,
): { readonly packages: readonly string[]; readonly notes: readonly string[] } {
  if (runner === 'tox') return { packages: [], notes: [] };
  if (runner === 'django')
    return {
      packages: ['django', XML_OF_DJANGO].filter((name) => !installsPackage(project, name)),
      notes: installsPackage(project, XML_OF_DJANGO)
        ? []
        : [`${XML_OF_DJANGO} is installed by the set-up: it writes the report of Django’s tests.`],
    };
  const why =
    runner === 'unittest'
      ? 'it runs the tests of unittest and writes their report'
      : 'nothing that the project installs names it';
  return {
    // Also if the project seems to install it: what a setup.py or a requirement for other versions comes to, only pip knows.
    packages: namesPackage(project, 'pytest-django') ? ['pytest', 'pytest-django'] : ['pytest'],
    notes: installsPackage(project, 'pytest') ? [] : [`pytest is installed by the set-up: ${why}.`],
  };
}

const XML_OF_DJANGO = 'unittest-xml-reporting';

function testCheck(
  listing: ProjectFiles,
  runner: PythonRunner,
  exec: string,
  ignored: string,
  site = '',
): ProposedCheck {
  const files = testGlob(listing);
  const glob = files === undefined ? {} : { files };
  if (runner === 'tox')
    return {
      name: 'test',
      run: `.venv/bin/tox -- --junitxml=${REPORT}`,
      report: REPORT,
      ...glob,
      why: 'tox, for tox.ini',
    };
  if (runner === 'django') {
    const up = site === '' ? '' : site.replace(/[^/]+/g, '..').concat('/');
    // A manager's own command finds the project from within; a program in the tree has its path.
    const python = exec.endsWith(' -m') ? `${up}${exec.replace(/ -m$/, '')}` : `${exec} python`;
    const run = `${python} manage.py test --testrunner xmlrunner.extra.djangotestrunner.XMLTestRunner`;
    return {
      name: 'test',
      run: site === '' ? run : `cd ${forShell(site)} && ${run}`,
      report: site === '' ? 'TEST-*.xml' : `${site}/TEST-*.xml`,
      ...glob,
      why: "Django's own tests, for manage.py",
    };
  }
  const run = `${exec} pytest --junitxml=${REPORT}${ignored}`;
  return {
    name: 'test',
    run,
    report: REPORT,
    ...glob,
    only: `${run} $BATON_TEST_FILES`,
    why: runner === 'unittest' ? 'pytest, which runs the tests of unittest' : 'pytest',
  };
}

function testGlob(listing: ProjectFiles): string | undefined {
  const files = testFilesIn(listing);
  if (files.length === 0) return hasAny(listing, 'tests/**') ? 'tests/**/*.py' : undefined;
  if (files.every((file) => file.startsWith('tests/'))) return 'tests/**/*.py';
  if (files.every((file) => file.startsWith('test/'))) return 'test/**/*.py';
  const names = [...new Set(files.map((file) => kindOf(file.split('/').at(-1) ?? '')))].sort();
  return names.length === 1 ? `**/${names[0]}` : `**/{${names.join(',')}}`;
}

const kindOf = (name: string): string =>
  name.startsWith('test_') ? 'test_*.py' : name.endsWith('_test.py') ? '*_test.py' : name;

type Start = (program: string, words: string) => string;

function linters(listing: ProjectFiles, project: PythonProject, start: Start): ProposedCheck[] {
  const named = (tool: string, file: string, section: RegExp) =>
    installsPackage(project, tool) && (hasAny(listing, file) || section.test(settingsOf(listing)));
  const check = (name: string, run: string, tool: string): ProposedCheck => ({
    name,
    run,
    why: `${tool}, which the project names`,
    guessed: true,
  });
  const found: ProposedCheck[] = [];
  if (named('ruff', '{ruff.toml,.ruff.toml}', /^\[tool\.ruff\b/m))
    found.push(check('lint', start('ruff', 'check .'), 'ruff'));
  else if (named('flake8', '.flake8', /^\[flake8\]/m))
    found.push(check('lint', start('flake8', ''), 'flake8'));
  else if (named('pylint', '.pylintrc', /^\[tool\.pylint\b/m))
    found.push(check('lint', start('pylint', '--recursive=y .'), 'pylint'));
  if (/^\[tool\.ruff\.format\]/m.test(project.pyproject))
    found.push(check('format', start('ruff', 'format --check .'), 'ruff'));
  else if (named('black', '-', /^\[tool\.black\]/m))
    found.push(check('format', start('black', '--check .'), 'black'));
  if (named('mypy', '{mypy.ini,.mypy.ini}', /^\[(?:tool\.)?mypy\]/m))
    // Its own settings win over a list of everything.
    found.push(check('types', start('mypy', MYPY_FILES.test(settingsOf(listing)) ? '' : '.'), 'mypy'));
  else if (named('pyright', 'pyrightconfig.json', /^\[tool\.pyright\]/m))
    found.push(check('types', start('pyright', ''), 'pyright'));
  return found;
}

const MYPY_FILES = /^\[(?:tool\.)?mypy\][ \t]*\r?\n(?:(?!\[).*\n)*?(?:files|packages|modules)\s*=/m;
const settingsOf = (listing: ProjectFiles): string =>
  textsOf(listing, ['pyproject.toml', 'setup.cfg', 'tox.ini', 'mypy.ini', '.mypy.ini']);

function coverageOf(
  runner: PythonRunner,
  project: PythonProject,
  start: Start,
  ignored: string,
): ProposedCoverage | undefined {
  if (runner !== 'pytest' || !installsPackage(project, 'pytest-cov')) return undefined;
  return {
    run: start('pytest', `--quiet --cov --cov-report=json:coverage.json${ignored}`),
    report: 'coverage.json',
    metric: 'totals.percent_covered',
    why: 'pytest-cov, which the project names',
  };
}
