import { configJsonSchema } from './config-keys.ts';

type Node = Record<string, unknown>;

/** What may be written as a text in place of an object, by its path in the schema. */
const SHORT_FORMS = [
  ['properties', 'checks', 'properties', 'setup'],
  ['properties', 'checks', 'additionalProperties'],
  ['properties', 'sandbox'],
];

/** JSON Schema of `baton.yaml` for editors: as the parser reads it, short forms included. */
export function editorSchema(): Node {
  const schema = structuredClone(configJsonSchema) as Node;
  for (const path of SHORT_FORMS) {
    const key = path.at(-1) ?? '';
    const parent = path.slice(0, -1).reduce<Node>((node, step) => node[step] as Node, schema);
    parent[key] = { anyOf: [{ type: 'string' }, parent[key]] };
  }
  return { ...schema, title: 'baton.yaml', description: 'What a repository tells Baton about itself.' };
}
