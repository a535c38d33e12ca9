import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ConfigDraft } from '../../src/domain/config.ts';
import type { PacketDraft } from '../../src/domain/packet.ts';
import { designOf, StubHome, stubCheck } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const within = (...inScope: string[]) => tinyPacket('one', { criteria: [], boundaries: { inScope } });

/** A home whose designer plans this packet, and where `check.sh` measures the work. */
const homeOf = (planned: PacketDraft, config: Partial<ConfigDraft> = unattended) => {
  const home = new StubHome(config, ({ phase }) => (phase === 'design' ? designOf(planned) : undefined));
  home.override.verify = async ({ packets = [] }) =>
    home.verified({
      measuring: packets
        .filter(({ boundaries }) => boundaries.inScope.includes('check.sh'))
        .map(({ id }) => ({ packet: id, path: 'check.sh', why: 'named by checks.test' })),
    });
  return home;
};
const listed = 'These packets may change what measures the work:\n- one: check.sh (named by checks.test)\n\n';

describe.concurrent('a plan with a packet that may change what measures the work', () => {
  it('waits for a person, with --yes and approvals auto too, and says so first', async () => {
    const home = homeOf(within('src/', 'check.sh'));
    const feature = await features.feature('measuring', [], home, true);
    const item = await feature.item('design-approval');
    expect(item.prompt.startsWith(`${listed}Design: done`)).toBe(true);
    expect(item).not.toHaveProperty('recommended');
    expect((await feature.status()).packets).toEqual([]);
    await feature.decide('design-approval', 'approve');
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      decisions: [{ kind: 'design-approval', choice: 'approve', by: 'tester', automatic: false }],
    });
  });

  it('waits for a person too where it is their packet, and the designer filled in its scope', async () => {
    const home = homeOf(within('check.sh'));
    const feature = await features.feature('filled-in', [within()], home, true);
    expect(await feature.item('design-approval')).not.toHaveProperty('recommended');
    await feature.decide('design-approval', 'reject');
    expect((await feature.report()).outcome).toBe('rejected');
  });

  it('is approved by itself where a person gave the packet that scope', async () => {
    const home = homeOf(within('src/'));
    const report = await (await features.feature('given', [within('check.sh')], home)).report();
    expect(report).toMatchObject({ outcome: 'landed', decisions: [{ choice: 'approve', automatic: true }] });
    expect(home.inputs('verify', 'design')).toMatchObject([{ packets: [{ id: 'one' }] }]);
  });
});

describe.concurrent('a design', () => {
  it('with criteria that no check can prove goes back to the designer, who is told how they can be proven', async () => {
    const criteria = [{ text: 'It adds', evidence: { test: 'cart > adds' } }];
    const home = new StubHome(
      // No check has a report, so there are no tests by name.
      { ...unattended, checks: { test: 'sh check.sh' } },
      ({ phase, run }) =>
        phase !== 'design'
          ? undefined
          : designOf(
              tinyPacket('one', {
                criteria: run === 1 ? criteria : [{ text: 'It adds', evidence: { file: 'src/cart.js' } }],
              }),
            ),
    );
    const report = await (await features.feature('unprovable', [], home)).report();
    expect(report.outcome).toBe('landed');
    const runs = home.runs('unprovable', 'design');
    expect(runs).toHaveLength(2);
    expect(runs[1]?.feedback).toMatchObject([
      { kind: 'plan', text: expect.stringContaining('its evidence is the test "cart > adds", but no check') },
    ]);
    expect(home.inputs('verify', 'one')).toMatchObject([
      { packet: { criteria: [{ evidence: { file: 'src/cart.js' } }] } },
    ]);
  });

  it('that cannot be merged is put to a person with all that keeps it from being merged', async () => {
    const home = new StubHome(unattended);
    let merges = 0;
    home.override.prepareMerge = async (input) =>
      ++merges > 1
        ? home.mergeable(input)
        : {
            kind: 'red',
            head: '2'.repeat(40),
            checks: [stubCheck('docs', { exitCode: 3, tail: 'a dead link' })],
            unmet: [],
            vanished: [{ check: 'test', name: 'docs > build', now: 'missing' }],
          };
    const feature = await features.feature('unmerged-design', [within('src/')], home);
    const { prompt, options } = await feature.item('failing-packet');
    expect(prompt).toContain('The check "docs" is red (exit code 3).\n\na dead link');
    expect(prompt).toContain('test: docs > build (missing)');
    expect(options).toEqual(['retry', 'stop']);
    await feature.decide('failing-packet', 'retry');
    expect((await feature.report()).outcome).toBe('landed');
  });
});
