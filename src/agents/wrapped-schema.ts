/** A JSON Schema as `z.toJSONSchema` makes it for draft 7; only the keywords that matter here are named. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly [keyword: string]: unknown;
}

/** A result that may be one of several objects, under the one key that providers allow at the root: an object. */
export const wrapped = (result: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: { result: without(result, ['$schema']) },
  required: ['result'],
  additionalProperties: false,
});

/** What `wrapped` was put around; a value that came without is taken as it is. */
export const unwrap = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'result' in value && !('status' in value)
    ? (value as { readonly result: unknown }).result
    : value;

const without = (schema: JsonSchema, keywords: readonly string[]): JsonSchema =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keywords.includes(keyword)));

/** Keywords that OpenAI's strict structured outputs know (platform documentation, "Structured outputs: supported schemas"). */
const STRICT_KEYWORDS = [
  'type',
  'description',
  'enum',
  'const',
  'pattern',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
];
const ANY_JSON = 'Any JSON value, written as JSON text.';

/**
 * The same schema in OpenAI's strict subset: every object closed, every property required, what may be left out may
 * be null instead, and a value of any shape is a text that holds JSON. `fromStrict` reads such a value back.
 */
export function toStrict(schema: JsonSchema): JsonSchema {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return { anyOf: alternatives.map(toStrict) };
  const kept = Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => STRICT_KEYWORDS.includes(keyword)),
  );
  if (schema.type === 'array') return { ...kept, items: toStrict(schema.items ?? {}) };
  if (schema.type === 'object' && schema.properties !== undefined) {
    const required = new Set(schema.required);
    return {
      ...kept,
      properties: Object.fromEntries(
        Object.entries(schema.properties).map(([key, property]) => [
          key,
          required.has(key) ? toStrict(property) : { anyOf: [toStrict(property), { type: 'null' }] },
        ]),
      ),
      required: Object.keys(schema.properties),
      additionalProperties: false,
    };
  }
  if (isAnything(schema)) return { type: 'string', description: ANY_JSON };
  return kept;
}

const isAnything = (schema: JsonSchema): boolean =>
  schema.type === undefined && schema.const === undefined && schema.enum === undefined;

/** Reads a value that was written for `toStrict(schema)`: nulls that stand for nothing go, JSON texts are parsed. */
export function fromStrict(schema: JsonSchema, value: unknown): unknown {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined)
    return fromStrict(alternatives.find((one) => fits(one, value)) ?? {}, value);
  if (schema.type === 'array' && Array.isArray(value))
    return value.map((item) => fromStrict(schema.items ?? {}, item));
  if (schema.type === 'object' && schema.properties !== undefined && isRecord(value)) {
    const { properties, required = [] } = schema;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, inner]) => inner !== null || required.includes(key))
        .map(([key, inner]) => [key, fromStrict(properties[key] ?? {}, inner)]),
    );
  }
  if (isAnything(schema) && typeof value === 'string') return parsed(value);
  return value;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Which alternative a value was written for: constants decide, then the keys. */
function fits(schema: JsonSchema, value: unknown): boolean {
  if (!isRecord(value)) return schema.type === (Array.isArray(value) ? 'array' : typeof value);
  const { properties = {}, required = [] } = schema;
  return (
    required.every((key) => key in value) &&
    Object.keys(value).every((key) => value[key] === null || key in properties) &&
    Object.entries(properties).every(
      ([key, property]) =>
        property.const === undefined || value[key] === undefined || value[key] === property.const,
    )
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A model that writes plain words where JSON was asked for has still said something.
    return text;
  }
}
