import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packetIdProblem } from '../../src/domain/ids.ts';
import { boundaryProblem, PACKET_KINDS, type Packet, packetSchema } from '../../src/domain/packet.ts';
import { formatPacketFile } from '../../src/packets/format-packet-file.ts';
import { parsePacketFile } from '../../src/packets/parse-packet-file.ts';
import { walkthroughPackets } from './walkthrough.ts';

const again = (packet: Packet) => {
  const text = formatPacketFile(packet);
  const parsed = parsePacketFile(text, 'p.md');
  if (!parsed.ok) throw new Error(`${JSON.stringify(parsed.problems)}\n${text}`);
  return parsed.packet;
};

// Words that mean something to the format, among any others.
const nasty = fc.constantFrom(
  '# x',
  '## Boundaries',
  '##',
  '\\## x',
  '```',
  '```ts',
  '````',
  '~~~',
  '\\```',
  '**Notes:**',
  '**Objective:** x',
  '- [ ] y',
  '(test: "a")',
  '(file: b)',
  '(command: "c',
  '(person)',
  '(agent)',
  ')',
  '"',
  '\\',
  '`',
  ',',
  '# Work Packet: z',
  '<!-- c -->',
  'none',
);
const words = (maxLength: number) =>
  fc
    .array(fc.oneof({ weight: 2, arbitrary: nasty }, fc.string({ maxLength: 12, unit: 'grapheme' })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) => parts.join(' ').replaceAll(/\s+/g, ' ').trim())
    .filter((text) => text !== '' && text.length <= maxLength);
const block = fc
  .array(
    fc.oneof(
      nasty,
      nasty.map((t) => `  ${t}`),
      words(80),
      fc.constant(''),
    ),
    { minLength: 1, maxLength: 9 },
  )
  .map((lines) => lines.join('\n').trim())
  .filter((text) => text !== '');
const id = fc
  .stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/)
  .filter((text) => packetIdProblem(text) === undefined);
const glob = fc
  .oneof(
    fc.constantFrom(
      'src/',
      'a,b',
      'src/{a,b}.ts',
      '**/*.test.ts',
      'a b',
      'it`s',
      '"q"',
      'none',
      'CI/CD',
      'x.',
      '(a',
      'a\\b',
    ),
    fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
  )
  .filter((text) => text.trim() !== '' && boundaryProblem(text) === undefined);
const evidence = fc.oneof(
  fc.oneof(words(100), fc.string({ minLength: 1, maxLength: 30 })).map((test) => ({ test })),
  glob.map((file) => ({ file })),
  fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }).map((command) => ({ command })),
  fc.constant({ person: true as const }),
);
const packet = fc
  .record(
    {
      id,
      objective: words(500),
      kind: fc.constantFrom(...PACKET_KINDS),
      branch: fc.constantFrom('feature/x', 'a`b', 'x'),
      criteria: fc.array(fc.record({ text: words(400), evidence }, { requiredKeys: ['text'] }), {
        maxLength: 4,
      }),
      boundaries: fc.record(
        {
          inScope: fc.array(glob, { maxLength: 4 }),
          outOfScope: fc.array(glob, { maxLength: 4 }),
          notes: block,
        },
        { requiredKeys: ['inScope', 'outOfScope'] },
      ),
      dependencies: fc.array(fc.record({ packet: id, type: fc.constantFrom('hard', 'soft') }), {
        maxLength: 4,
      }),
      contract: block,
      size: fc.integer({ min: 1, max: 14_400 }).map((tenths) => tenths / 10),
      role: fc.stringMatching(/^[a-z0-9-]{1,10}$/),
      instructions: block,
    },
    { requiredKeys: ['id', 'objective', 'kind', 'criteria', 'boundaries', 'dependencies', 'size'] },
  )
  .map((draft) => packetSchema.parse(draft));

it('writes any packet so that it is read back as it was', () => {
  fc.assert(
    fc.property(packet, (given) => {
      expect(again(given)).toEqual(given);
    }),
    { numRuns: 1000 },
  );
});

it.each([...walkthroughPackets])('keeps %s of the walkthrough', (id, text) => {
  const parsed = parsePacketFile(text, id);
  expect(parsed.ok && again(parsed.packet)).toEqual(parsed.ok && parsed.packet);
});

it('writes nothing but what the packet has', () => {
  const least = { id: 'a', objective: ' Do\n it ', criteria: [{ text: 'Ask an (agent) first' }] };
  expect(formatPacketFile(packetSchema.parse({ ...least, boundaries: {} }))).toBe(`# Work Packet: a

**Objective:** Do it

## Acceptance Criteria
- [ ] Ask an (agent) first

## Boundaries
`);
});

it('writes all that a packet has', () => {
  const all = {
    id: 'a',
    objective: 'Do it',
    branch: 'x',
    kind: 'test',
    size: 45,
    role: 'tester',
    criteria: [{ text: 'One', evidence: { file: 'a.md' } }, { text: 'Two (agent)' }],
    boundaries: { inScope: ['a/', 'b`'], outOfScope: ['c/'], notes: ' Mind ' },
    dependencies: [{ packet: 'b', type: 'soft' }],
    contract: ' Exports x ',
    instructions: '## Be brief',
  };
  expect(formatPacketFile(packetSchema.parse(all))).toBe(`# Work Packet: a

**Objective:** Do it

**Branch:** \`x\`
**Kind:** test
**Size:** 45m
**Role:** tester

## Acceptance Criteria
- [ ] One (file: "a.md")
- [ ] Two (agent) (agent)

## Boundaries
**In Scope:** \`a/\`, "b\`"
**Out of Scope:** \`c/\`
**Notes:**

Mind

## Dependencies
- soft: b

## Interface Contract

Exports x

## Instructions

\\## Be brief
`);
});
