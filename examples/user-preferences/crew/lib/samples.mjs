const each = (fields, value) => Object.fromEntries(fields.map((field) => [field.name, value(field)]));
const switches = (keys, value) => Object.fromEntries(keys.map((key, n) => [key, value(n)]));

/** What applies to a user who saved nothing. */
export const defaults = ({ fields }) =>
  each(fields, (field) => (field.kind === 'choice' ? field.values[0] : switches(field.keys, () => true)));

/** Something else than the defaults in every field. */
export const example = ({ fields }) =>
  each(fields, (field) => (field.kind === 'choice' ? field.values[1] : switches(field.keys, (n) => n > 0)));

/** A change of the first field, and one of the last: `example` with either applied differs from `example`. */
export const firstChange = (spec) => change(spec.fields[0]);
export const lastChange = (spec) => change(spec.fields.at(-1));

function change(field) {
  return { [field.name]: field.kind === 'choice' ? field.values[0] : { [field.keys[0]]: true } };
}

/** `value` with `change` applied, as PATCH does it: switches that are not named stay. */
export function merged(value, changed) {
  return Object.fromEntries(
    Object.entries(value).map(([key, old]) => [
      key,
      changed[key] === undefined ? old : typeof old === 'object' ? { ...old, ...changed[key] } : changed[key],
    ]),
  );
}

/** A value that the first field doesn't have. */
export const wrong = (spec) => ({
  [spec.fields[0].name]: spec.fields[0].kind === 'choice' ? 'mauve' : 'yes',
});
