/**
 * What a schema refused, as sentences: where, what was given, and what may stand there. The library's own messages name
 * its classes and leave out the choices, so none of them reaches a person or an agent. Never called in a workflow.
 */
import type { z } from 'zod';
import { suggestion } from './nearest.ts';
import { inputSchema, kindsOf, knownKeys, schemasAt } from './schema-keys.ts';
import {
  absentKey,
  cantBe,
  choicesOf,
  type Judged,
  pathText,
  placeText,
  quotedPart,
  reason,
  type SchemaFinding,
  type SchemaIssue,
  valueAt,
  type Wording,
} from './schema-words.ts';
import { unionFindings } from './union-findings.ts';

/** Everything that a schema found wrong in a value. */
export function schemaFindings(
  { issues }: Pick<z.ZodError, 'issues'>,
  value: unknown,
  schema: z.ZodType,
  wording: Wording = {},
): SchemaFinding[] {
  const judged: Judged = { value, root: inputSchema(schema), wording };
  const found = issues.flatMap((issue) => issueFindings(issue, judged));
  return [...new Map(found.map((finding) => [finding.message, finding])).values()];
}

/** The same in one line. */
export const schemaProblems = (
  error: Pick<z.ZodError, 'issues'>,
  value: unknown,
  schema: z.ZodType,
  wording: Wording = {},
): string =>
  schemaFindings(error, value, schema, wording)
    .map(({ message }) => message)
    .join('; ');

/** What one issue says, each place of it by itself. */
function issueFindings(issue: SchemaIssue, judged: Judged): SchemaFinding[] {
  const { value } = judged;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      on: 'key',
      message: unknownKey(key, issue.path, judged),
    }));
  if (issue.code === 'invalid_key') return [keyFinding(issue)];
  if (issue.code === 'invalid_union')
    return 'discriminator' in issue && issue.discriminator !== undefined
      ? [discriminatorFinding(issue, judged)]
      : unionFindings(issue, judged, issueFindings);
  // A check may be written as a text, and then stands for `{ run: text }`: the file has no `run` there.
  const path =
    typeof valueAt(value, issue.path.slice(0, -1)) === 'string' ? issue.path.slice(0, -1) : issue.path;
  const actual = valueAt(value, path);
  if (actual === undefined && issue.code !== 'custom') return [absentKey(path, choicesOf(issue))];
  const why = reason(issue, actual, path, judged);
  // A rule about a whole object is told at its name, not at its first entry.
  const on = issue.code === 'custom' && typeof actual === 'object' ? 'key' : 'value';
  if (path.length === 0 && why.startsWith(': ')) return [{ path, on, message: why.slice(2) }];
  return [{ path, on, message: `${placeText(path)}${why.startsWith(':') ? '' : ' '}${why}` }];
}

/** A key that another kind has is told apart from one that nobody has. */
function unknownKey(key: string, parent: readonly PropertyKey[], { value, root }: Judged): string {
  const name = quotedPart(key);
  const where = parent.length > 0 ? ` in \`${pathText(parent)}\`` : '';
  const nodes = schemasAt(root, parent);
  const kinds = kindsOf(nodes);
  const kind = kinds && valueAt(value, [...parent, kinds.key]);
  const own = typeof kind === 'string' ? kinds?.keys.get(kind) : undefined;
  if (kinds === undefined || own === undefined)
    return `unknown key ${name}${where}${suggestion(key, knownKeys(nodes))}`;
  const others = [...kinds.keys].filter(([, keys]) => keys.includes(key)).map(([other]) => `\`${other}\``);
  return others.length > 0
    ? `key ${name}${where} is not one of the ${kinds.key} \`${kind}\`: it is for ${others.join(', ')}`
    : `unknown key ${name}${where}${suggestion(key, own)}`;
}

/** A name that is free to choose, and still not any. */
function keyFinding(issue: z.core.$ZodIssueInvalidKey): SchemaFinding {
  const name = String(issue.path.at(-1) ?? '');
  const [inner] = issue.issues;
  const why =
    inner === undefined ? 'is not a name' : reason(inner, name, [], undefined).replace(/^.*?: /, '');
  const message = `${quotedPart(name)} ${why}`;
  return { path: issue.path, on: 'key', message };
}

/** What decides which keys an object has is missing, or is nothing that is known. */
function discriminatorFinding(issue: z.core.$ZodIssueInvalidUnion, judged: Judged): SchemaFinding {
  const { path } = issue;
  const actual = valueAt(judged.value, path);
  const named = 'options' in issue ? (issue.options as readonly unknown[]) : [];
  const kinds = kindsOf(schemasAt(judged.root, path.slice(0, -1)));
  const options = named.length > 0 ? named.map(String) : [...(kinds?.keys.keys() ?? [])];
  if (actual === undefined) return absentKey(path, options);
  const text = typeof actual === 'string' ? actual : JSON.stringify(actual);
  const why = judged.wording.whyNot?.(path, text);
  return {
    path,
    on: 'value',
    message: `${placeText(path)} ${cantBe(text, options, { why, hidden: judged.wording.hidesValues })}`,
  };
}
