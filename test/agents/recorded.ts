import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { type AgentOutput, shortEvent } from '../../src/agents/agent-output.ts';
import type { CliEvent, CliReader } from '../../src/agents/cli-process.ts';
import { agentEventSchema } from '../../src/domain/agent-protocol.ts';
import { TROUBLE_KINDS } from '../../src/domain/agent-trouble.ts';

type Reader = CliReader & { errorLine(text: string): readonly AgentOutput[] };

const FOLDER = path.join(import.meta.dirname, 'lines');

/** Lines that the real CLI wrote, shortened: `out` or `err`, then the line. */
const recorded = (name: string) =>
  readFileSync(path.join(FOLDER, `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => ({ stream: line.slice(0, 3), text: line.slice(4) }));

/** What a reader makes of a whole recorded run that ended with this exit code. */
export function replay(reader: Reader, name: string, code: number): AgentOutput[] {
  const lines = recorded(name);
  const all = lines.flatMap(({ stream, text }) =>
    stream === 'out' ? reader.event(JSON.parse(text) as CliEvent) : reader.errorLine(text),
  );
  const lastWords = lines.flatMap(({ stream, text }) => (stream === 'err' ? [text] : []));
  const ended = all.some((word) => word.kind === 'event' && word.event.type === 'result');
  return [
    ...all,
    ...(ended ? [] : (reader.ended?.({ code, lastWords: lastWords.slice(-5).join('\n') }) ?? [])),
  ];
}

/** The events of one type. */
export const eventsOf = (words: readonly AgentOutput[], type: string) =>
  words.flatMap((word) => (word.kind === 'event' && word.event.type === type ? [word.event] : []));

/** The trouble that is left at the end, as a conversation would keep it. */
export const troubleAtEnd = (words: readonly AgentOutput[]) =>
  words.reduce<Extract<AgentOutput, { kind: 'trouble' }> | undefined>((last, word) => {
    if (word.kind === 'trouble') return word;
    return word.kind === 'trouble-passed' ? undefined : last;
  }, undefined);

type Json = { [key: string]: Json } | Json[] | string | number | boolean | null;

/** Every place in a value, the value itself left out. */
const placesIn = (value: Json): { readonly of: Record<string, Json>; readonly key: string }[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        { of: value as Record<string, Json>, key },
        ...placesIn(inner),
      ])
    : [];

/** One of these lines' objects, with something else in up to three of its places. */
function changed(lines: readonly string[]): fc.Arbitrary<CliEvent> {
  const long = fc.constantFrom('', 'x'.repeat(300), '9'.repeat(400));
  const value = fc.oneof(fc.double(), fc.integer(), fc.string(), long, fc.constant(null), fc.jsonValue());
  const changes = fc.array(fc.tuple(fc.nat(), value), { maxLength: 3 });
  return fc.tuple(fc.constantFrom(...lines), changes).map(([line, all]) => {
    const event = JSON.parse(line) as Json;
    for (const [index, to] of all) {
      const places = placesIn(event);
      const place = places[index % Math.max(1, places.length)];
      if (place) place.of[place.key] = JSON.parse(JSON.stringify(to)) as Json;
    }
    return event as CliEvent;
  });
}

/** Recorded lines, changed and in any order, and any other, give only words that the protocol allows. */
export function staysValid(readerOf: () => Reader, cli: string) {
  const names = readdirSync(FOLDER).flatMap((name) => (name.startsWith(cli) ? [path.parse(name).name] : []));
  const all = names.flatMap(recorded);
  const texts = (of: string) => all.flatMap(({ stream, text }) => (stream === of ? [text] : []));
  const anyObject = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => value as CliEvent);
  const errorLine = fc.oneof(fc.constantFrom(...texts('err')), fc.string());
  const given = fc.oneof({ weight: 6, arbitrary: changed(texts('out')) }, anyObject, errorLine);
  const code = fc.oneof(fc.constant(null), fc.constantFrom(0, 1, 41, 42, 53), fc.nat(255));
  fc.assert(
    fc.property(fc.array(given, { maxLength: 12 }), code, (lines, exitCode) => {
      const reader = readerOf();
      const output = lines.flatMap((line) =>
        typeof line === 'string' ? reader.errorLine(line) : reader.event(line),
      );
      const lastWords = lines.filter((line) => typeof line === 'string').join('\n');
      for (const one of [...output, ...(reader.ended?.({ code: exitCode, lastWords }) ?? [])])
        expectValid(one);
    }),
    { numRuns: 1000 },
  );
}

function expectValid(word: AgentOutput): void {
  if (word.kind === 'event') expect(agentEventSchema.safeParse(shortEvent(word.event)).error).toBeUndefined();
  if (word.kind !== 'trouble') return;
  expect(TROUBLE_KINDS).toContain(word.trouble.kind);
  expect(word.trouble.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
  expect(word.trouble.retryAfterMs ?? 0).toBeLessThan(Infinity);
}
