import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/domain/packet.ts';
import { CASES, casesCheck } from './cases.ts';
import { packetOf, Workplace } from './workplace.ts';

const text = 'Passwords are hashed';
const begun = () =>
  Workplace.begun({
    config: { checks: { test: casesCheck } },
    files: { 'cases.sh': CASES, 'tests/a.cases': 'pass Old\n' },
  });

describe('the evidence of a criterion', () => {
  const EVIDENCE: readonly (readonly [Evidence, boolean | 'person', string])[] = [
    [
      { command: 'true' },
      'person',
      '`true` exited with 0, and did so before this packet (evidence named by the agent)',
    ],
    [
      { file: 'src/base.txt' },
      'person',
      'src/base.txt is there, and was there before this packet (evidence named by the agent)',
    ],
    [
      { test: 'Old' },
      'person',
      'the test "Old" passes, and did so before this packet (evidence named by the agent)',
    ],
    [
      { command: 'test -e src/one.txt' },
      true,
      '`test -e src/one.txt` exited with 0 (evidence named by the agent)',
    ],
    [{ file: 'src/one.txt' }, true, 'src/one.txt is there (evidence named by the agent)'],
    [{ test: 'New' }, true, 'the test "New" passes (evidence named by the agent)'],
    [
      { test: 'Nobody' },
      false,
      'no test is named "Nobody"; the nearest are "Old", "New" (evidence named by the agent)',
    ],
  ];

  it('that the agent names counts if its work made it; if it held before, a person decides', async () => {
    const place = await begun();
    const packet = packetOf('one', { criteria: EVIDENCE.map(() => ({ text })) });
    const claimed = EVIDENCE.map(([evidence], criterion) => ({ criterion, evidence }));
    await place.write('one', { 'src/one.txt': 'one\n', 'tests/one.cases': 'pass New\n' });
    const { criteria } = await place.verify(packet, { claimed });
    expect(criteria).toEqual(
      EVIDENCE.map(([evidence, met, reason], index) => ({
        ...{ index, text, met, reason, namedBy: 'agent', heldBefore: met === 'person' },
        evidence: [evidence],
      })),
    );
  });

  it('that the plan names counts though it held before', async () => {
    const place = await begun();
    const packet = packetOf('one', { criteria: [{ text, evidence: { test: 'Old' } }] });
    await place.write('one', { 'src/one.txt': 'one\n' });
    expect((await place.verify(packet)).criteria).toMatchObject([
      {
        met: true,
        namedBy: 'plan',
        heldBefore: true,
        reason: 'the test "Old" passes, and held before this packet',
      },
    ]);
  });

  it('that a person ticks is a person’s, also at the merge, which waits for what only a person can tell', async () => {
    const place = await begun();
    const packet = packetOf('one', { criteria: [{ text }] });
    const claimed = [{ criterion: 0, evidence: { command: 'true' } }];
    await place.write('one', { 'src/one.txt': 'one\n' });
    const { commit } = await place.verify(packet, { claimed });
    expect(await place.prepare(packet, { claimed, commit })).toMatchObject({
      kind: 'red',
      unmet: [{ met: 'person' }],
    });
    const ticked = { met: true, namedBy: 'person', heldBefore: true };
    expect((await place.verify(packet, { claimed, ticked: [0] })).criteria).toMatchObject([ticked]);
    expect(await place.prepare(packet, { claimed, commit, ticked: [0] })).toMatchObject({
      kind: 'ready',
      criteria: [ticked],
    });
  });
});
