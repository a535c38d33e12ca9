import { Refusal } from './refusal.mjs';

export const UNDERSTOOD =
  'Add <name> feature: users can save <field> (<a>/<b>), <field> (<a>/<b>/<c>), and <group> settings (<x>, <y>).';

const RESERVED = ['id', 'user_id', 'updated_at', 'created_at'];
const words = (text) =>
  text
    .trim()
    .toLowerCase()
    .split(/[\s-]+/);
const pascal = (parts) => parts.map((part) => part[0].toUpperCase() + part.slice(1)).join('');

function refuse(what) {
  throw new Refusal(`The scripted crew can't read the request: ${what}. It understands: ${UNDERSTOOD}`);
}

/**
 * Reads a feature request. Values with slashes are a choice, whose first value is the default; names with
 * commas are switches, all on by default.
 */
export function parseRequest(request) {
  const sentence = request.replace(/\s+/g, ' ').trim();
  const match =
    /^(?:please )?add (?:an? |the )?(.+?)(?: feature)?: users can (?:save|set|choose) (.+?)\.?$/i.exec(
      sentence,
    );
  if (!match) refuse('it has another form');
  const name = words(match[1]);
  if (!name.every((word) => /^[a-z][a-z0-9]*$/.test(word)) || name.length > 4)
    refuse(`"${match[1]}" is no name`);
  const fields = [...match[2].matchAll(/([^(),]+)\(([^)]*)\)/g)].map(([, label, values]) =>
    field(label, values),
  );
  const rest = match[2].replace(/([^(),]+)\(([^)]*)\)/g, '').replace(/[\s,]|and/gi, '');
  if (fields.length === 0 || rest !== '')
    refuse(rest ? `"${rest}" is no field with values` : 'it names no field with values');
  const twice = fields.find((one, n) => fields.findIndex((other) => other.name === one.name) !== n);
  if (twice) refuse(`${twice.name} is there twice`);
  return {
    title: name.join(' '),
    slug: name.join('-'),
    table: name.join('_'),
    resource: (name[0] === 'user' && name.length > 1 ? name.slice(1) : name).join('-'),
    type: pascal(name),
    camel: name[0] + pascal(name.slice(1)),
    fields,
  };
}

function field(label, values) {
  const parts = words(label.replace(/^\s*(?:and|their|an?|the)\s+/i, ''));
  const isGroup = parts.at(-1) === 'settings';
  const named = isGroup ? parts.slice(0, -1) : parts;
  const name = `${named.join('_')}${isGroup && !/s$/.test(named.at(-1) ?? 's') ? 's' : ''}`;
  if (!/^[a-z][a-z0-9_]*$/.test(name) || RESERVED.includes(name))
    refuse(`"${label.trim()}" can't name a field`);
  const listed = values.split(isGroup ? /,| and /i : /\/| or /i).map((value) => value.trim().toLowerCase());
  const found = listed.filter(Boolean);
  if (!found.every((value) => /^[a-z][a-z0-9_]*$/.test(value)))
    refuse(`"${values}" are no plain values of ${name}`);
  if (new Set(found).size !== found.length) refuse(`${name} has a value twice`);
  if (!isGroup && found.length < 2) refuse(`${name} needs at least two values to choose from`);
  if (isGroup && found.length < 1) refuse(`${name} needs a switch`);
  return isGroup ? { name, kind: 'switches', keys: found } : { name, kind: 'choice', values: found };
}
