import { configSchema } from '../domain/config.ts';
import { alternatives, inputSchema, isNode, type SchemaNode } from '../domain/schema-keys.ts';

/** JSON Schema of `baton.yaml` as it is written, for editors and for finding the keys of a place. */
export const configJsonSchema = inputSchema(configSchema);

/** Every key of the schema as a path, with `*` for a name that is free to choose; those of a list's objects without a number. */
export function allKeys(node: SchemaNode = configJsonSchema, prefix = ''): string[] {
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
