import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packet, type PacketDraft, type PacketStatus, packetSchema } from '../../src/domain/packet.ts';
import { dependencyCycle } from '../../src/domain/plan.ts';
import {
  edited,
  editProblems,
  type PlanEdit,
  type PlanEditDraft,
  type PlannedPacket,
  planEditSchema,
} from '../../src/domain/plan-edit.ts';

const packet = (id: string, more: Partial<PacketDraft> = {}): Packet =>
  packetSchema.parse({ id, objective: `Do ${id}`, ...more });
const needing = (...ids: string[]) => ({ dependencies: ids.map((id) => ({ packet: id })) });
const at = (status: PacketStatus, one: Packet): PlannedPacket => ({
  packet: one,
  status,
  started: status !== 'waiting' && status !== 'dropped',
});
const edit = (draft: Omit<PlanEditDraft, 'by'>): PlanEdit => planEditSchema.parse({ ...draft, by: 'tester' });
const plan = [
  at('merged', packet('schema')),
  at('running', packet('api', needing('schema'))),
  at('merging', packet('docs')),
  at('waiting', packet('ui', needing('api'))),
];
const problems = (draft: Omit<PlanEditDraft, 'by'>) => editProblems('f', 'main', plan, edit(draft));

describe('an edit of the plan', () => {
  it('adds packets, amends those not done, drops them and puts some first', () => {
    const made = edit({
      add: [packet('tests', needing('ui'))],
      amend: [packet('ui', { ...needing('schema'), objective: 'Do less' })],
      first: ['tests'],
    });
    expect(editProblems('f', 'main', plan, made)).toEqual([]);
    expect(edited(plan, made).map(({ id, objective }) => `${id}: ${objective}`)).toEqual([
      'schema: Do schema',
      'api: Do api',
      'docs: Do docs',
      'ui: Do less',
      'tests: Do tests',
    ]);
    expect(problems({ drop: ['ui'] })).toEqual([]);
  });

  it.each([
    [
      'what is there already',
      { add: [packet('ui')] },
      'packet "ui" is there already (waiting): amend it, or take another id',
    ],
    ['what is not there', { amend: [packet('gone')] }, 'packet "gone" is not in the plan: add it'],
    [
      'what is merged',
      { amend: [packet('schema')] },
      'packet "schema" is merged: it can\'t be amended any more',
    ],
    [
      'what is being merged',
      { drop: ['docs'] },
      'packet "docs" is being merged at this moment: look again shortly',
    ],
    [
      'what is needed',
      { drop: ['api'] },
      'packet "ui" needs "api", which is to be dropped: drop it too, or amend its dependencies',
    ],
    ['twice', { drop: ['ui', 'ui'] }, 'packet "ui" is named twice'],
    ['first what is nowhere', { first: ['x'] }, 'packet "x", which is to go first, is not in the plan'],
    [
      'the dependencies of what has begun',
      { amend: [packet('api')] },
      'the dependencies of packet "api" can\'t change any more: it has begun (running)',
    ],
    ['a cycle', { amend: [packet('ui', needing('ui'))] }, 'the dependencies form a cycle: ui -> ui'],
    [
      'the base as a branch',
      { add: [packet('x', { branch: 'main' })] },
      'packet "x" has the branch "main", which is kept for the base',
    ],
  ] as const)('is refused for %s', (_, draft, said) => {
    expect(problems(draft as unknown as Omit<PlanEditDraft, 'by'>)).toEqual([said]);
  });

  it('is refused if nobody could hold so many', () => {
    const many = Array.from({ length: 297 }, (_, index) => packet(`p${index}`));
    expect(problems({ add: many })).toEqual(['a feature has at most 300 packets; this would be 301']);
    expect(problems({ add: many.slice(1) })).toEqual([]);
  });

  it.each([
    ['kind', { kind: 'test' }],
    ['branch', { branch: 'other' }],
    ['role', { role: 'other' }],
  ] as const)('can’t change the %s of what has begun', (what, more) => {
    const now = [at('running', packet('a'))];
    expect(editProblems('f', 'main', now, edit({ amend: [packet('a', more)] }))).toEqual([
      `the ${what} of packet "a" can't change any more: it has begun (running)`,
    ]);
    const waiting = [at('waiting', packet('a'))];
    expect(editProblems('f', 'main', waiting, edit({ amend: [packet('a', more)] }))).toEqual([]);
  });

  it.each(['merged', 'dropped', 'merging'] as const)('can’t amend what is %s', (status) => {
    const now = [at(status, packet('a'))];
    expect(editProblems('f', 'main', now, edit({ amend: [packet('a', { size: 5 })] }))).toEqual([
      `packet "a" is ${status}: it can't be amended any more`,
    ]);
  });

  it.each(['merged', 'dropped'] as const)('can’t drop what is %s already', (status) => {
    const now = [at(status, packet('a'))];
    expect(editProblems('f', 'main', now, edit({ drop: ['a'] }))).toEqual([
      `packet "a" is ${status} already`,
    ]);
  });

  it('can’t drop what is nowhere', () => {
    expect(problems({ drop: ['x'] })).toEqual(['packet "x", which is to be dropped, is not in the plan']);
  });

  it('lets go of what was dropped before, too', () => {
    const soft = { dependencies: [{ packet: 'old', type: 'soft' as const }] };
    const now = [at('dropped', packet('old')), at('running', packet('tests', soft))];
    expect(
      edited(now, edit({ add: [packet('new')] })).map(({ id, dependencies }) => [id, dependencies]),
    ).toEqual([
      ['tests', []],
      ['new', []],
    ]);
  });

  it('lets go of soft dependencies on what is dropped', () => {
    const soft = { dependencies: [{ packet: 'api', type: 'soft' as const }] };
    const plan = [at('running', packet('api')), at('running', packet('tests', soft))];
    const made = edit({ drop: ['api'] });
    expect(editProblems('f', 'main', plan, made)).toEqual([]);
    expect(edited(plan, made)[0]?.dependencies).toEqual([]);
  });

  it('without problems never leaves a cycle, a doubled id, or a hard dependency on nothing', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const id = fc.constantFrom(...ids);
    const some = fc.record({ id, needs: fc.uniqueArray(id, { maxLength: 2 }) });
    const packets = fc.array(some, { maxLength: 3 });
    const status = fc.constantFrom<PacketStatus>('waiting', 'running', 'merged', 'dropped');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ one: some, status }), { selector: ({ one }) => one.id }),
        packets,
        packets,
        fc.array(id, { maxLength: 2 }),
        (now, add, amend, drop) => {
          const of = ({ id, needs }: { id: string; needs: string[] }) => packet(id, needing(...needs));
          const plan = now.map(({ one, status }) => at(status, of(one)));
          const made = edit({ add: add.map(of), amend: amend.map(of), drop });
          if (editProblems('f', 'main', plan, made).length > 0) return;
          const result = edited(plan, made);
          const names = result.map((one) => one.id);
          expect(new Set(names).size).toBe(names.length);
          expect(dependencyCycle(result)).toBeUndefined();
          for (const { dependencies } of result)
            for (const { packet: needed } of dependencies) expect(names).toContain(needed);
          for (const dropped of drop) expect(names).not.toContain(dropped);
        },
      ),
      { numRuns: 300 },
    );
  });
});
