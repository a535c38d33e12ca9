/** What both sides of a merge made of a JSON document, key by key, where lines that touch each other would conflict. */

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/**
 * The texts of a JSON object on both sides and before them as one, in the form of `ours`. Keys of `theirs` come where the
 * keys of `ours` are sorted to, else last.
 *
 * @returns undefined where both sides changed one value, or where a text isn't written as `JSON.stringify` writes it
 */
export function mergeJson(base: string, ours: string, theirs: string): string | undefined {
  const read = [base, ours, theirs].map(objectIn);
  const [before, one, other] = read;
  const indent = indentOf(ours);
  if (before === undefined || one === undefined || other === undefined || indent === undefined)
    return undefined;
  if (written(one, indent, ours) !== ours) return undefined;
  const merged = mergeObjects(before, one, other);
  return merged === CONFLICT ? undefined : written(merged, indent, ours);
}

const CONFLICT = Symbol('both sides changed it');

const objectIn = (text: string): JsonObject | undefined => {
  try {
    const read = JSON.parse(text) as Json;
    return isObject(read) ? read : undefined;
  } catch {
    return undefined;
  }
};

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const indentOf = (text: string): string | undefined => /^\{\n([ \t]+)"/.exec(text)?.[1];

const written = (value: JsonObject, indent: string, like: string): string =>
  `${JSON.stringify(value, null, indent)}${like.endsWith('\n') ? '\n' : ''}`;

const same = (one: Json | undefined, other: Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

function mergeObjects(
  before: JsonObject,
  ours: JsonObject,
  theirs: JsonObject,
): JsonObject | typeof CONFLICT {
  const merged = new Map<string, Json>();
  for (const key of [...new Set([...Object.keys(ours), ...Object.keys(theirs)])]) {
    const value = mergeValues(own(before, key), own(ours, key), own(theirs, key));
    if (value === CONFLICT) return CONFLICT;
    if (value !== undefined) merged.set(key, value);
  }
  const keys = Object.keys(ours);
  const isSorted = keys.every((key, index) => index === 0 || (keys[index - 1] as string) < key);
  const entries = [...merged];
  if (isSorted) entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries);
}

const own = (of: JsonObject, key: string): Json | undefined => (Object.hasOwn(of, key) ? of[key] : undefined);

function mergeValues(
  before: Json | undefined,
  ours: Json | undefined,
  theirs: Json | undefined,
): Json | undefined | typeof CONFLICT {
  if (same(ours, theirs) || same(before, theirs)) return ours;
  if (same(before, ours)) return theirs;
  if (!isObject(ours) || !isObject(theirs)) return CONFLICT;
  // Two packets that each begin a map, such as the first dependencies.
  return mergeObjects(isObject(before) ? before : {}, ours, theirs);
}
