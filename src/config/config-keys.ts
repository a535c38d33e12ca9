import { z } from 'zod';
import { configSchema } from '../domain/config.ts';

/** The part of JSON Schema that zod makes of the configuration. */
interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
}

/** JSON Schema of `baton.yaml` as it is written, for editors and for finding the keys of a place. */
export const configJsonSchema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });

const isNode = (value: unknown): value is SchemaNode => typeof value === 'object' && value !== null;

const alternatives = (node: SchemaNode): SchemaNode[] => {
  const several = node.anyOf ?? node.oneOf;
  return several ? several.flatMap(alternatives) : [node];
};

function below(node: SchemaNode, key: PropertyKey): SchemaNode[] {
  return alternatives(node).flatMap((one) => {
    if (typeof key === 'number') return one.items ? [one.items] : [];
    const named = Object.hasOwn(one.properties ?? {}, key) ? one.properties?.[String(key)] : undefined;
    if (named) return [named];
    return isNode(one.additionalProperties) ? [one.additionalProperties] : [];
  });
}

/** The objects that may stand at `path`. */
function nodesAt(path: readonly PropertyKey[]): SchemaNode[] {
  let nodes: SchemaNode[] = [configJsonSchema as SchemaNode];
  for (const key of path) nodes = nodes.flatMap((node) => below(node, key));
  return nodes.flatMap(alternatives);
}

const keysOf = (nodes: readonly SchemaNode[]): string[] => [
  ...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {}))),
];

/** The keys that may stand in the object at `path`; names that are free to choose are not among them. */
export const keysAt = (path: readonly PropertyKey[]): string[] => keysOf(nodesAt(path));

/** The keys of each runner that the role or agent at `path` may have; empty where none stands there. */
export function runnersAt(path: readonly PropertyKey[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const node of nodesAt(path)) {
    const runner = node.properties?.runner?.const;
    if (typeof runner === 'string') found.set(runner, keysOf([node]));
  }
  return found;
}

/** Every key of the schema as a path, with `*` for a name that is free to choose; those of a list's objects without a number. */
export function allKeys(node: SchemaNode = configJsonSchema as SchemaNode, prefix = ''): string[] {
  const found = alternatives(node).flatMap((one) => [
    ...Object.entries(one.properties ?? {}).flatMap(([key, value]) => [
      `${prefix}${key}`,
      ...allKeys(value, `${prefix}${key}.`),
    ]),
    ...(one.items ? allKeys(one.items, prefix) : []),
    ...(isNode(one.additionalProperties) ? allKeys(one.additionalProperties, `${prefix}*.`) : []),
  ]);
  return [...new Set(found)];
}
