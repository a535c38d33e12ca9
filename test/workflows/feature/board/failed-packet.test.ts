import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packetWorkflowId } from '../../../../src/domain/ids.ts';
import { StubHome } from '../../../support/stub-home.ts';
import { StubFeatures } from '../../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const packets = [
  tinyPacket('one', { criteria: [] }),
  tinyPacket('two', { criteria: [], dependencies: [{ packet: 'one' }] }),
  tinyPacket('other', { criteria: [] }),
];

/** A feature whose packet `one` has its workflow terminated by somebody in its agent's first run. */
const terminated = async (id: string) => {
  let begun = 0;
  const home = new StubHome(
    unattended,
    () => undefined,
    async ({ name }) => {
      if (name !== 'one' || ++begun > 1) return;
      await features.client.workflow.getHandle(packetWorkflowId(id, 'one')).terminate('a slip of the hand');
    },
  );
  const feature = await features.feature(id, packets, home);
  const item = await feature.item('environment-one');
  expect(item.prompt).toMatch(/^The workflow of packet one failed: .*terminated/i);
  expect(item.options).toEqual(['retry', 'drop', 'stop']);
  expect(item.recommended).toBeUndefined();
  return { home, feature };
};

describe.concurrent('a packet whose workflow failed', () => {
  it('begins once more where a person says so, and those that wait for it get their turn', async () => {
    const { home, feature } = await terminated('failed-retried');
    await feature.decide('environment-one', 'retry');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.packets.map(({ id, status }) => [id, status])).toEqual([
      ['one', 'merged'],
      ['two', 'merged'],
      ['other', 'merged'],
    ]);
    expect(home.runs('failed-retried', 'one').map(({ run, resume }) => [run, resume])).toEqual([
      [1, null],
      [1, null],
    ]);
  });

  it('is dropped with what depends on it where a person says so, and the others land', async () => {
    const { home, feature } = await terminated('failed-dropped');
    await feature.decide('environment-one', 'drop');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.packets).toMatchObject([
      { id: 'one', status: 'dropped', why: expect.stringMatching(/^its workflow failed: .*terminated/i) },
      { id: 'two', status: 'dropped', why: 'depends on one, which was dropped' },
      { id: 'other', status: 'merged' },
    ]);
    expect(home.runs('failed-dropped', 'two')).toEqual([]);
  });

  it('ends the feature where a person says so', async () => {
    const { home, feature } = await terminated('failed-stopped');
    await feature.decide('environment-one', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringMatching(/^packet one failed: .*terminated/i),
    });
    expect(home.inputs('land')).toEqual([]);
  });
});
