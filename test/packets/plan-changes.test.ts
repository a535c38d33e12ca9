import { describe, expect, it } from 'vitest';
import { type Packet, type PacketDraft, type PacketStatus, packetSchema } from '../../src/domain/packet.ts';
import { formatPacketFile } from '../../src/packets/format-packet-file.ts';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';
import { planChanges } from '../../src/packets/plan-changes.ts';

const packet = (id: string, more: Partial<PacketDraft> = {}): Packet =>
  packetSchema.parse({
    id,
    objective: `Do  ${id} `,
    criteria: [{ text: 'It works', evidence: { test: 'works' } }, { text: 'It reads well' }],
    boundaries: { inScope: [`src/${id}/`], notes: 'not the API' },
    contract: 'Exports `x`\n',
    instructions: '\nBe brief.',
    ...more,
  });
const plan = (...entries: [Packet, PacketStatus][]) =>
  entries.map(([packet, status]) => ({ packet, status, started: status !== 'waiting' }));
const fileOf = (packet: Packet): Packet => {
  const parsed = parsePacketFile(formatPacketFile(packet), 'x.md');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.packet;
};

describe('a plan and its files', () => {
  it('are alike where nobody changed a file, whatever white space they lost', () => {
    const now = plan([packet('a'), 'merged'], [packet('b', { dependencies: [{ packet: 'a' }] }), 'running']);
    expect(
      planChanges(
        now,
        now.map(({ packet }) => fileOf(packet)),
      ),
    ).toEqual({ add: [], amend: [], drop: [] });
  });

  it('tell what is new, changed and gone; what is merged or dropped stays as it is', () => {
    const now = plan(
      [packet('a'), 'merged'],
      [packet('b'), 'running'],
      [packet('c'), 'waiting'],
      [packet('d'), 'dropped'],
    );
    const changed = { ...fileOf(packet('b')), objective: 'Do less' };
    const added = fileOf(packet('e'));
    expect(planChanges(now, [changed, added])).toEqual({ add: [added], amend: [changed], drop: ['c'] });
    const again = fileOf(packet('d'));
    expect(planChanges(now, [changed, again])).toEqual({ add: [again], amend: [changed], drop: ['c'] });
  });
});
