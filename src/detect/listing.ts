import { minimatch } from 'minimatch';

/** What is looked at: the tracked files of a commit, and the texts of those that say how a project is built. */
export interface ProjectFiles {
  /** Paths with slashes, relative to the repository's root. */
  readonly files: readonly string[];
  /** Text of a file; undefined if it isn't there, or is none that {@link isProjectFile}. */
  text(path: string): string | undefined;
}

const NAMES =
  /(?:^|\/)(?:(?:package|lerna|rush|workspace)\.json|pnpm-workspace\.yaml|pyproject\.toml|setup\.(?:cfg|py)|tox\.ini|\.?mypy\.ini|pytest\.ini|requirements[^/]*\.txt|[^/]*[-_]requirements\.txt|requirements\/[^/]+\.txt|Pipfile|pdm\.lock|go\.(?:mod|work)|Cargo\.toml|nextest\.toml|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|Gemfile|Rakefile|GNUmakefile|[Mm]akefile|tsconfig\.json|\.gitattributes|\.gitmodules|(?:test_[^/]*|[^/]*_test|tests?)\.py)$/;

/** Whether the text of a file is looked at. */
export const isProjectFile = (path: string): boolean => NAMES.test(path) && !IS_VENDORED.test(path);

/** Tests that are looked at: they only tell one runner of Python from another. */
const TESTS = /\.py$/;
const OF_BUILD = /(?:^|\/)setup\.py$/;

/** The files whose texts are looked at, in the order of what they tell: how projects are built, the topmost first; then tests. */
export function projectFiles(files: readonly string[]): {
  readonly builds: string[];
  readonly tests: string[];
} {
  const all = files
    .filter(isProjectFile)
    .sort((a, b) => a.split('/').length - b.split('/').length || (a < b ? -1 : 1));
  const isTest = (file: string) => TESTS.test(file) && !OF_BUILD.test(file);
  return { builds: all.filter((file) => !isTest(file)), tests: all.filter(isTest) };
}

/** Others' code, and projects that stand there to be read or tested with. */
const IS_VENDORED =
  /(?:^|\/)(?:node_modules|vendor|third_party|\.venv|venv|site-packages|target|dist|fixtures?|testdata|__fixtures__|templates?|examples?|samples?)\//;

/** A listing of the files below a folder, with paths relative to it; `''` is the root. */
export function below(listing: ProjectFiles, folder: string): ProjectFiles {
  if (folder === '') return listing;
  const prefix = `${folder}/`;
  return {
    files: listing.files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length)),
    text: (path) => listing.text(`${prefix}${path}`),
  };
}

/** Whether a file is there. */
export const has = ({ files }: ProjectFiles, ...names: readonly string[]): boolean =>
  names.some((name) => files.includes(name));

/** Whether any file matches a glob. */
export const hasAny = ({ files }: ProjectFiles, glob: string): boolean => matching(files, glob).length > 0;

/** The files that match a glob, without others' code. */
export const matching = (files: readonly string[], glob: string): string[] =>
  files.filter((file) => minimatch(file, glob, { dot: true }) && !IS_VENDORED.test(file));

/** Others' code, and data of tests, wherever they are. */
const IS_OTHERS =
  /(?:^|\/)(?:node_modules|vendor|third_party|\.venv|venv|site-packages|testdata|__fixtures__)\//;

/**
 * The files that match a glob in a project's own source, where `templates`, `example` or `target` are names like others:
 * `com/example` is Java's own example of a package.
 */
export const inSource = (files: readonly string[], glob: string): string[] =>
  files.filter((file) => minimatch(file, glob, { dot: true }) && !IS_OTHERS.test(file));

/** Whether a folder is others' code, or is there to be read or tested with. */
export const isVendored = (folder: string): boolean => IS_VENDORED.test(`${folder}/`);

/** Folders that hold a file of one of these names; the root first, then the topmost. */
export function foldersWith({ files }: ProjectFiles, names: readonly string[]): string[] {
  const found = files
    .filter((file) => names.includes(file.slice(file.lastIndexOf('/') + 1)) && !IS_VENDORED.test(file))
    .map((file) => file.split('/').slice(0, -1).join('/'));
  return [...new Set(found)].sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

/** The texts of files at the root, one after the other; those that aren't there are empty. */
export const textsOf = (listing: ProjectFiles, names: readonly string[]): string =>
  names.map((name) => listing.text(name) ?? '').join('\n');

/** How many folders a path has; 0 is the root. */
export const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

/** Whether a path is in a folder, at any depth; all others are in the root. */
export const isBelow = (inside: string, folder: string): boolean =>
  inside !== folder && (folder === '' || inside.startsWith(`${folder}/`));

/** In a note. */
const MOST_NAMES = 8;

/** Names for a note: the first of them, and how many more there are. */
export const listedNames = (names: readonly string[]): string =>
  names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
    : names.join(', ');

/** The value of a JSON text, or an empty object. */
export function jsonOf(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse((text ?? '').replace(/^\uFEFF/, ''));
    return objectOf(value);
  } catch {
    return {};
  }
}

/** A value as an object; anything else is an empty one. */
export const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** The texts in a list of TOML, such as `members = ["a", "b"]`; in one that never ends, all that follow. */
export const tomlTexts = (section: string, key: string): string[] =>
  [
    ...(new RegExp(`^[ \\t]*${key}\\s*=\\s*\\[([^\\]]*)`, 'm').exec(section)?.[1] ?? '').matchAll(
      /["']([^"']*)["']/g,
    ),
  ].map(([, text = '']) => text);

/** The lines of a section of TOML or of an INI file, without its head; undefined if there is none. */
export function sectionIn(text: string, name: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.trim().replace(/\s/g, '') === `[${name}]`.replace(/\s/g, ''));
  if (at < 0) return undefined;
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => /^\s*\[{1,2}[A-Za-z"'.:_ -]+\]{1,2}\s*$/.test(line));
  return (end < 0 ? rest : rest.slice(0, end)).join('\n');
}
