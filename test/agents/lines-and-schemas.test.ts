import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEventLine } from '../../src/agents/event-line.ts';
import { LineSplitter } from '../../src/agents/line-splitter.ts';
import { readResult, resultJsonSchema } from '../../src/agents/result-schema.ts';
import { PHASES } from '../../src/domain/phase.ts';
import { doneResult } from './helpers.ts';

test('no line makes the reader of events throw', () => {
  const types = fc.constantFrom('session', 'progress', 'checkpoint', 'usage', 'result', 'other');
  const nearly = fc.record({ type: types, id: fc.anything(), note: fc.anything(), run: fc.anything() });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        nearly.map((value) => String(JSON.stringify(value))),
      ),
      (line) => {
        expect(['event', 'bad-event', 'log']).toContain(readEventLine(line).kind);
      },
    ),
  );
});

test('an object of an unknown type, and JSON that is no object, are log', () => {
  for (const line of ['{"type":"hello"}', '{}', '[1]', 'null', '{"type":"progress"', '{"type":{}}'])
    expect(readEventLine(line).kind).toBe('log');
});

test('lines are the same however the stream is cut into pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.integer({ min: 1, max: 7 })), (given, cuts) => {
      const bytes = Buffer.from(given.map((line) => line.replace(/[\r\n]/g, '')).join('\n'));
      const splitter = new LineSplitter();
      const lines: string[] = [];
      let at = 0;
      for (const cut of [...cuts, bytes.length]) {
        for (const { text } of splitter.push(bytes.subarray(at, at + cut))) lines.push(text);
        at += cut;
      }
      for (const { text } of splitter.end()) lines.push(text);
      const expected = bytes.toString().split('\n');
      if (expected.at(-1) === '') expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});

test('a line over the limit is given once, cut, and the next line is whole', () => {
  const splitter = new LineSplitter(10);
  const pieces = ['0123456', '789abcdef', 'ghi\nnext', '\r\nlast'].map((text) => Buffer.from(text));
  const lines = pieces.flatMap((piece) => [...splitter.push(piece)]);
  expect([...lines, ...splitter.end()]).toEqual([
    { text: '0123456789', cut: true, number: 1 },
    { text: 'next', cut: false, number: 2 },
    { text: 'last', cut: false, number: 3 },
  ]);
});

test('a carriage return ends a line as well, in whatever pieces it comes, and lines are counted by line feeds', () => {
  const bytes = Buffer.from('one\r\n10%\r20%\rtwo\n\rthree\r');
  for (let size = 1; size <= bytes.length; size++) {
    const splitter = new LineSplitter();
    const lines: [string, number][] = [];
    for (let at = 0; at < bytes.length; at += size)
      for (const { text, number } of splitter.push(bytes.subarray(at, at + size))) lines.push([text, number]);
    for (const { text, number } of splitter.end()) lines.push([text, number]);
    expect(lines.filter(([text]) => text !== '')).toEqual([
      ['one', 1],
      ['10%', 2],
      ['20%', 2],
      ['two', 2],
      ['three', 3],
    ]);
  }
});

test.each(PHASES)('the JSON Schema of %s accepts and refuses as the phase does', (phase) => {
  const validate = new Ajv({ strict: false }).compile(resultJsonSchema(phase) as object);
  const extra = { design: { packets: [] }, deploy: { plan: 'p', rollback: 'r' }, implement: {}, test: {} }[
    phase
  ];
  const blocked = { status: 'blocked', question: { text: 'Which?', options: ['a', 'b'] } };
  for (const value of [{ ...doneResult, ...extra }, blocked, { status: 'failed', reason: 'r' }]) {
    expect(validate(value)).toBe(true);
    expect(readResult(phase, value)).toHaveProperty('result.status', value.status);
  }
  for (const value of [{ status: 'done' }, { status: 'maybe' }, { ...doneResult, ...extra, more: 1 }]) {
    expect(validate(value)).toBe(false);
    expect(readResult(phase, value)).toHaveProperty('problems');
  }
});
