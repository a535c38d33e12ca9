import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { CliEvent, CliReader } from '../../src/agents/cli-process.ts';
import type { Said } from '../../src/agents/said.ts';
import { agentEventSchema } from '../../src/domain/agent-protocol.ts';
import { TROUBLE_KINDS } from '../../src/domain/agent-trouble.ts';

type Reader = CliReader & { errorLine(text: string): readonly Said[] };

/** Lines that the real CLI wrote, shortened: `out` or `err`, then the line. */
const recorded = (name: string) =>
  readFileSync(path.join(import.meta.dirname, 'lines', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => ({ stream: line.slice(0, 3), text: line.slice(4) }));

/** What a reader makes of a whole recorded run that ended with this exit code. */
export function replay(reader: Reader, name: string, code: number): Said[] {
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
export const eventsOf = (words: readonly Said[], type: string) =>
  words.flatMap((word) => (word.kind === 'event' && word.event.type === type ? [word.event] : []));

/** The trouble that is left at the end, as a conversation would keep it. */
export const troubleAtEnd = (words: readonly Said[]) =>
  words.reduce<Extract<Said, { kind: 'trouble' }> | undefined>((last, word) => {
    if (word.kind === 'trouble') return word;
    return word.kind === 'trouble-passed' ? undefined : last;
  }, undefined);

/** Any object, more often one with the names and words that a reader looks for. */
export function anyEvent(words: readonly string[]): fc.Arbitrary<CliEvent> {
  const word = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...words) }, fc.string());
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      fc.oneof(word, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.dictionary(word, tie('tree'), { maxKeys: 6 }),
      fc.array(tie('tree'), { maxLength: 3 }),
    ),
  }));
  const known = fc.tuple(fc.constantFrom(...words), fc.dictionary(word, tree, { maxKeys: 8 }));
  return known.map(([type, rest]) => JSON.parse(JSON.stringify({ ...rest, type })) as CliEvent);
}

/** Everything that a reader may be given, in any order, gives words that the protocol allows. */
export function staysValid(readerOf: () => Reader, words: readonly string[], errorLines: readonly string[]) {
  const errorLine = fc.oneof(fc.constantFrom(...errorLines), fc.string());
  const given = fc.array(fc.oneof(anyEvent(words), errorLine), { maxLength: 12 });
  const code = fc.oneof(fc.constant(null), fc.constantFrom(0, 1, 41, 42, 53), fc.nat(255));
  fc.assert(
    fc.property(given, code, (lines, exitCode) => {
      const reader = readerOf();
      const all = lines.flatMap((line) =>
        typeof line === 'string' ? reader.errorLine(line) : reader.event(line),
      );
      const lastWords = lines.filter((line) => typeof line === 'string').join('\n');
      for (const one of [...all, ...(reader.ended?.({ code: exitCode, lastWords }) ?? [])]) expectValid(one);
    }),
    { numRuns: 500 },
  );
}

function expectValid(word: Said): void {
  if (word.kind === 'event') expect(agentEventSchema.safeParse(word.event).error).toBeUndefined();
  if (word.kind !== 'trouble') return;
  expect(TROUBLE_KINDS).toContain(word.trouble.kind);
  expect(word.trouble.message.length).toBeLessThanOrEqual(2000);
  expect(word.trouble.retryAfterMs ?? 0).toBeGreaterThanOrEqual(0);
}
