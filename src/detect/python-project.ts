/** Package managers of Python: what installs a project into its own tree, and what starts a program there. */
import { below, has, matching, type ProjectFiles } from './listing.ts';
import { forShell } from './proposal.ts';
import {
  isPythonPackage,
  normalPackage,
  type PythonDependencies,
  type PythonManager,
  pythonDependencies,
} from './python-dependencies.ts';
import { djangoFolders } from './python-django.ts';

/** What the files of a project of Python say. */
export interface PythonProject extends PythonDependencies {
  readonly manager: PythonManager;
  /** All texts that may name a tool that it uses, whether anything installs that or not. */
  readonly named: string;
  readonly pyproject: string;
}

/** Reads a project of Python at the root of the listing. */
export function pythonProject(listing: ProjectFiles): PythonProject {
  const pyproject = listing.text('pyproject.toml') ?? '';
  const requirements = requirementFiles(listing);
  const texts = ['setup.cfg', 'setup.py', 'Pipfile', ...requirements].map((name) => listing.text(name) ?? '');
  const manager = managerOf(listing, pyproject);
  return {
    manager,
    named: [pyproject, ...texts].join('\n'),
    pyproject,
    ...pythonDependencies(listing, manager, requirements),
  };
}

function managerOf(listing: ProjectFiles, pyproject: string): PythonManager {
  if (has(listing, 'uv.lock')) return 'uv';
  if (has(listing, 'poetry.lock')) return 'poetry';
  if (has(listing, 'pdm.lock')) return 'pdm';
  if (has(listing, 'Pipfile.lock', 'Pipfile')) return 'pipenv';
  if (/^\[tool\.uv\b|build-backend\s*=\s*"uv_build"/m.test(pyproject)) return 'uv';
  if (/^\[tool\.poetry\b|poetry\.core\.masonry/m.test(pyproject)) return 'poetry';
  if (/^\[tool\.pdm\b|pdm\.backend/m.test(pyproject)) return 'pdm';
  return 'pip';
}

/** Files of requirements that say by their names what nobody needs to run tests. */
const ELSEWHERE = /(?:^|[/_.-])(?:docs?|documentation|build|release|publish|deploy|bench(?:marks?)?)[_.-]/;
const OF_TESTS = /(?:^|[/_.-])(?:tests?|testing)[_.-]/;
/** Most often all the others in one. */
const OF_ALL = /(?:^|[/_.-])(?:dev|develop|development|all|ci)[_.-]/;

/** Those to install for tests and linters. */
function requirementFiles(listing: ProjectFiles): string[] {
  const own = requirementsAt(listing, '');
  const all =
    own.length > 0
      ? own
      : djangoFolders(listing)
          .slice(0, 1)
          .flatMap((folder) => requirementsAt(listing, folder));
  const useful = all.filter((name) => !ELSEWHERE.test(name));
  return useful.some((name) => OF_TESTS.test(name)) ? useful.filter((name) => !OF_ALL.test(name)) : useful;
}

const requirementsAt = (listing: ProjectFiles, folder: string): string[] =>
  matching(below(listing, folder).files, '{requirements*.txt,*[-_]requirements.txt,requirements/*.txt}')
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
    .sort();

/** Whether a project's files name a package, be it in a remark: a hint at what it uses, and no sign that it is installed. */
export const namesPackage = ({ named }: PythonProject, name: string): boolean =>
  new RegExp(`(?:^|[^A-Za-z0-9_.-])${name}(?:$|[^A-Za-z0-9_-])`, 'mi').test(named);

/** Whether the set-up installs a package, as one that the project depends on. */
export const installsPackage = ({ installed }: PythonProject, name: string): boolean =>
  installed.has(normalPackage(name));

/** How a project is installed and its programs are started; `more` are packages that have to be there, too. */
export function pythonWay(
  listing: ProjectFiles,
  project: PythonProject,
  more: readonly string[],
): { readonly setup: readonly string[]; readonly exec: string } {
  const { manager, extras, groups } = project;
  // Those that the project installs need no command of their own; pip takes them all in one.
  const lacking = more.filter((name) => !installsPackage(project, name)).join(' ');
  const add = (command: string) => (lacking === '' ? [] : [`${command} ${lacking}`]);
  if (manager === 'uv')
    return {
      setup: [
        `uv sync${has(listing, 'uv.lock') ? ' --frozen' : ''}${each('--extra', extras)}${each('--group', groups)}`,
        ...add('uv pip install'),
      ],
      // Whatever it would bring up to date, the set-up has.
      exec: 'uv run --no-sync',
    };
  if (manager === 'poetry')
    return {
      setup: [
        `POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction${each('--extras', extras)}${each('--with', groups)}`,
        ...add('.venv/bin/python -m pip install'),
      ],
      exec: '.venv/bin/python -m',
    };
  if (manager === 'pdm')
    return {
      setup: [
        `pdm install${each('-G', extras)}`,
        ...add('pdm run python -m ensurepip && pdm run python -m pip install'),
      ],
      exec: 'pdm run',
    };
  if (manager === 'pipenv')
    return {
      setup: [
        `PIPENV_VENV_IN_PROJECT=1 pipenv ${has(listing, 'Pipfile.lock') ? 'sync' : 'install'} --dev`,
        ...add('.venv/bin/python -m pip install'),
      ],
      exec: '.venv/bin/python -m',
    };
  const installs = pipInstalls(listing, project, more);
  if (installs.length === 0) return { setup: [], exec: 'python3 -m' };
  return {
    setup: [
      'python3 -m venv .venv',
      // An older one, which venv brings along, knows no groups.
      ...(groups.length > 0 ? [`${PIP_INSTALL} --upgrade 'pip>=25.1'`] : []),
      ...installs.map((words) => `${PIP_INSTALL} ${words.join(' ')}`),
    ],
    exec: '.venv/bin/python -m',
  };
}

const PIP_INSTALL = '.venv/bin/python -m pip install --quiet';

const each = (option: string, names: readonly string[]): string =>
  names.map((name) => ` ${option} ${name}`).join('');

/** The arguments of each call of pip. */
function pipInstalls(listing: ProjectFiles, project: PythonProject, more: readonly string[]): string[][] {
  const { extras, groups, ofHatch } = project;
  const names = requirementFiles(listing);
  const files = names.flatMap((name) => ['-r', forShell(name)]);
  const own = isPythonPackage(listing) ? ['-e', extras.length > 0 ? `'.[${extras.join(',')}]'` : '.'] : [];
  const others = [
    ...own,
    ...groups.flatMap((name) => ['--group', name]),
    ...new Set([...ofHatch, ...more].map(forShell)),
  ];
  // With the hash of one, pip wants a hash of all in its call, which a project in its folder can't have.
  const hashed = names.some((name) => listing.text(name)?.includes('--hash='));
  const calls = hashed ? [files, others] : [[...files, ...others]];
  return calls.filter((words) => words.length > 0);
}
