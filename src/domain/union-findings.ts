/** What is wrong with a value that may be one of several things: told by the one that it comes nearest to. */
import type { z } from 'zod';
import { nearest } from './nearest.ts';
import { knownKeys, type SchemaNode, schemasAt } from './schema-keys.ts';
import {
  absentKey,
  givenKind,
  type Judged,
  placeText,
  type SchemaFinding,
  type SchemaIssue,
  typeName,
  valueAt,
} from './schema-words.ts';

type Told = (issue: SchemaIssue, judged: Judged) => SchemaFinding[];

/** Findings of the alternative that the value comes nearest to; else that none of them fits, with what there is. */
export function unionFindings(
  issue: z.core.$ZodIssueInvalidUnion,
  judged: Judged,
  each: Told,
): SchemaFinding[] {
  const { path } = issue;
  const actual = valueAt(judged.value, path);
  if (actual === undefined) return [absentKey(path)];
  const branches = issue.errors.map((errors) =>
    errors.map((inner) => ({ ...inner, path: [...path, ...inner.path] }) as SchemaIssue),
  );
  const objects = schemasAt(judged.root, path).filter(({ properties }) => properties !== undefined);
  const ofItsType = branches.filter((errors) =>
    errors.every((inner) => inner.code !== 'invalid_type' || inner.path.length > path.length),
  );
  if (ofItsType.length > 0)
    return typeof actual === 'object' && !Array.isArray(actual) && objects.length > 1
      ? objectFindings(ofItsType, objects, path, judged, each)
      : nearestFindings(ofItsType, branches, path, judged, each);
  const expected = expectedTypes(branches, objects);
  const not = actual === null ? 'has no value' : `must be ${expected}, not ${givenKind(actual)}`;
  return [{ path, on: 'value', message: `${placeText(path)} ${not}` }];
}

function expectedTypes(branches: readonly SchemaIssue[][], objects: readonly SchemaNode[]): string {
  const names = branches
    .flat()
    .flatMap((inner) =>
      inner.code === 'invalid_type'
        ? [inner.expected === 'object' && objects.length > 1 ? objectWith(objects) : typeName(inner.expected)]
        : [],
    );
  return [...new Set(names)].join(' or ');
}

/** `an object with one of …`, of alternatives that one key each tells apart. */
const objectWith = (objects: readonly SchemaNode[]) =>
  `an object with one of ${knownKeys(objects)
    .map((key) => `\`${key}\``)
    .join(', ')}`;

/** Of alternatives of its type the first, and what else than one word may stand there. */
function nearestFindings(
  ofItsType: readonly SchemaIssue[][],
  branches: readonly SchemaIssue[][],
  path: readonly PropertyKey[],
  judged: Judged,
  each: Told,
): SchemaFinding[] {
  const [nearestOne = []] = [...ofItsType].sort((a, b) => a.length - b.length);
  const [only] = nearestOne;
  if (nearestOne.length === 1 && only?.code === 'invalid_value' && only.path.length === path.length) {
    const others = branches
      .flat()
      .flatMap((inner) => (inner.code === 'invalid_type' ? [typeName(inner.expected)] : []));
    const [finding] = each(only, judged);
    if (finding !== undefined && others.length > 0)
      return [{ ...finding, message: `${finding.message}, or ${[...new Set(others)].join(' or ')}` }];
  }
  return nearestOne.flatMap((inner) => each(inner, judged));
}

/** An object with keys of none of the alternatives, of several, or of one that has a mistake in it. */
function objectFindings(
  branches: readonly SchemaIssue[][],
  objects: readonly SchemaNode[],
  path: readonly PropertyKey[],
  judged: Judged,
  each: Told,
): SchemaFinding[] {
  const given = Object.keys(valueAt(judged.value, path) as object);
  const known = knownKeys(objects);
  const at = (message: string): SchemaFinding[] => [
    { path, on: 'value', message: `${placeText(path)} ${message}` },
  ];
  const named = given.filter((key) => known.includes(key));
  const unknown = given.filter((key) => !known.includes(key));
  const list = (keys: readonly string[]) => keys.map((key) => `\`${key}\``).join(' and ');
  const fits = (node: SchemaNode) => named.every((key) => Object.hasOwn(node.properties ?? {}, key));
  if (named.length > 1 && !objects.some(fits))
    return at(`has ${list(named)}: it must be ${objectWith(objects)}`);
  if (named.length === 0) {
    const [meant] = unknown.filter((key) => nearest(key, known) !== undefined);
    if (meant === undefined) return at(`must be ${objectWith(objects)}`);
    return each({ code: 'unrecognized_keys', keys: [meant], path: [...path], message: '' }, judged);
  }
  // What is missing in an alternative that the keys don't belong to isn't missing.
  const [best = []] = [...branches].sort((a, b) => weight(a) - weight(b));
  return best.flatMap((inner) => each(inner, judged));
}

const weight = (errors: readonly SchemaIssue[]): number =>
  errors.reduce((sum, inner) => sum + (inner.code === 'unrecognized_keys' ? inner.keys.length : 1), 0);
