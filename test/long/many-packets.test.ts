import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { MAX_PACKETS, type PacketDraft } from '../../src/domain/packet.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket } from '../support/tiny-repository.ts';

const SLOTS = 10;
/** The server ends a workflow at 51,200 events; half of that is left for feedback rounds, questions and the release. */
const MOST_EVENTS = 25_600;

const idOf = (n: number) => `p-${n}`;
/** Ten chains, and a soft dependency across to the chain beside. */
const packets: PacketDraft[] = Array.from({ length: MAX_PACKETS }, (_, n) =>
  tinyPacket(idOf(n), {
    criteria: [],
    dependencies: [
      ...(n >= SLOTS ? [{ packet: idOf(n - SLOTS) }] : []),
      ...(n >= SLOTS && n % 3 === 0 ? [{ packet: idOf(n - 1), type: 'soft' as const }] : []),
    ],
  }),
);

let features: StubFeatures;
let running = 0;
let most = 0;
let allBusy: () => void;
const everySlotBusy = new Promise<void>((resolve) => {
  allBusy = resolve;
});
const home = new StubHome(
  { concurrency: SLOTS, approvals: { design: 'auto', release: 'auto' } },
  undefined,
  async ({ phase }) => {
    if (phase === 'design') return;
    running += 1;
    most = Math.max(most, running);
    // The first wait for each other, so that every slot is seen in use.
    if (running === SLOTS) allBusy();
    await everySlotBusy;
    running -= 1;
  },
);

beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

it('300 packets run in one feature: each once, after its dependencies, in its slots, in a history far below its limit', async () => {
  const feature = await features.feature('many', packets, home);
  const report = await feature.report();
  expect(report.outcome).toBe('landed');
  expect(report.packets.filter(({ status }) => status === 'merged')).toHaveLength(MAX_PACKETS);
  expect(most).toBe(SLOTS);
  const merged = home.calls
    .filter(({ activity }) => activity === 'moveBranch')
    .map(({ input }) => input.name);
  expect(new Set(merged).size).toBe(MAX_PACKETS + 1);
  expect(merged).toHaveLength(MAX_PACKETS + 1);
  const calls = home.calls.map(({ activity, input }) => `${activity} ${input.name}`);
  for (const { id, dependencies = [] } of packets)
    for (const { packet, type } of dependencies) {
      // A hard dependency is merged before the first run, a soft one before the packet's own merge.
      const own = type === 'soft' ? calls.lastIndexOf(`moveBranch ${id}`) : calls.indexOf(`implement ${id}`);
      expect(calls.indexOf(`moveBranch ${packet}`)).toBeLessThan(own);
    }
  const { events } = await feature.handle.fetchHistory();
  expect(events?.length).toBeLessThan(MOST_EVENTS);
}, 600_000);
