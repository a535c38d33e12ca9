import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunInput } from '../../../src/domain/activities.ts';
import { StubHome, stubCheck } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyConfig, tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const { crew } = tinyConfig;
const packets = [
  tinyPacket('api', { criteria: [] }),
  tinyPacket('page', { criteria: [], dependencies: [{ packet: 'api', type: 'soft' }] }),
];
const crashed = { kind: 'crashed' as const, reason: 'exit code 137' };
const kinds = (runs: readonly AgentRunInput[]) =>
  runs.map(({ feedback }) => feedback.map(({ kind }) => kind));

describe.concurrent('a packet that stands on what stood in for another', () => {
  it('is told to swap until an agent was done after it: killed agents count for nothing', async () => {
    const home = new StubHome(unattended, ({ name, run }) =>
      name === 'page' && (run === 2 || run === 3) ? crashed : undefined,
    );
    home.heard = ({ run }) => run !== 2 && run !== 3;
    const feature = await features.feature('swap-killed', packets, home);
    expect((await feature.report()).outcome).toBe('landed');
    expect(kinds(home.runs('swap-killed', 'page'))).toEqual([
      [],
      ['swap'],
      ['swap', 'note'],
      ['swap', 'note'],
    ]);
  });

  it('is swapped by the other agent, or by the person who takes it over, where its own is used up', async () => {
    const home = new StubHome(
      { ...unattended, crew: { ...crew, implement: { ...crew.implement, fallback: { runner: 'codex' } } } },
      ({ name, run }) =>
        name !== 'page' || run === 1 ? undefined : run < 6 ? crashed : { kind: 'failed', reason: 'no idea' },
    );
    home.heard = ({ run }) => run === 1;
    const feature = await features.feature('swap-over', packets, home);
    await feature.decide('failing-packet-page', 'take-over');
    expect((await feature.item('by-hand-page')).prompt).toContain('Merged meanwhile: api');
    await feature.decide('by-hand-page', 'hand-back');
    expect((await feature.report()).outcome).toBe('landed');
    expect(kinds(home.runs('swap-over', 'page')).at(-1)).toContain('swap');
  });

  it('is brought up and told again where the home was lost in which it stood on the real thing', async () => {
    const home = new StubHome(unattended);
    let looks = 0;
    home.override.verify = async ({ name, standsOn }) => {
      if (name !== 'page' || standsOn === undefined) return home.verified();
      looks += 1;
      // The first time its tree is one of before the swap; then a check is red.
      if (looks === 1) return home.verified({ behind: true });
      return home.verified(looks === 2 ? { checks: [stubCheck('lint')] } : {});
    };
    const feature = await features.feature('swap-behind', packets, home);
    expect((await feature.report()).outcome).toBe('landed');
    expect(kinds(home.runs('swap-behind', 'page'))).toEqual([[], ['swap'], ['swap'], ['check']]);
    const [first, second, ...more] = home.inputs('bringUpTo', 'page');
    expect(first).toMatchObject({ head: second?.head });
    expect(more).toEqual([]);
    expect(home.inputs('verify', 'page').map(({ check }) => check)).toEqual([false, true, true, true]);
  });
});
