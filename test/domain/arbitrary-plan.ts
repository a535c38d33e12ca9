import fc from 'fast-check';
import { type Packet, packetSchema } from '../../src/domain/packet.ts';

const packetOf = (index: number, size: number, dependencies: Packet['dependencies']) =>
  packetSchema.parse({ id: `p${index}`, objective: 'x', size, dependencies });

const graph = (allowed: (from: number, to: number) => boolean, length: number) =>
  fc
    .record({
      sizes: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: length, maxLength: length }),
      edges: fc.array(
        fc.record({
          from: fc.nat(length - 1),
          to: fc.nat(length - 1),
          type: fc.constantFrom('hard' as const, 'soft' as const),
        }),
        { maxLength: length * 2 },
      ),
    })
    .map(({ sizes, edges }) =>
      sizes.map((size, index) => {
        const own = edges.filter(({ from, to }) => from === index && allowed(from, to));
        const once = own.filter((edge, at) => own.findIndex(({ to }) => to === edge.to) === at);
        return packetOf(
          index,
          size,
          once.map(({ to, type }) => ({ packet: `p${to}`, type })),
        );
      }),
    );

/** Packets whose dependencies all point to ones before them, in any order of the list. */
export const acyclicPlan: fc.Arbitrary<Packet[]> = fc
  .integer({ min: 1, max: 12 })
  .chain((length) => graph((from, to) => to < from, length))
  .chain((packets) => fc.shuffledSubarray(packets, { minLength: packets.length }));

/** Packets with dependencies in any direction, on themselves too. */
export const anyPlan: fc.Arbitrary<Packet[]> = fc
  .integer({ min: 1, max: 9 })
  .chain((length) => graph(() => true, length));
