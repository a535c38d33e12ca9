/** Package managers of Python: what installs a project into its own tree, and what starts a program there. */
import { has, matching, type ProjectFiles, sectionIn } from './listing.ts';

export type PythonManager = 'uv' | 'poetry' | 'pdm' | 'pipenv' | 'pip';

/** What the files of a project of Python say. */
export interface PythonProject {
  readonly manager: PythonManager;
  /** All texts that name what it depends on. */
  readonly named: string;
  readonly pyproject: string;
}

/** Reads a project of Python at the root of the listing. */
export function pythonProject(listing: ProjectFiles): PythonProject {
  const pyproject = listing.text('pyproject.toml') ?? '';
  const texts = ['setup.cfg', 'setup.py', 'Pipfile', ...requirementFiles(listing)].map(
    (name) => listing.text(name) ?? '',
  );
  return { manager: managerOf(listing, pyproject), named: [pyproject, ...texts].join('\n'), pyproject };
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
function requirementFiles({ files }: ProjectFiles): string[] {
  const all = matching(files, '{requirements*.txt,requirements/*.txt}').sort();
  const useful = all.filter((name) => !ELSEWHERE.test(name));
  return useful.some((name) => OF_TESTS.test(name)) ? useful.filter((name) => !OF_ALL.test(name)) : useful;
}

/** Whether a project names a package among what it depends on. */
export const needsPackage = ({ named }: PythonProject, name: string): boolean =>
  new RegExp(`(?:^|[^A-Za-z0-9_.-])${name}(?:$|[^A-Za-z0-9_-])`, 'mi').test(named);

/** How a project is installed and its programs are started; `more` are packages that it doesn't name itself. */
export function pythonWay(
  listing: ProjectFiles,
  project: PythonProject,
  more: readonly string[],
): { readonly setup: readonly string[]; readonly exec: string } {
  const { manager } = project;
  const packages = more.join(' ');
  const add = (command: string) => (more.length === 0 ? [] : [`${command} ${packages}`]);
  if (manager === 'uv')
    return {
      setup: [
        `uv sync${has(listing, 'uv.lock') ? ' --frozen' : ''}${extrasOf(project, '--extra ')}`,
        ...add('uv pip install'),
      ],
      // Whatever it would bring up to date, the set-up has.
      exec: 'uv run --no-sync',
    };
  if (manager === 'poetry')
    return {
      setup: [
        `POETRY_VIRTUALENVS_IN_PROJECT=true poetry install --no-interaction${extrasOf(project, '--extras ')}`,
        ...add('.venv/bin/python -m pip install'),
      ],
      exec: '.venv/bin/python -m',
    };
  if (manager === 'pdm')
    return {
      setup: ['pdm install', ...add('pdm run python -m ensurepip && pdm run python -m pip install')],
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
  const installs = pipArguments(listing, project);
  const words = [...installs, ...more];
  if (words.length === 0) return { setup: [], exec: 'python3 -m' };
  return {
    setup: ['python3 -m venv .venv', `.venv/bin/python -m pip install --quiet ${words.join(' ')}`],
    exec: '.venv/bin/python -m',
  };
}

function pipArguments(listing: ProjectFiles, project: PythonProject): string[] {
  const files = requirementFiles(listing).flatMap((name) => ['-r', name]);
  const isPackage = /^\[(?:build-system|project)\]/m.test(project.pyproject) || has(listing, 'setup.py');
  // Without an own lay-out, a pyproject.toml may hold nothing but settings of tools.
  const own = isPackage
    ? [`-e ${extras(project).length > 0 ? `'.[${extras(project).join(',')}]'` : '.'}`]
    : [];
  const groups = sectionIn(project.pyproject, 'dependency-groups') ?? '';
  const group = /^\s*(dev|test|tests)\s*=/m.exec(groups)?.[1];
  return [...files, ...own, ...(group === undefined ? [] : [`--group ${group}`])];
}

/** Optional dependencies that tests need, by their usual names. */
function extras({ pyproject }: PythonProject): string[] {
  const section =
    sectionIn(pyproject, 'project.optional-dependencies') ?? sectionIn(pyproject, 'tool.poetry.extras') ?? '';
  const names = [...section.matchAll(/^\s*"?([A-Za-z][A-Za-z0-9_-]*)"?\s*=\s*\[/gm)].map(
    ([, name]) => name ?? '',
  );
  return names.filter((name) => /^(?:dev|develop|development|tests?|testing)$/.test(name));
}

const extrasOf = (project: PythonProject, option: string): string =>
  extras(project)
    .map((name) => ` ${option}${name}`)
    .join('');
