import { defaults, example, firstChange, lastChange, merged, wrong } from './samples.mjs';

const literal = (value) => JSON.stringify(value);
const choice = (field) => `z.enum(${literal(field.values)})`;
const flags = (field) => `z.strictObject({ ${field.keys.map((key) => `${key}: z.boolean()`).join(', ')} })`;
const schema = (field) => (field.kind === 'choice' ? choice(field) : flags(field));
const part = (field) =>
  field.kind === 'choice' ? `${choice(field)}.optional()` : `${flags(field)}.partial().optional()`;

function mergeOf(field) {
  if (field.kind === 'choice') return `${field.name}: change.${field.name} ?? current.${field.name},`;
  const keys = field.keys.map(
    (key) => `${key}: change.${field.name}?.${key} ?? current.${field.name}.${key},`,
  );
  return `${field.name}: { ${keys.join(' ')} },`;
}

const typeOf = (field) =>
  field.kind === 'choice'
    ? `${field.name}: ${field.values.map((value) => `'${value}'`).join(' | ')};`
    : `${field.name}: { ${field.keys.map((key) => `${key}: boolean`).join('; ')} };`;

/** A setting as the page shows it. */
const controlOf = ({ name, kind, ...field }) =>
  kind === 'choice'
    ? `choice('${name}', ${literal(field.values)}, '${field.values[0]}'),`
    : `switches('${name}', ${literal(Object.fromEntries(field.keys.map((key) => [key, true])))}),`;

/** A value by the names of the page's controls: `group.key` for a switch. */
const controlsOf = (value) =>
  Object.fromEntries(
    Object.entries(value).flatMap(([name, one]) =>
      typeof one === 'object'
        ? Object.entries(one).map(([key, on]) => [`${name}.${key}`, on])
        : [[name, one]],
    ),
  );

const capital = (text) => text[0].toUpperCase() + text.slice(1);

/** What the templates need to know of a feature, as text of TypeScript, SQL and Markdown. */
export function valuesOf(spec) {
  const { title, slug, table, resource, type, camel, path, pagePath, limit, fields, files } = spec;
  const filled = example(spec);
  return {
    title,
    slug,
    table,
    resource,
    type,
    camel,
    path,
    pagePath,
    limit,
    ...files,
    openapiPath: path.replace(':id', '{id}'),
    schemaFields: fields.map((field) => `${field.name}: ${schema(field)},`).join('\n  '),
    partFields: fields.map((field) => `${field.name}: ${part(field)},`).join('\n  '),
    mergeFields: fields.map(mergeOf).join('\n    '),
    typeFields: fields.map(typeOf).join('\n  '),
    fieldNames: fields.map((field) => field.name).join(', '),
    heading: capital(title),
    hasChoices: fields.some(({ kind }) => kind === 'choice'),
    hasSwitches: fields.some(({ kind }) => kind === 'switches'),
    pageFields: fields.map(controlOf).join('\n    '),
    defaults: literal(defaults(spec)),
    example: literal(filled),
    exampleControls: literal(controlsOf(filled)),
    firstField: fields[0].name,
    wrong: literal(wrong(spec)),
    firstChange: literal(firstChange(spec)),
    lastChange: literal(lastChange(spec)),
    exampleFirstChanged: literal(merged(filled, firstChange(spec))),
    defaultsExampleFirst: literal(merged(defaults(spec), { [fields[0].name]: filled[fields[0].name] })),
    exampleFirst: literal({ [fields[0].name]: filled[fields[0].name] }),
    requestsAllowed: limit,
    requestsSent: limit + 5,
  };
}
