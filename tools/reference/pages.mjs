// The reference pages, from the JSON Schemas with their descriptions.

const MADE = '<!-- Made by `npm run docs` from the schemas in src/domain. Change those. -->';
const cell = (text) => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();
const code = (value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');

const alternatives = (node) => (node.anyOf ?? node.oneOf)?.flatMap(alternatives) ?? [node];
const isDuration = (node) => node.pattern?.endsWith('(?:ms|s|m|h|d)$') === true;

/** A type in the words of the pages. */
export function typeText(node) {
  const several = alternatives(node);
  if (several.length > 1) {
    const kinds = [...new Set(several.map((each) => typeText(each)))];
    return kinds.join(' or ');
  }
  const [one] = several;
  if (one.const !== undefined) return code(one.const);
  if (one.enum) return one.enum.map(code).join(', ');
  const least = one.exclusiveMinimum ?? one.minimum;
  const bounds = [
    least !== undefined && `${one.exclusiveMinimum === undefined ? 'at least' : 'more than'} ${least}`,
    one.maximum !== undefined && one.maximum < Number.MAX_SAFE_INTEGER && `at most ${one.maximum}`,
  ].filter(Boolean);
  const bounded = (name) => [name, ...bounds].join(', ');
  switch (one.type) {
    case 'string':
      return isDuration(one)
        ? 'duration'
        : one.maxLength
          ? `text, at most ${one.maxLength} characters`
          : 'text';
    case 'boolean':
      return 'true or false';
    case 'integer':
      return bounded('whole number');
    case 'number':
      return bounded('number');
    case 'array':
      return `list of ${typeText(one.items).replace(/,.*| or .*/, '')}${alternatives(one.items).length > 1 ? 's or objects' : one.items.enum ? '' : 's'}`;
    case 'object':
      return typeof one.additionalProperties === 'object' && !one.properties ? 'object by name' : 'object';
    default:
      return 'any JSON';
  }
}

/** Every key below a node, once: of alternatives all that any of them has. */
function* rowsOf(node, prefix) {
  const objects = alternatives(node).filter((each) => each.type === 'object' || each.type === 'array');
  const keys = [...new Set(objects.flatMap((each) => Object.keys(each.properties ?? {})))];
  for (const key of keys) {
    const having = objects.filter((each) => each.properties?.[key] !== undefined);
    const all = having.map((each) => each.properties[key]);
    const [first] = all;
    const types = [...new Set(all.map((each) => typeText(each)))];
    const needed = having.every((each) => each.required?.includes(key)) && having.length === objects.length;
    const kinds = having.map((each) => each.properties.runner?.const).filter(Boolean);
    const only =
      kinds.length > 0 && having.length < objects.filter(isProcess).length
        ? ` Runners: ${kinds.map(code).join(', ')}.`
        : '';
    yield {
      path: `${prefix}${key}`,
      type: types.join(' or '),
      byDefault: first.default !== undefined ? code(first.default) : needed ? 'needed' : '',
      meaning: `${meaningOf(first, key)}${only}`,
    };
    // An agent in a fallback has the same keys as one in its place.
    if (key !== 'fallback') yield* rowsOf(first, `${prefix}${key}.`);
  }
  for (const each of objects) {
    if (each.type === 'array') yield* rowsOf(each.items, `${prefix.replace(/\.$/, '')}[].`);
    else if (typeof each.additionalProperties === 'object')
      yield* rowsOf(each.additionalProperties, `${prefix}*.`);
  }
}

/** Its person has no agent, and so only a role. */
const isProcess = (node) => node.properties?.runner?.const !== 'person';

/** The docstring, without the default that has a column of its own. */
const meaningOf = ({ description = '', default: byDefault }, key) =>
  key === 'runner'
    ? 'How the agent is run: see [configuration.md](../configuration.md#crew). `person` has only `role` beside it.'
    : byDefault === undefined
      ? description
      : description.replace(/\s*Default:? [^.:]+\.$/, '');

const rowCells = ({ path, type, byDefault, meaning }) => [code(path), type, byDefault, meaning];
const HEAD = ['key', 'type', 'default', 'meaning'];

/** All keys of baton.yaml. */
export function configurationPage(schema) {
  const sections = Object.entries(schema.properties).map(([key, node]) => {
    const inner = key === 'crew' ? { ...node.properties.implement, description: '' } : node;
    const rows = [...rowsOf(inner, key === 'crew' ? 'crew.*.' : `${key}.`)];
    const needed = schema.required?.includes(key) ? 'Needed.' : '';
    const byDefault =
      node.default !== undefined && JSON.stringify(node.default) !== '{}'
        ? `Default: ${code(node.default)}.`
        : needed;
    const roles = key === 'crew' ? 'Roles: `design`, `implement`, `test`, `deploy`; all are needed.' : '';
    const intro = [meaningOf(node, key), `Type: ${typeText(node)}.`, byDefault, roles]
      .filter(Boolean)
      .join(' ');
    return `## ${key}\n\n${intro}\n${rows.length > 0 ? `\n${table(HEAD, rows.map(rowCells))}\n` : ''}`;
  });
  return `${MADE}

# Reference: baton.yaml

Every key with its type, default and meaning; \`*\` stands for a name of your choice. [configuration.md](../configuration.md) has
examples, and what goes beyond a single key. For editors and other programs:
[baton.schema.json](../../schemas/baton.schema.json), which \`baton init\` writes into the repository and names in the file's first
line. Durations are numbers with a unit: \`250ms\`, \`30s\`, \`5m\`, \`1h\`, \`2d\`.

${sections.join('\n')}`;
}

const ARTICLES = {
  session: 'The id by which the session can be resumed; the sooner the better.',
  progress: 'How far it is.',
  checkpoint:
    'Asks Baton to commit the tree and to run checks on it; the answer comes as a line on standard input.',
  usage: 'What was spent so far.',
  trouble: 'What keeps it from working and lies outside: the provider, the account, the settings.',
  ping: 'It lives and has nothing to say.',
  result: 'The last event: what came of the run. Its form is that of the phase, below.',
};

/** @param docs from `readDocstrings` */
export function protocolPage(schemas, docs) {
  const members = (name) =>
    table(
      ['field', 'type', 'meaning'],
      docs.members(name).map(({ name: field, type, doc }) => [code(field), code(typeOf(type)), doc ?? '']),
    );
  const fields = (node) => table(HEAD, [...rowsOf(node, '')].map(rowCells));
  const events = alternatives(schemas['agent-event.schema.json']).map((node) => {
    const { type, ...rest } = node.properties;
    const rows = fields({ ...node, properties: rest });
    return `### ${type.const}\n\n${ARTICLES[type.const]}\n${Object.keys(rest).length > 0 ? `\n${rows}\n` : ''}`;
  });
  const results = ['design', 'implement', 'test', 'deploy'].map((phase) => {
    const [done] = alternatives(schemas[`agent-result-${phase}.schema.json`]);
    const shown = phase === 'design' ? withoutPackets(done) : done;
    const file = `agent-result-${phase}.schema.json`;
    return `### done, in ${phase}\n\n[${file}](../../schemas/${file})\n\n${fields(shown)}\n`;
  });
  const others = alternatives(schemas['agent-result-design.schema.json'])
    .slice(1)
    .map((node) => `### ${node.properties.status.const}, in every phase\n\n${fields(node)}\n`);
  const [packet] = alternatives(schemas['packets.schema.json']);
  return `${MADE}

# Reference: the agent protocol

Every field of tasks, events and results. [agent-protocol.md](../agent-protocol.md) tells how they follow each other, and has an
agent as an example.

## The task

${members('AgentTask')}

## Events

Each is one line of JSON with a \`type\`: [agent-event.schema.json](../../schemas/agent-event.schema.json).

${events.join('\n')}
### The answer to a checkpoint

${members('CheckpointAnswer')}

## Results

${[...results, ...others].join('\n')}
## A work packet

As \`packets\` of the design's result, as \`packet\` of a task, and in files that people write
([packets.md](../packets.md#as-json)): [packets.schema.json](../../schemas/packets.schema.json).

${fields(packet)}
`;
}

/** Packets have a table of their own. */
function withoutPackets(done) {
  const { packets } = done.properties;
  return { ...done, properties: { ...done.properties, packets: { ...packets, items: { type: 'object' } } } };
}

/** A type of the source in one line, without what only the compiler wants to know. */
const typeOf = (text) =>
  text
    .replaceAll(/\/\*\*[\s\S]*?\*\//g, '')
    .replaceAll(/\breadonly /g, '')
    .replaceAll(/\s+/g, ' ')
    .replace('typeof PROTOCOL_VERSION', '1')
    .replace('(typeof PHASES)[number]', '"design" | "implement" | "test" | "deploy"')
    .replaceAll('; }', ' }');
