import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packetIdProblem } from '../../src/domain/ids.ts';
import { packetTemplate } from '../../src/packets/packet-template.ts';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';

const read = (text: string) => {
  const parsed = parsePacketFile(text, 'p.md');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed;
};

const id = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/).filter((one) => !packetIdProblem(one));
const objective = fc
  .string({ maxLength: 300, unit: 'grapheme' })
  .filter((text) => text.replaceAll(/\s+/g, ' ').trim() !== '');
const dependencies = fc.uniqueArray(
  fc.record({ packet: id, type: fc.constantFrom('hard' as const, 'soft' as const) }),
  { selector: ({ packet }) => packet, maxLength: 5 },
);

describe('a packet template', () => {
  it('is read back as what it was made of, without a warning', () => {
    fc.assert(
      fc.property(id, objective, dependencies, (name, words, waits) => {
        const { packet, warnings, unnamed } = read(
          packetTemplate({ id: name, objective: words, dependencies: waits }),
        );
        expect(packet).toEqual({
          id: name,
          objective: words.replaceAll(/\s+/g, ' ').trim(),
          kind: 'implementation',
          branch: `feature/${name}`,
          size: 30,
          criteria: [{ text: 'The objective is reached' }],
          boundaries: { inScope: [`src/${name}/`], outOfScope: [] },
          dependencies: waits,
        });
        expect({ warnings, unnamed }).toEqual({ warnings: [], unnamed: [] });
      }),
    );
  });

  it('says that it depends on nothing, or on what', () => {
    const section = (waits: Parameters<typeof packetTemplate>[0]['dependencies']) =>
      /-->\n(.*)\n\n## Interface/.exec(packetTemplate({ id: 'a', dependencies: waits }))?.[1];
    expect(section([])).toBe('None');
    expect(section([{ packet: 'b', type: 'hard' }])).toBe('- hard: b');
  });

  it('says where an objective is still to be written', () => {
    expect(read(packetTemplate({ id: 'a', dependencies: [] })).packet.objective).toContain('To be written');
  });

  it('is refused where it could not be read back', () => {
    const make = () => packetTemplate({ id: 'a', objective: 'x'.repeat(2001), dependencies: [] });
    expect(make).toThrow('`objective` is too large: at most 2000 characters');
  });
});
