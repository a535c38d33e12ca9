import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packet, packetSchema } from '../../src/domain/packet.ts';
import { dependencyCycle, fillIn, planIssues, planProblems, withDefaults } from '../../src/domain/plan.ts';
import { acyclicPlan, anyPlan } from './arbitrary-plan.ts';

const packet = (id: string, more: object = {}) => packetSchema.parse({ id, objective: 'x', ...more });
const on = (...ids: string[]) => ({ dependencies: ids.map((id) => ({ packet: id })) });

/** Kahn's algorithm: another way than the code's to tell whether there is a cycle. */
const hasCycle = (packets: readonly Packet[]): boolean => {
  const left = new Map(
    packets.map(({ id, dependencies }) => [id, new Set(dependencies.map((d) => d.packet))]),
  );
  for (;;) {
    const free = [...left].filter(([, wants]) => ![...wants].some((id) => left.has(id)));
    if (free.length === 0) return left.size > 0;
    for (const [id] of free) left.delete(id);
  }
};

describe('dependencyCycle', () => {
  it('finds a cycle exactly when there is one, and each of its steps is a dependency', () => {
    fc.assert(
      fc.property(anyPlan, (packets) => {
        const cycle = dependencyCycle(packets);
        expect(cycle !== undefined).toBe(hasCycle(packets));
        if (!cycle) return;
        expect(cycle.at(0)).toBe(cycle.at(-1));
        expect(new Set(cycle).size).toBe(cycle.length - 1);
        for (const [index, id] of cycle.slice(0, -1).entries())
          expect(packets.find((one) => one.id === id)?.dependencies.map((d) => d.packet)).toContain(
            cycle[index + 1],
          );
      }),
    );
  });

  it('names a packet that waits for itself', () => {
    expect(dependencyCycle([packet('a', on('a'))])).toEqual(['a', 'a']);
  });
});

describe('planProblems', () => {
  it('has nothing against a plan without a circle', () => {
    fc.assert(
      fc.property(acyclicPlan, (packets) => {
        expect(planProblems('f', packets)).toEqual([]);
      }),
    );
  });

  it.each([
    ['an unknown dependency', [packet('a', on('b'))], 'depends on "b", which is no packet (there are: a)'],
    ['a doubled dependency', [packet('a'), packet('b', on('a', 'a'))], 'names its dependency "a" twice'],
    ['a doubled id', [packet('a'), packet('a')], 'two packets have the id "a"'],
    ['a cycle', [packet('a', on('b')), packet('b', on('a'))], 'a cycle: a -> b -> a'],
    [
      'a shared branch',
      [packet('a', { branch: 'x' }), packet('b', { branch: 'x' })],
      'packets "a" and "b" share the branch "x"',
    ],
    [
      'a default branch taken',
      [packet('a'), packet('b', { branch: 'baton/f/a' })],
      'share the branch "baton/f/a"',
    ],
    ['the integration branch', [packet('a', { branch: 'baton/f/integration' })], "kept for Baton's own work"],
    ['the landed branch', [packet('a', { branch: 'feature/f' })], 'kept for the landed feature'],
    ['another feature’s branch', [packet('a', { branch: 'baton/g/a' })], 'belongs to another feature'],
    [
      'a branch below another',
      [packet('a', { branch: 'x' }), packet('b', { branch: 'x/y' })],
      'git can\'t hold it beside "x"',
    ],
    [
      'a branch above another',
      [packet('a', { branch: 'x/y' }), packet('b', { branch: 'x' })],
      'git can\'t hold it beside "x/y"',
    ],
  ])('names %s, once', (_what, packets, expected) => {
    expect(planProblems('f', packets)).toEqual([expect.stringContaining(expected)]);
  });
});

describe('packets of a person that a designer fills in', () => {
  const designed = packet('a', {
    objective: 'y',
    branch: 'theirs',
    criteria: [{ text: 'theirs' }],
    boundaries: { inScope: ['theirs/'], outOfScope: ['not/'], notes: 'theirs' },
    size: 60,
    contract: 'theirs',
    instructions: 'theirs',
    ...on('b'),
  });

  it('get what the person left open', () => {
    expect(fillIn([packet('a')], [designed])).toStrictEqual([
      {
        ...packet('a'),
        dependencies: designed.dependencies,
        boundaries: designed.boundaries,
        size: 60,
        contract: 'theirs',
        instructions: 'theirs',
      },
    ]);
  });

  it('keep what the person wrote', () => {
    const given = packet('a', {
      boundaries: { inScope: ['mine/'] },
      size: 45,
      contract: 'mine',
      instructions: 'mine',
      ...on('c'),
    });
    expect(fillIn([given], [designed])).toStrictEqual([given]);
    const notes = packet('a', { boundaries: { notes: 'mine' } });
    expect(fillIn([notes], [designed])[0]?.boundaries).toEqual({ ...designed.boundaries, notes: 'mine' });
    expect(fillIn([packet('a')], [packet('a')])).toStrictEqual([packet('a')]);
  });

  it('stay as they are where the designer has none of their name, and get no others', () => {
    const given = [packet('a'), packet('z')];
    expect(fillIn(given, [packet('x'), packet('a', { size: 5 })])).toStrictEqual([
      packet('a', { size: 5 }),
      packet('z'),
    ]);
  });

  it('are the designer’s where the person gave none', () => {
    expect(fillIn([], [designed])).toEqual([designed]);
  });
});

it('a plan starts without gaps, which are Baton’s own', () => {
  const packets = [packet('a', { kind: 'gap' }), packet('b', { kind: 'deploy' })];
  expect(withDefaults(packets).map(({ kind }) => kind)).toEqual(['test', 'deploy']);
});

it('a problem of a plan names the packet, and its dependency by its place', () => {
  const places = (...packets: Packet[]) =>
    planIssues('f', packets).map(({ packet: at, dependency }) => [at.id, dependency]);
  expect(places(packet('a'), packet('b', on('a', 'x')))).toEqual([['b', 1]]);
  expect(places(packet('a'), packet('b', on('a', 'a')))).toEqual([['b', 1]]);
  expect(places(packet('x'), packet('a', on('x', 'b')), packet('b', on('a')))).toEqual([['a', 1]]);
  expect(places(packet('a'), packet('a'))).toEqual([['a', undefined]]);
});
