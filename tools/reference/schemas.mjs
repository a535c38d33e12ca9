// The JSON Schemas of what people and agents write, with the docstrings of their fields.
import { z } from 'zod';
import { configJsonSchema } from '../../src/config/config-keys.ts';
import { agentEventSchema, resultSchemas } from '../../src/domain/agent-protocol.ts';
import { packetSchema } from '../../src/domain/packet.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** Of a schema as it reads: before its defaults. */
const inputOf = (schema) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });

/** What may be written as a text in place of an object, by its path in the schema of baton.yaml. */
const SHORT_FORMS = [
  ['properties', 'checks', 'properties', 'setup'],
  ['properties', 'checks', 'additionalProperties'],
  ['properties', 'sandbox'],
];

function configuration() {
  const schema = structuredClone(configJsonSchema);
  for (const at of SHORT_FORMS) {
    const key = at.at(-1);
    const parent = at.slice(0, -1).reduce((node, step) => node[step], schema);
    parent[key] = { anyOf: [{ type: 'string' }, parent[key]] };
  }
  return schema;
}

function packetsFile() {
  const packet = inputOf(packetSchema);
  const list = { type: 'array', minItems: 1, maxItems: 300, items: packet };
  const named = {
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'For editors: where the JSON Schema of this file is.' },
      packets: { ...list, description: 'The packets, in any order.' },
    },
    required: ['packets'],
    additionalProperties: false,
  };
  return { anyOf: [packet, list, named] };
}

/**
 * @param docs from `readDocstrings`
 * @returns {{ schemas: Record<string, object>, missing: string[] }} by name of file; fields without a docstring
 */
export function publishedSchemas(docs) {
  const missing = new Set();
  const made = (schema, title, description) => {
    const told = withDocs(schema, docs, missing);
    delete told.$schema;
    return { $schema: DRAFT, title, description, ...told };
  };
  const schemas = {
    'baton.schema.json': made(configuration(), 'baton.yaml', 'What a repository tells Baton about itself.'),
    'packets.schema.json': made(
      packetsFile(),
      'Work packets',
      'What baton start --packets reads from a .json file.',
    ),
    'agent-event.schema.json': made(
      inputOf(agentEventSchema),
      'Event of an agent',
      "A line of an agent's standard output.",
    ),
    ...Object.fromEntries(
      Object.entries(resultSchemas).map(([phase, schema]) => [
        `agent-result-${phase}.schema.json`,
        made(inputOf(schema), `Result of the ${phase} phase`, 'The `result` of the event that ends a run.'),
      ]),
    ),
  };
  return { schemas, missing: [...missing] };
}

/** The schema with descriptions of all fields that have a docstring. */
function withDocs(node, docs, missing) {
  if (Array.isArray(node)) return node.map((each) => withDocs(each, docs, missing));
  if (typeof node !== 'object' || node === null) return node;
  const told = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === 'properties' ? value : withDocs(value, docs, missing),
    ]),
  );
  if (node.properties === undefined) return told;
  const keys = Object.keys(node.properties);
  const found = docs.docsFor(node.properties);
  told.properties = Object.fromEntries(
    keys.map((key) => {
      const description = found.get(key) ?? node.properties[key].description;
      const isConstant = node.properties[key].const !== undefined;
      if (description === undefined && !isConstant) missing.add(`${key} of {${keys.join(', ')}}`);
      const value = withDocs(node.properties[key], docs, missing);
      return [key, description === undefined ? value : { ...value, description }];
    }),
  );
  return told;
}

/** Parts shorter than this are as short as what would lead to them. */
const LONG_PART = 120;

/** The same schema, in which what stands in it several times is defined once: a fifth of the size. */
export function withDefinitions(schema) {
  const seen = new Map();
  const count = (node) => {
    if (typeof node !== 'object' || node === null) return;
    const text = JSON.stringify(node);
    if (isPart(node) && text.length >= LONG_PART) seen.set(text, (seen.get(text) ?? 0) + 1);
    if ((seen.get(text) ?? 0) >= 2) return;
    for (const child of Object.values(node)) count(child);
  };
  count(schema);
  const names = new Map();
  const definitions = {};
  const short = (node, isRoot = false) => {
    if (typeof node !== 'object' || node === null) return node;
    if (Array.isArray(node)) return node.map((each) => short(each));
    const inner = () => Object.fromEntries(Object.entries(node).map(([key, value]) => [key, short(value)]));
    const text = JSON.stringify(node);
    if (isRoot || !isPart(node) || (seen.get(text) ?? 0) < 2) return inner();
    if (!names.has(text)) {
      names.set(text, `part${names.size + 1}`);
      definitions[names.get(text)] = inner();
    }
    return { $ref: `#/$defs/${names.get(text)}` };
  };
  const root = short(schema, true);
  return names.size === 0 ? root : { ...root, $defs: definitions };
}

/** A schema, and not a list of fields or names that only looks like one. */
const isPart = (node) => !Array.isArray(node) && (typeof node.type === 'string' || node.anyOf || node.oneOf);
