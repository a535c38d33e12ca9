/** Which keys a schema knows at a place: for people who wrote another one. Never called in a workflow. */
import { z } from 'zod';

/** The part of JSON Schema that zod makes of objects, lists and alternatives. */
export interface SchemaNode {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: SchemaNode | boolean;
  readonly items?: SchemaNode;
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
}

const made = new WeakMap<z.ZodType, SchemaNode>();

/** JSON Schema of what a schema reads, before its defaults; made once. */
export function inputSchema(schema: z.ZodType): SchemaNode {
  let node = made.get(schema);
  if (node === undefined) {
    node = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
    made.set(schema, node);
  }
  return node;
}

export const isNode = (value: unknown): value is SchemaNode => typeof value === 'object' && value !== null;

/** What may stand there, one by one. */
export const alternatives = (node: SchemaNode): SchemaNode[] => {
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

/** What may stand at `path`. */
export function schemasAt(root: SchemaNode, path: readonly PropertyKey[]): SchemaNode[] {
  let nodes: SchemaNode[] = [root];
  for (const key of path) nodes = nodes.flatMap((node) => below(node, key));
  return nodes.flatMap(alternatives);
}

/** The keys of all these; names that are free to choose are not among them. */
export const knownKeys = (nodes: readonly SchemaNode[]): string[] => [
  ...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {}))),
];

/** Alternatives that one key tells apart, such as `runner` or `type`: the keys of each of its values. */
export interface Kinds {
  readonly key: string;
  readonly keys: ReadonlyMap<string, readonly string[]>;
}

/** Undefined if no key tells the alternatives apart. */
export function kindsOf(nodes: readonly SchemaNode[]): Kinds | undefined {
  const [first] = nodes;
  const constants = (key: string) => nodes.map((node) => node.properties?.[key]?.const);
  const key = knownKeys(first ? [first] : []).find((name) =>
    constants(name).every((value) => typeof value === 'string'),
  );
  if (key === undefined || nodes.length < 2) return undefined;
  return {
    key,
    keys: new Map(nodes.map((node) => [String(node.properties?.[key]?.const), knownKeys([node])])),
  };
}
