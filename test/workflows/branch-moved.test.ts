import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { packetWorkflowId } from '../../src/domain/ids.ts';
import { SIGNALS } from '../../src/domain/messages.ts';
import { event } from '../support/event.ts';
import { rests, told } from '../support/history.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const simple = (id: string) => tinyPacket(id, { criteria: [] });
const ELSEWHERE = '9'.repeat(40);

/** The branch is elsewhere when the first merge of `name` is to be made, and stays there. */
function homeWhereMoved(name: string): StubHome {
  const home = new StubHome(unattended);
  let elsewhere = false;
  home.override.prepareMerge = async (input) => {
    const ready = home.mergeable(input);
    return elsewhere ? { ...ready, merge: { ...ready.merge, old: ELSEWHERE } } : ready;
  };
  home.override.moveBranch = async (input) => {
    elsewhere ||= input.name === name;
    if (!elsewhere || input.merge.old === ELSEWHERE) return { moved: true };
    throw ApplicationFailure.create({
      type: 'BranchMoved',
      message: `the branch is at ${ELSEWHERE}. Put it back, or go on from where it is.`,
      nonRetryable: true,
    });
  };
  return home;
}

describe.concurrent('a merge whose branch is elsewhere when it is made', () => {
  it.each(['one', 'design'])('is judged anew on what is there, if a person says so: %s', async (name) => {
    const id = `moved-${name}`;
    const home = homeWhereMoved(name);
    const feature = await features.feature(id, [simple('one')], home);
    const { prompt, options } = await feature.item('environment');
    expect(prompt).toContain(`merge ${name} failed: the branch is at ${ELSEWHERE}`);
    expect(options).toEqual(['retry', 'stop']);
    await feature.decide('environment', 'retry');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(home.inputs('prepareMerge', name)).toHaveLength(2);
    expect(home.inputs('moveBranch', name).map(({ merge }) => merge.old === ELSEWHERE)).toEqual([
      false,
      true,
    ]);
    expect(home.runs(id, 'one')).toHaveLength(1);
  });

  it('ends the feature, if a person says so', async () => {
    const feature = await features.feature('moved-stop', [simple('one')], homeWhereMoved('one'));
    await feature.decide('environment', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringContaining('merge one failed and was stopped'),
    });
  });
});

describe('a turn to merge that was given to a packet before it was submitted', () => {
  it('is not taken for a turn of that submission, while another packet is being merged', async () => {
    const id = 'turn-of-before';
    const [given, judged] = [event(), event()];
    const home = new StubHome({ ...unattended, concurrency: 2 }, undefined, async ({ name }) => {
      if (name === 'one') await given.happened;
    });
    home.override.prepareMerge = async (input) => {
      if (input.name === 'two') await judged.happened;
      return home.mergeable(input);
    };
    const feature = await features.feature(id, [simple('one'), simple('two')], home);
    await until(
      'two is being merged',
      async () => home.inputs('prepareMerge', 'two').length > 0 || undefined,
    );
    const one = features.client.workflow.getHandle(packetWorkflowId(id, 'one'));
    await one.signal(SIGNALS.instruct, { type: 'merge' });
    await told(one, '"merge"');
    given.happen();
    await until('one is submitted', async () => {
      const { packets } = await feature.status();
      const status = packets.find((packet) => packet.id === 'one')?.status;
      return status === 'submitted' || status === 'merged' || undefined;
    });
    await rests(one);
    const early = home.inputs('prepareMerge', 'one').length;
    judged.happen();
    expect(early).toBe(0);
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.inputs('prepareMerge', 'one')).toHaveLength(1);
  });
});
