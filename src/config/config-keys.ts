import { z } from 'zod';
import { configSchema } from '../domain/config.ts';

/** The part of JSON Schema that zod makes of the configuration. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
}

/** JSON Schema of `baton.yaml` as it is written, for editors and for finding the keys of a place. */
export const configJsonSchema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });

const isNode = (value: unknown): value is SchemaNode => typeof value === 'object' && value !== null;

const alternatives = (node: SchemaNode): SchemaNode[] =>
  node.anyOf ? node.anyOf.flatMap(alternatives) : [node];

function below(node: SchemaNode, key: PropertyKey): SchemaNode[] {
  return alternatives(node).flatMap((one) => {
    if (typeof key === 'number') return one.items ? [one.items] : [];
    const named = Object.hasOwn(one.properties ?? {}, key) ? one.properties?.[String(key)] : undefined;
    if (named) return [named];
    return isNode(one.additionalProperties) ? [one.additionalProperties] : [];
  });
}

/** The keys that may stand in the object at `path`; names that are free to choose are not among them. */
export function keysAt(path: readonly PropertyKey[]): string[] {
  let nodes: SchemaNode[] = [configJsonSchema as SchemaNode];
  for (const key of path) nodes = nodes.flatMap((node) => below(node, key));
  const keys = nodes.flatMap(alternatives).flatMap((node) => Object.keys(node.properties ?? {}));
  return [...new Set(keys)];
}

/** Every key of the schema as a path, with `*` for a name that is free to choose. */
export function allKeys(node: SchemaNode = configJsonSchema as SchemaNode, prefix = ''): string[] {
  const found = alternatives(node).flatMap((one) => [
    ...Object.entries(one.properties ?? {}).flatMap(([key, value]) => [
      `${prefix}${key}`,
      ...allKeys(value, `${prefix}${key}.`),
    ]),
    ...(isNode(one.additionalProperties) ? allKeys(one.additionalProperties, `${prefix}*.`) : []),
  ]);
  return [...new Set(found)];
}
