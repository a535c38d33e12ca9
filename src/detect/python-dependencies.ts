/** What a project of Python says that it depends on, and how much of that its manager installs. */
import { has, type ProjectFiles, sectionIn } from './listing.ts';
import { setupCfgLists, setupPyLists } from './setuptools-lists.ts';
import { type TomlEntry, tomlEntries } from './toml-entries.ts';

export type PythonManager = 'uv' | 'poetry' | 'pdm' | 'pipenv' | 'pip';

/** What a set-up has to name, and what it installs with that. */
export interface PythonDependencies {
  /** Optional dependencies that tests need, by their usual names. */
  readonly extras: readonly string[];
  /** Groups that tests need and the manager installs only if they are named. */
  readonly groups: readonly string[];
  /** What environments of hatch install, which are no manager's here: words for pip. */
  readonly ofHatch: readonly string[];
  /** Packages that are installed then, by their normal names. */
  readonly installed: ReadonlySet<string>;
}

/** Names of extras and groups that tests need. */
const FOR_TESTS = /^(?:dev|develop|development|tests?|testing)$/i;
const HATCH_LIST = /^tool\.hatch\.envs\.(?:default|dev|tests?|testing|hatch-test)\.(?:extra-)?dependencies$/;

type Lists = ReadonlyMap<string, readonly string[]>;

/** A package's name as PEP 503 compares them; a requirement begins with it. */
export const normalPackage = (requirement: string): string =>
  (/^\s*([\w.-]+)/.exec(requirement)?.[1] ?? '').replace(/[-_.]+/g, '-').toLowerCase();

/** Whether pip can install the project itself: a pyproject.toml may hold nothing but settings of tools. */
export const isPythonPackage = (listing: ProjectFiles): boolean =>
  has(listing, 'setup.py') || /^\[(?:build-system|project)\]/m.test(listing.text('pyproject.toml') ?? '');

/** Reads the dependencies of a project at the root; `requirements` are the files that pip is given. */
export function pythonDependencies(
  listing: ProjectFiles,
  manager: PythonManager,
  requirements: readonly string[],
): PythonDependencies {
  const toml = tomlEntries(listing.text('pyproject.toml') ?? '');
  const read: Reading = { listing, toml, requirements };
  const { extras, groups, ofHatch = [], words } = BY_MANAGER[manager](read);
  return { extras, groups, ofHatch, installed: new Set([...words, ...ofHatch].map(normalPackage)) };
}

interface Reading {
  readonly listing: ProjectFiles;
  readonly toml: readonly TomlEntry[];
  readonly requirements: readonly string[];
}
interface Said {
  readonly extras: readonly string[];
  readonly groups: readonly string[];
  readonly ofHatch?: readonly string[];
  /** Requirements that are installed. */
  readonly words: readonly string[];
}

const BY_MANAGER: Readonly<Record<PythonManager, (read: Reading) => Said>> = {
  uv: ({ toml }) => {
    const all = listsIn(toml, 'dependency-groups');
    const chosen = wordsAt(toml, 'tool.uv.default-groups');
    // All that uv installs without being told to.
    const byItself = chosen.length === 0 ? ['dev'] : chosen.includes('all') ? [...all.keys()] : chosen;
    const groups = [...all.keys()].filter((name) => FOR_TESTS.test(name) && !byItself.includes(name));
    const extras = ofOptional(listsIn(toml, 'project.optional-dependencies'), toml);
    return {
      extras: extras.names,
      groups,
      words: [
        ...wordsAt(toml, 'project.dependencies', 'tool.uv.dev-dependencies'),
        ...extras.words,
        ...inGroups(toml, [...byItself, ...groups]),
      ],
    };
  },
  poetry: ({ toml }) => {
    const ofPoetry = new Set(
      toml.flatMap(({ path }) => /^tool\.poetry\.group\.([^.]+)\./.exec(path)?.[1] ?? []),
    );
    const all = [...new Set([...ofPoetry, ...listsIn(toml, 'dependency-groups').keys()])];
    const optional = all.filter((name) => wordsAt(toml, `tool.poetry.group.${name}.optional`)[0] === 'true');
    const groups = optional.filter((name) => FOR_TESTS.test(name));
    const installs = all.filter((name) => !optional.includes(name) || groups.includes(name));
    const extras = ofOptional(
      new Map([...listsIn(toml, 'project.optional-dependencies'), ...listsIn(toml, 'tool.poetry.extras')]),
      toml,
    );
    return {
      extras: extras.names,
      groups,
      words: [
        ...wordsAt(toml, 'project.dependencies'),
        ...[
          'dependencies',
          'dev-dependencies',
          ...installs.map((name) => `group.${name}.dependencies`),
        ].flatMap((table) => packagesIn(toml, `tool.poetry.${table}`)),
        ...inGroups(toml, installs),
        ...extras.words,
      ],
    };
  },
  pdm: ({ listing, toml }) => {
    const extras = ofOptional(listsIn(toml, 'project.optional-dependencies'), toml);
    const locked = wordsAt(tomlEntries(listing.text('pdm.lock') ?? ''), 'metadata.groups');
    // It refuses groups that its lock file lacks; without one, it makes one that has them.
    const asked = has(listing, 'pdm.lock')
      ? extras.names.filter((name) => locked.includes(name))
      : extras.names;
    return {
      extras: asked,
      groups: [],
      words: [
        ...wordsAt(toml, 'project.dependencies'),
        ...[...listsIn(toml, 'tool.pdm.dev-dependencies').values()].flat(),
        ...inGroups(toml, [...listsIn(toml, 'dependency-groups').keys()]),
        ...(asked.length === extras.names.length ? extras.words : []),
      ],
    };
  },
  pipenv: ({ listing }) => {
    const toml = tomlEntries(listing.text('Pipfile') ?? '');
    return {
      extras: [],
      groups: [],
      words: ['packages', 'dev-packages'].flatMap((table) => packagesIn(toml, table)),
    };
  },
  pip: ({ listing, toml, requirements }) => {
    const isPackage = isPythonPackage(listing);
    const groups = [...listsIn(toml, 'dependency-groups').keys()].filter((name) => FOR_TESTS.test(name));
    const files = (names: readonly string[]) => names.flatMap((name) => linesOf(listing, name));
    const cfg = listing.text('setup.cfg') ?? '';
    const py = setupPyLists(listing.text('setup.py') ?? '');
    const dynamic = [...listsIn(toml, 'tool.setuptools.dynamic.optional-dependencies', '.file')];
    const extras = ofOptional(
      new Map([
        ...py.extras,
        ...setupCfgLists(sectionIn(cfg, 'options.extras_require') ?? ''),
        ...listsIn(toml, 'tool.flit.metadata.requires-extra'),
        ...dynamic.map(([name, names]) => [name, files(names)] as const),
        ...listsIn(toml, 'project.optional-dependencies'),
      ]),
      toml,
    );
    const own = [
      ...wordsAt(toml, 'project.dependencies', 'tool.flit.metadata.requires'),
      ...files(wordsAt(toml, 'tool.setuptools.dynamic.dependencies.file')),
      ...(setupCfgLists(sectionIn(cfg, 'options') ?? '').get('install_requires') ?? []),
      ...py.requires,
      ...extras.words,
    ];
    return {
      extras: isPackage ? extras.names : [],
      groups,
      ofHatch: toml
        .filter(({ path }) => HATCH_LIST.test(path))
        // What names another part of the settings means nothing to pip.
        .flatMap(({ words }) => words.filter((word) => !word.includes('{'))),
      words: [...files(requirements), ...(isPackage ? own : []), ...inGroups(toml, groups)],
    };
  },
};

const wordsAt = (toml: readonly TomlEntry[], ...paths: readonly string[]): string[] =>
  toml.filter(({ path }) => paths.includes(path)).flatMap(({ words }) => words);

/** The lists right below a table by their keys; with `after`, those of such a key in each. */
function listsIn(toml: readonly TomlEntry[], table: string, after = ''): Lists {
  return new Map(
    toml.flatMap(({ path, words }) => {
      if (!path.startsWith(`${table}.`) || !path.endsWith(after)) return [];
      const name = path.slice(table.length + 1, path.length - after.length);
      return name.includes('.') ? [] : [[name, words] as const];
    }),
  );
}

/** The packages that are keys of a table, without those that are optional. */
function packagesIn(toml: readonly TomlEntry[], table: string): string[] {
  const names = toml.flatMap(({ path }) =>
    path.startsWith(`${table}.`) ? (path.slice(table.length + 1).split('.')[0] ?? []) : [],
  );
  return [...new Set(names)].filter((name) => wordsAt(toml, `${table}.${name}.optional`)[0] !== 'true');
}

/** What groups hold, with the groups that they include. */
function inGroups(toml: readonly TomlEntry[], names: readonly string[]): string[] {
  const seen = new Set(names);
  // A set goes on with what is added meanwhile.
  for (const name of seen)
    for (const other of wordsAt(toml, `dependency-groups.${name}.include-group`)) seen.add(other);
  return wordsAt(toml, ...[...seen].map((name) => `dependency-groups.${name}`));
}

/** The extras that tests need, and what they hold, with the project's other extras that they name. */
function ofOptional(all: Lists, toml: readonly TomlEntry[]): { names: string[]; words: string[] } {
  const names = [...all.keys()].filter((name) => FOR_TESTS.test(name));
  const own = normalPackage(wordsAt(toml, 'project.name')[0] ?? '');
  const seen = new Set(names);
  for (const name of seen)
    for (const word of all.get(name) ?? [])
      if (own !== '' && normalPackage(word) === own)
        for (const other of /\[([^\]]*)/.exec(word)?.[1]?.split(',') ?? []) seen.add(other.trim());
  return { names, words: [...seen].flatMap((name) => all.get(name) ?? []) };
}

/** The requirements of a file, and of those that it names, as far as they are looked at. */
function linesOf(listing: ProjectFiles, file: string, seen = new Set<string>()): string[] {
  if (seen.has(file)) return [];
  seen.add(file);
  const folder = file.split('/').slice(0, -1);
  return (listing.text(file) ?? '').split(/\r?\n/).flatMap((text) => {
    const line = text.replace(/(?:^|\s)#.*/s, '').trim();
    const other = /^(?:-r|--requirement)[\s=]*(\S+)/.exec(line)?.[1];
    if (other === undefined) return line.startsWith('-') ? [] : [line];
    return linesOf(listing, resolved(folder, other), seen);
  });
}

function resolved(folder: readonly string[], name: string): string {
  const parts = [...folder];
  for (const part of name.split('/'))
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  return parts.join('/');
}
