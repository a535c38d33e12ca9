import type { z } from 'zod';
import { keysAt, runnersAt } from './config-keys.ts';
import { suggestion } from './nearest.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** The value at a path of plain data, or undefined. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return at;
}

/** `crew.design.command[0]`; keys with dots or spaces are quoted. */
export const pathText = (path: Path): string =>
  path
    .map((key) =>
      typeof key === 'number'
        ? `[${key}]`
        : /[.\s]/.test(String(key))
          ? `."${String(key)}"`
          : `.${String(key)}`,
    )
    .join('')
    .replace(/^\./, '');

/** What the schema says about one place, in the words of the file's writer. */
export interface ConfigFinding {
  readonly path: Path;
  readonly on: 'key' | 'value';
  readonly message: string;
}

/** An issue of the schema as findings; `value` is the whole file as data. */
export function findings(issue: Issue, value: unknown): ConfigFinding[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      on: 'key',
      message: unknownKey(key, issue.path, value),
    }));
  if (issue.code === 'invalid_key') {
    const name = String(issue.path.at(-1) ?? '');
    const message = `\`${name}\` is not a name: use lower-case letters, digits and hyphens, a letter first`;
    return [{ path: issue.path, on: 'key', message }];
  }
  if (issue.code === 'invalid_union')
    return 'discriminator' in issue && issue.discriminator !== undefined
      ? [discriminatorFinding(issue, value)]
      : unionFindings(issue, value);
  // A check may be written as a text, and then stands for `{ run: text }`: the file has no `run` there.
  const path =
    typeof valueAt(value, issue.path.slice(0, -1)) === 'string' ? issue.path.slice(0, -1) : issue.path;
  const actual = valueAt(value, path);
  const name = pathText(path);
  if (actual === undefined && issue.code !== 'custom')
    return [{ path, on: 'key', message: `\`${name}\` is missing` }];
  const why = reason(issue, actual, path);
  const joint = why.startsWith(':') ? '' : ' ';
  // A rule about a whole object is told at its name, not at its first entry.
  const on = issue.code === 'custom' && typeof actual === 'object' ? 'key' : 'value';
  return [{ path, on, message: name === '' ? issue.message : `\`${name}\`${joint}${why}` }];
}

/** A key that another runner has is told apart from one that nobody has. */
function unknownKey(key: string, parent: Path, value: unknown): string {
  const where = parent.length > 0 ? ` in \`${pathText(parent)}\`` : '';
  const runner = valueAt(value, [...parent, 'runner']);
  const runners = runnersAt(parent);
  const own = typeof runner === 'string' ? runners.get(runner) : undefined;
  if (own === undefined) return `unknown key \`${key}\`${where}${suggestion(key, keysAt(parent))}`;
  const others = [...runners].filter(([, keys]) => keys.includes(key)).map(([name]) => `\`${name}\``);
  return others.length > 0
    ? `key \`${key}\`${where} is not one of the runner \`${runner}\`: it is for ${others.join(', ')}`
    : `unknown key \`${key}\`${where}${suggestion(key, own)}`;
}

/** What decides which keys an object has is missing, or is nothing that is known. */
function discriminatorFinding(issue: z.core.$ZodIssueInvalidUnion, value: unknown): ConfigFinding {
  const actual = valueAt(value, issue.path);
  const options = ('options' in issue ? (issue.options as readonly unknown[]) : []).map(String);
  const name = pathText(issue.path);
  if (actual === undefined)
    return {
      path: issue.path,
      on: 'key',
      message: `\`${name}\` is missing${suggestion('', options)}`,
    };
  const text = typeof actual === 'string' ? actual : JSON.stringify(actual);
  const why =
    text === 'person'
      ? ': the designer is asked back and forth until its packets can be used'
      : suggestion(text, options);
  return { path: issue.path, on: 'value', message: `\`${name}\` can't be \`${text.slice(0, 60)}\`${why}` };
}

function reason(issue: Issue, actual: unknown, path: Path): string {
  if (issue.code === 'custom' || issue.code === 'invalid_format') return `${shown(actual)}${issue.message}`;
  if (issue.code === 'invalid_value') {
    const options = issue.values.map(String);
    const text = typeof actual === 'object' ? JSON.stringify(actual) : String(actual);
    return `can't be \`${text.slice(0, 60)}\`${suggestion(text, options)}`;
  }
  if (issue.code === 'invalid_type') {
    if (actual === null) return 'has no value';
    if (!/^Invalid input/.test(issue.message)) return `${shown(actual)}${issue.message}`;
    const isCheck = path.length === 2 && path[0] === 'checks';
    return `must be ${isCheck ? 'a command, or an object with `run`' : typeName(issue.expected)}, not ${kindOf(actual)}`;
  }
  if (issue.code === 'too_small' && (actual === '' || (Array.isArray(actual) && actual.length === 0)))
    return 'is empty';
  if (issue.code === 'too_small')
    return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big')
    return `must ${typeof actual === 'number' ? 'be' : 'have'} at most ${issue.maximum}${unitOf(actual)}`;
  return issue.message;
}

const unitOf = (actual: unknown) =>
  typeof actual === 'string' ? ' characters' : Array.isArray(actual) ? ' entries' : '';

const shown = (actual: unknown) =>
  typeof actual === 'string' || typeof actual === 'number' ? `(${String(actual).slice(0, 60)}): ` : ': ';

const typeName = (expected: string) =>
  ({
    array: 'a list',
    object: 'an object',
    record: 'an object',
    string: 'a text',
    int: 'a whole number',
    boolean: 'true or false',
  })[expected] ?? `a ${expected}`;

const kindOf = (actual: unknown) =>
  Array.isArray(actual)
    ? 'a list'
    : typeof actual === 'object'
      ? 'an object'
      : typeof actual === 'string'
        ? 'a text'
        : `${String(actual)}`;

/** Of the alternatives the one that the value's own type picks; else that none of them fits. */
function unionFindings(issue: z.core.$ZodIssueInvalidUnion, value: unknown): ConfigFinding[] {
  const branches = issue.errors.map((errors) =>
    errors.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as Issue),
  );
  const fitting = branches.find((errors) =>
    errors.every((inner) => inner.code !== 'invalid_type' || inner.path.length > issue.path.length),
  );
  const [only] = fitting ?? [];
  // One word, or something of another kind: both are said.
  if (fitting?.length === 1 && only?.code === 'invalid_value' && only.path.length === issue.path.length) {
    const others = branches
      .flat()
      .flatMap((inner) => (inner.code === 'invalid_type' ? [typeName(inner.expected)] : []));
    const [finding] = findings(only, value);
    if (finding !== undefined && others.length > 0)
      return [{ ...finding, message: `${finding.message}, or ${[...new Set(others)].join(' or ')}` }];
  }
  if (fitting && fitting.length > 0) return fitting.flatMap((inner) => findings(inner, value));
  const expected = branches
    .flat()
    .flatMap((inner) => (inner.code === 'invalid_type' ? [typeName(inner.expected)] : []));
  const actual = valueAt(value, issue.path);
  const not =
    actual === null
      ? 'has no value'
      : `must be ${[...new Set(expected)].join(' or ')}, not ${kindOf(actual)}`;
  return [{ path: issue.path, on: 'value', message: `\`${pathText(issue.path)}\` ${not}` }];
}
