/** Files that hold what measures beside other things: package.json, pyproject.toml, setup.cfg. */
import { posix } from 'node:path';
import { iniSections, tomlSections } from './measuring/sections.ts';

/**
 * What measures in a file and changed, for people, e.g. `scripts.test of package.json`; undefined if nothing that
 * measures did. An absent text is a file that isn't there. `scripts` are the called ones, as `measuringFiles` finds them.
 */
export function measuringChange(
  path: string,
  before: string | undefined,
  after: string | undefined,
  scripts: readonly string[],
): string | undefined {
  if (before === after) return undefined;
  const changed = changedParts(posix.basename(path), before, after, scripts);
  if (changed === 'unreadable') return `${path}, which can't be parsed as JSON`;
  return changed.length === 0 ? undefined : `${changed.join(', ')} of ${path}`;
}

function changedParts(
  name: string,
  before: string | undefined,
  after: string | undefined,
  scripts: readonly string[],
): readonly string[] | 'unreadable' {
  if (name === 'package.json') return packageChanges(before, after, scripts);
  const sections = name === 'pyproject.toml' ? tomlSections : name === 'setup.cfg' ? iniSections : undefined;
  if (sections === undefined) return [];
  const [old, now] = [sections(before ?? ''), sections(after ?? '')];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.filter((section) => old.get(section) !== now.get(section)).map((section) => `[${section}]`);
}

/** Settings of test runners and linters in package.json. */
const SETTINGS = 'jest vitest mocha ava c8 nyc eslintConfig eslintIgnore stylelint prettier'.split(' ');

function packageChanges(
  before: string | undefined,
  after: string | undefined,
  scripts: readonly string[],
): readonly string[] | 'unreadable' {
  const old = before === undefined ? {} : parsed(before);
  const now = after === undefined ? {} : parsed(after);
  if (now === undefined) return 'unreadable';
  const [oldScripts, nowScripts] = [partOf(old, 'scripts'), partOf(now, 'scripts')];
  const changed = (from: unknown, to: unknown, key: string) => written(from, key) !== written(to, key);
  const inScripts = [...new Set(scripts.flatMap((name) => [`pre${name}`, name, `post${name}`]))].filter(
    (name) =>
      changed(oldScripts, nowScripts, name) &&
      // A new package may bring its own scripts, but nothing that runs beside those.
      (before !== undefined || !scripts.includes(name)),
  );
  return [...inScripts.map((name) => `scripts.${name}`), ...SETTINGS.filter((key) => changed(old, now, key))];
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const partOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;

/** A part as text, the same whatever the order of its keys. */
const written = (value: unknown, key: string): string | undefined =>
  JSON.stringify(partOf(value, key), (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
