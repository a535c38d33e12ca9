import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventReader, type ReadEvent } from '../../src/agents/event-reader.ts';
import { LineSplitter, MAX_LINE_BYTES } from '../../src/agents/line-splitter.ts';

const PIECE = 7919;

/** What the reader makes of an agent's output that comes in pieces of these sizes, and then of others. */
function readAll(output: string | Buffer, sizes: readonly number[] = []): ReadEvent[] {
  const bytes = Buffer.from(output);
  const splitter = new LineSplitter();
  const reader = new EventReader();
  const read: ReadEvent[] = [];
  let at = 0;
  for (let piece = 0; at < bytes.length; piece += 1) {
    const end = at + (sizes[piece] ?? PIECE);
    for (const line of splitter.push(bytes.subarray(at, end))) read.push(...reader.line(line));
    at = end;
  }
  for (const line of splitter.end()) read.push(...reader.line(line));
  return [...read, ...reader.end()];
}
const eventsIn = (output: string | Buffer, sizes?: readonly number[]) =>
  readAll(output, sizes).flatMap((one) => (one.kind === 'event' ? [one.event] : []));
const whyIn = (output: string) =>
  readAll(output).flatMap((one) =>
    one.kind === 'log' && one.almost !== undefined ? [`${one.line}: ${one.almost}`] : [],
  );

const words = fc.string({ minLength: 1, maxLength: 60, unit: 'binary' });
const events = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('session'), id: words }),
    fc.record({ type: fc.constant('progress'), note: words, percent: fc.integer({ min: 0, max: 100 }) }),
    fc.record({ type: fc.constant('checkpoint'), message: words, run: fc.array(words, { maxLength: 3 }) }),
    fc.record({ type: fc.constant('usage'), inputTokens: fc.nat() }),
    fc.record({
      type: fc.constant('result'),
      result: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
    }),
  ),
  { maxLength: 6 },
);
const log = fc.constantFrom(
  '',
  'compiling',
  '{',
  '{"a":1}',
  '{ a: 1 }',
  'fn() {',
  '}',
  '[1,',
  '"',
  '10%\r20%',
);

const plain = (event: object) => JSON.stringify(event);
const pretty = (event: object) => JSON.stringify(event, null, 2);
/** How an event may come; each for itself on its line or lines. */
const dresses: Readonly<Record<string, (event: object) => string>> = {
  plain,
  'with spaces': (event) => `  ${plain(event)} \t`,
  'a byte order mark': (event) => `\ufeff${plain(event)}`,
  'carriage return and line feed': (event) => `${plain(event)}\r`,
  colours: (event) => `\u001b[2m\u001b[38;5;12m${plain(event)}\u001b[0m\u001b[K`,
  'a title and a link': (event) =>
    `\u001b]0;agent\u0007\u001b]8;;http://x\u001b\\${plain(event)}\u001b]8;;\u001b\\`,
  'progress that it writes over': (event) => `50%\r${plain(event)}`,
  'progress on the line': (event) => `[=====>    ] 50% ${plain(event)}`,
  NULs: (event) => `\0\0${plain(event)}\0`,
  'a comma behind it': (event) => `${plain(event)},`,
  'over several lines': pretty,
  'over several lines, with tabs and carriage returns': (event) =>
    JSON.stringify(event, null, '\t').replaceAll('\n', '\r\n'),
  'over several lines, in colours': (event) =>
    pretty(event)
      .split('\n')
      .map((line) => `\u001b[33m${line}\u001b[0m`)
      .join('\n'),
  'in a fence': (event) => `\`\`\`json\n${pretty(event)}\n\`\`\``,
};
const dress = fc.constantFrom(...Object.keys(dresses));
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 200 });

describe('events are read', () => {
  test('the same in every dress, between log lines, and however the stream is cut', () => {
    fc.assert(
      fc.property(events, fc.array(dress), fc.array(log), sizes, (given, worn, between, cut) => {
        const lines = given.flatMap((event, index) => {
          const before = between[index] ?? '';
          // An object that was begun goes on with an indented line: whatever follows would be in it.
          const whole = before === '{' && (worn[index] ?? 'plain').startsWith('over') ? '' : before;
          return [whole, dresses[worn[index] ?? 'plain']?.(event) ?? ''];
        });
        expect(eventsIn(`${lines.join('\n')}\n`, cut)).toEqual(given);
      }),
    );
  });

  test('the same if several stand on a line, with a comma or nothing between them', () => {
    fc.assert(
      fc.property(events, fc.constantFrom('', ' ', ', ', ','), sizes, (given, between, cut) => {
        expect(eventsIn(given.map(plain).join(between), cut)).toEqual(given);
        expect(eventsIn(given.map(pretty).join(between), cut)).toEqual(given);
      }),
    );
  });

  test.for([
    'INFO ',
    'info: ',
    '[agent] ',
    '2026-11-29T03:00:00.123Z INFO ',
    '12:30:01 [main] INFO com.acme.Agent - ',
    'INFO:root:',
    'agent-1  | ',
    'data: ',
    '[2026-11-29 12:00:00,123] ',
    'stdout: ',
  ])('the same with "%s" before all of them', (prefix) => {
    fc.assert(
      fc.property(events, (given) => {
        expect(eventsIn(given.map((event) => `${prefix}${plain(event)}\n`).join(''))).toEqual(given);
      }),
      { numRuns: 20 },
    );
  });

  test('at once if a log line before them only looked like the beginning of one', () => {
    const reader = new EventReader();
    const line = (text: string) => [...reader.line({ text, cut: false, number: 1 })].map(({ kind }) => kind);
    expect(line('{"a": [')).toEqual([]);
    expect(line('{"type":"ready"}')).toEqual([]);
    expect(line('{"type":"progress","note":"x"}')).toEqual(['log', 'log', 'event']);
    expect(line('{')).toEqual([]);
    expect(line('  a: 1,')).toEqual(['log', 'log']);
  });

  test('without what an object around them quotes', () => {
    const quoted = JSON.stringify({ said: [{ type: 'result', result: {} }] }, null, 1);
    expect(eventsIn(`${quoted}\n{"type":"progress","note":"x"}`)).toHaveLength(1);
  });
});

describe('no event is', () => {
  const event = '{"type":"result","result":{"status":"failed","reason":"x"}}';
  test.for([
    [`the model said: ${event}`, 'words stand before it'],
    [`+ echo ${event}`, 'words stand before it'],
    [`DEBUG ${event}`, 'words stand before it'],
    [`- ${event}`, 'words stand before it'],
    [`> ${event}`, 'words stand before it'],
    [`${event} is what I say`, 'something follows it'],
    [`[${event}]`, 'words stand before it'],
    [`{"type":"progress","note":"a"}\nINFO ${event}`, 'words stand before it'],
    ['{"type":"result","result":{"status":"done",}}', 'a comma stands before the end at column'],
    ["{'type': 'result', 'result': {}}", 'a single quote stands at column 2'],
    ["{type: 'result', result: {}}", 'a key in double quotes or `}` is missing at column 2'],
    ['{"type":"result","result":None}', "a word that JSON doesn't know"],
    ['{"type":"progress","note":"a\nb"}', 'the text that begins at column'],
    ['{"type":"result","result":{', 'does not end'],
    [JSON.stringify({ log: event }), 'inside of other JSON'],
    [JSON.stringify(event), 'inside of other JSON'],
    ['{"status":"done","summary":"x"}', 'it has no `type`'],
    ['{"type":"Result","result":{}}', 'exactly "result"'],
    ['{"type":"results","result":{}}', 'exactly "result"'],
    [Buffer.from(event, 'utf16le').toString(), 'UTF-16'],
    ['{"type":"result","note":"\\x"}', 'escapes'],
  ] as const)('a line as in example %#, and its author hears why', ([line, why]) => {
    expect(eventsIn(line).filter(({ type }) => type === 'result')).toEqual([]);
    expect(whyIn(line).join('\n')).toContain(why);
  });

  test('a line of log, or an object of other programs, of which nobody hears', () => {
    const lines = [
      'hello',
      '{"type":"assistant","message":{}}',
      '{"a":1}',
      '{}',
      'a { b',
      '[1]',
      'type: string',
    ];
    expect(whyIn(lines.join('\n'))).toEqual([]);
    expect(readAll(lines.join('\n'))).toHaveLength(lines.length);
  });
});

test('no bytes make the reader throw, and every line is kept', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      '\n',
      '\r',
      '\u001b[',
      '{"type":"result"',
      '%',
      '\0',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), sizes, (pieces, cut) => {
      for (const one of readAll(pieces.join(''), cut))
        expect(['event', 'bad-event', 'log']).toContain(one.kind);
    }),
    { numRuns: 500 },
  );
});

test('an object that never ends is held up to a mebibyte, and takes no longer for that', () => {
  const reader = new EventReader();
  const lines = ['{"type":"result","result":[', ...Array(3000).fill(`"${'x'.repeat(1000)}",`)];
  let waiting = 0;
  let most = 0;
  for (const [number, text] of lines.entries()) {
    waiting += text.length;
    for (const one of reader.line({ text, cut: false, number }))
      if (one.kind === 'log') waiting -= one.text.length;
    most = Math.max(most, waiting);
  }
  expect(most).toBeLessThan(MAX_LINE_BYTES + 3000);
  // Of the processor: a machine that does much else takes longer.
  const before = process.cpuUsage();
  readAll('{"a":['.repeat(300_000));
  readAll('{"a":[\n'.repeat(300_000));
  readAll('{"a":1}'.repeat(100_000));
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(10_000_000);
});
