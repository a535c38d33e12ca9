// The docstrings of the schemas' fields, read from their source: so nothing is said twice, in a comment and in a call.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@babel/parser';

/**
 * @typedef {{ keys: string[], docs: Map<string, string>, constants: Map<string, string> }} Fields fields of an object in
 *   the source; `constants`: those of one value only, such as `type: z.literal('ping')`
 * @typedef {{ name: string, optional: boolean, type: string, doc: string | undefined }} Member
 */

/** Every object of a folder's schemas, and its interfaces. */
export function readDocstrings(folder) {
  const modules = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readModule(path.join(folder, name)));
  const constants = new Map(modules.flatMap(({ constants: all }) => [...all]));
  const objects = modules.flatMap((module) =>
    module.objects.map((object) => fieldsOf(object, module, constants)),
  );
  return {
    docsFor: (properties) => docsFor(properties, objects),
    /** @returns {Member[]} */
    members(name) {
      const found = modules.flatMap(({ interfaces }) => interfaces.get(name) ?? []);
      if (found.length === 0) throw new Error(`there is no interface ${name} in ${folder}`);
      return found;
    },
  };
}

function readModule(file) {
  const text = readFileSync(file, 'utf8');
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
  const constants = new Map();
  const interfaces = new Map();
  const objects = [];
  const visit = (node, parent) => {
    if (typeof node?.type !== 'string') return;
    if (node.type === 'ObjectExpression') objects.push(node);
    if (node.type === 'VariableDeclaration')
      for (const { id, init } of node.declarations)
        if (id.type === 'Identifier' && init)
          constants.set(id.name, { init, doc: docOf(parent?.type.startsWith('Export') ? parent : node) });
    if (node.type === 'TSInterfaceDeclaration')
      interfaces.set(
        node.id.name,
        node.body.body.map((member) => ({
          name: member.key.name,
          optional: member.optional === true,
          type: text.slice(
            member.typeAnnotation.typeAnnotation.start,
            member.typeAnnotation.typeAnnotation.end,
          ),
          doc: docOf(member),
        })),
      );
    for (const [key, value] of Object.entries(node))
      if (key !== 'loc' && !key.endsWith('Comments'))
        for (const child of Array.isArray(value) ? value : [value]) visit(child, node);
  };
  visit(program, undefined);
  return { file, constants, interfaces, objects };
}

/** A docstring as text: paragraphs become one line, since a cell of a table is one. */
function docOf(node) {
  const last = node?.leadingComments?.at(-1);
  if (last?.type !== 'CommentBlock' || !last.value.startsWith('*')) return undefined;
  return last.value
    .slice(1)
    .split('\n')
    .map((line) => line.replace(/^\s*\*?\s?/, '').trim())
    .join(' ')
    .trim();
}

/** @returns {Fields} */
function fieldsOf(object, module, constants) {
  const docs = new Map();
  const keys = [];
  const literals = new Map();
  const named = (node) =>
    node?.type === 'Identifier' && (module.constants.get(node.name) ?? constants.get(node.name));
  const add = (from) => {
    for (const property of from.properties) {
      if (property.type === 'SpreadElement') {
        const spread = named(property.argument)?.init;
        const literal = spread?.type === 'TSAsExpression' ? spread.expression : spread;
        if (literal?.type === 'ObjectExpression') add(literal);
        continue;
      }
      if (property.type !== 'ObjectProperty' || property.computed) continue;
      const key = property.key.name ?? String(property.key.value);
      keys.push(key);
      const literal = literalOf(property.value);
      if (literal !== undefined) literals.set(key, literal);
      const own = docOf(property);
      const shared = named(rootOf(property.value))?.doc;
      // What is said of a type in general goes before the default at one place.
      const doc = own === undefined ? shared : own.startsWith('Default') && shared ? `${shared} ${own}` : own;
      if (doc !== undefined) docs.set(key, doc);
    }
  };
  add(object);
  return { keys, docs, constants: literals };
}

/** `name` of `name.optional().default(1)`. */
const rootOf = (node) =>
  node?.type === 'CallExpression'
    ? rootOf(node.callee)
    : node?.type === 'MemberExpression'
      ? rootOf(node.object)
      : node;

/** `x` of `z.literal('x')`. */
const literalOf = (node) =>
  node.type === 'CallExpression' &&
  node.callee.property?.name === 'literal' &&
  node.arguments[0]?.type === 'StringLiteral'
    ? node.arguments[0].value
    : undefined;

/** Docstrings of an object with exactly these keys; of one that was extended, with those of its parts. */
function docsFor(properties, objects) {
  const keys = Object.keys(properties);
  const wanted = new Set(keys);
  const parts = objects
    .filter(
      ({ keys: all, constants }) =>
        all.length > 0 &&
        all.every((key) => wanted.has(key)) &&
        [...constants].every(([key, value]) => properties[key].const === value),
    )
    .sort((one, other) => other.keys.length - one.keys.length);
  const [largest] = parts;
  const docs = new Map();
  if (largest === undefined) return docs;
  const take = (part) => {
    for (const [key, doc] of part.docs) {
      const before = docs.get(key);
      if (before !== undefined && before !== doc)
        throw new Error(`\`${key}\` of {${keys.join(', ')}} is told in two ways: "${before}" and "${doc}"`);
      docs.set(key, doc);
    }
  };
  for (const part of parts.filter(({ keys: all }) => all.length === largest.keys.length)) take(part);
  const rest = keys.filter((key) => !largest.keys.includes(key));
  for (const part of parts)
    if (part.keys.length === rest.length && part.keys.every((key) => rest.includes(key))) take(part);
  return docs;
}
