import { expect, it } from 'vitest';
import { type PacketDraft, packetSchema } from '../../src/domain/packet.ts';
import { planDifference } from '../../src/domain/plan-diff.ts';

const packet = (id: string, more: Partial<PacketDraft> = {}) =>
  packetSchema.parse({ id, objective: 'x', ...more });

it('tells which packets were added, removed and changed, by their fields', () => {
  const before = [
    packet('a', { size: 30, criteria: [{ text: 'It adds' }, { text: 'It stays' }], contract: 'one\ntwo' }),
    packet('b'),
    packet('c'),
  ];
  const after = [
    packet('a', {
      size: 45,
      criteria: [{ text: 'It adds', evidence: { test: 'adds' } }, { text: 'It stays' }],
      contract: 'one\nthree',
    }),
    packet('c'),
    packet('d'),
  ];
  expect(planDifference(before, after)).toEqual([
    {
      packet: 'a',
      change: 'changed',
      fields: [
        { field: 'size', removed: ['30 min'], added: ['45 min'] },
        {
          field: 'criteria',
          removed: ['It adds [its agent names what proves it]'],
          added: ['It adds [test: adds]'],
        },
        { field: 'contract', removed: ['two'], added: ['three'] },
      ],
    },
    { packet: 'd', change: 'added' },
    { packet: 'b', change: 'removed' },
  ]);
  expect(planDifference(before, before)).toEqual([]);
});

it('tells an order that changed', () => {
  const inScope = (...globs: string[]) => [packet('a', { boundaries: { inScope: globs } })];
  expect(planDifference(inScope('x', 'y'), inScope('y', 'x'))).toEqual([
    {
      packet: 'a',
      change: 'changed',
      fields: [{ field: 'in scope', removed: ['x', 'y'], added: ['y', 'x'] }],
    },
  ]);
});
