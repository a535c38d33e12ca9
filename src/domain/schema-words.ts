/** What a schema refused, in words: places, types and values. */
import type { z } from 'zod';
import { suggestion } from './nearest.ts';
import type { SchemaNode } from './schema-keys.ts';
import { oneLine } from './visible.ts';

export type SchemaIssue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What is wrong at one place. */
export interface SchemaFinding {
  readonly path: Path;
  /** Whether the place is the key itself, or what stands behind it. */
  readonly on: 'key' | 'value';
  readonly message: string;
}

/** What a file's writer is told in other words than the schema has. */
export interface Wording {
  /** What may stand at a place. */
  readonly expectedAt?: (path: Path) => string | undefined;
  /** Why one value can't, though it may elsewhere. */
  readonly whyNot?: (path: Path, value: string) => string | undefined;
  /** Of an agent's words: they may hold what is secret, and a part of that is not known again. */
  readonly hidesValues?: true;
}

/** What was read, by which schema. */
export interface Judged {
  readonly value: unknown;
  readonly root: SchemaNode;
  readonly wording: Wording;
}

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
          ? `."${oneLine(String(key))}"`
          : `.${oneLine(String(key))}`,
    )
    .join('')
    .replace(/^\./, '');

/** The place as the subject of a sentence. */
export const placeText = (path: Path): string => (path.length === 0 ? 'it' : `\`${pathText(path)}\``);

/** Something that has to be there, with what it may be. */
export const absentKey = (path: Path, choices: readonly string[] = []): SchemaFinding => ({
  path,
  on: 'key',
  message: `${placeText(path)} is missing${suggestion('', choices)}`,
});

export const choicesOf = (issue: SchemaIssue): string[] =>
  issue.code === 'invalid_value' ? issue.values.map(String) : [];

/** More of a value helps nobody to find it. */
const LONGEST_SHOWN = 60;

/** A name or value between backticks; an empty one is seen as well. */
export const quotedPart = (text: string): string => `\`${oneLine(text.slice(0, LONGEST_SHOWN)) || '""'}\``;

export const cantBe = (
  text: string,
  options: readonly string[],
  { why, hidden }: { readonly why?: string | undefined; readonly hidden?: boolean | undefined } = {},
) => `can't be ${hidden ? 'that' : quotedPart(text)}${why ?? suggestion(text, options)}`;

/** Whether a message is the library's own, and not one of a schema's writer. */
const isDefault = (message: string) => /^(?:Invalid|Too |Unrecognized|Expected)/.test(message);

/** Why the value can't stand there, as the rest of a sentence; begins with a colon if it is a sentence of its own. */
export function reason(issue: SchemaIssue, actual: unknown, path: Path, judged: Judged | undefined): string {
  if (issue.code === 'invalid_type' && actual === null) return 'has no value';
  const hidden = judged?.wording.hidesValues;
  const before = hidden ? ': ' : shown(actual);
  if (!isDefault(issue.message))
    return issue.message.includes(JSON.stringify(actual) ?? '')
      ? `: ${issue.message}`
      : `${before}${issue.message}`;
  const asText = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value));
  if (issue.code === 'invalid_value') return cantBe(asText(actual), choicesOf(issue), { hidden });
  switch (issue.code) {
    case 'invalid_type': {
      const expected = judged?.wording.expectedAt?.(path) ?? typeName(issue.expected);
      return `must be ${expected}, not ${givenKind(actual)}`;
    }
    case 'too_small':
      if (actual === '' || (Array.isArray(actual) && actual.length === 0)) return 'is empty';
      return typeof actual === 'number'
        ? `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
        : `must have at least ${issue.minimum}${unitOf(actual)}`;
    case 'too_big':
      return typeof actual === 'number'
        ? `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
        : `must have at most ${issue.maximum}${unitOf(actual)}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return 'pattern' in issue && issue.pattern !== undefined
        ? `${before}must match ${issue.pattern}`
        : `${before}is not a valid ${issue.format}`;
    default:
      return `${before}can't stand there`;
  }
}

const unitOf = (actual: unknown) =>
  typeof actual === 'string' ? ' characters' : Array.isArray(actual) ? ' entries' : '';

const shown = (actual: unknown) =>
  typeof actual === 'string' || typeof actual === 'number'
    ? `(${oneLine(String(actual).slice(0, LONGEST_SHOWN))}): `
    : ': ';

/** A type in the words of somebody who writes YAML or JSON. */
export const typeName = (expected: string): string =>
  ({
    array: 'a list',
    tuple: 'a list',
    object: 'an object',
    record: 'an object',
    string: 'a text',
    int: 'a whole number',
    boolean: 'true or false',
    null: 'null',
  })[expected] ?? `a ${expected}`;

/** What was given, without its content: that may be long. */
export const givenKind = (actual: unknown): string =>
  Array.isArray(actual)
    ? 'a list'
    : typeof actual === 'object'
      ? 'an object'
      : typeof actual === 'string'
        ? 'a text'
        : `${String(actual)}`;
