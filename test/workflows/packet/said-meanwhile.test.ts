import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunInput } from '../../../src/domain/activities.ts';
import { packetWorkflowId } from '../../../src/domain/ids.ts';
import { SIGNALS } from '../../../src/domain/messages.ts';
import type { Feature } from '../../support/engine.ts';
import { event } from '../../support/event.ts';
import { told } from '../../support/history.ts';
import { StubHome } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';
import { until } from '../../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const one = tinyPacket('one', { criteria: [] });
const broken = () => ApplicationFailure.nonRetryable('no such compiler', 'Setup');
const say = (feature: Feature, packet: string, message: string) =>
  feature.handle.signal(SIGNALS.unblock, { packet, message, by: 'anna' });
const heard = (run: AgentRunInput | undefined) => run?.feedback.map(({ text }) => text).join('\n');

const hears = (feature: string, text: string) =>
  told(features.client.workflow.getHandle(packetWorkflowId(feature, 'one')), text);

describe.concurrent('what a person says to an agent', () => {
  it.each([
    ['one', 'environment-one-1', 'question-one-1'],
    ['design', 'environment-1', 'question-1'],
  ])(
    'while a question about the run of %s is open is heard once that is closed',
    async (name, item, question) => {
      const id = `said-beside-question-${name}`;
      let fails = true;
      const home = new StubHome(
        unattended,
        (input) =>
          input.name === name && input.resume?.answer === undefined
            ? { kind: 'blocked', question: { text: 'Which database?', options: [] } }
            : undefined,
        async (input) => {
          if (input.name === name && fails) throw broken();
          // As a home answers of a run whose agent was never begun.
          if (input.unheard) throw ApplicationFailure.nonRetryable('no agent was begun', 'HeldBack');
        },
      );
      const feature = await features.feature(id, name === 'one' ? [one] : [], home);
      await feature.item(item);
      fails = false;
      await say(feature, name, 'GCC is there now');
      await feature.decide(item, 'retry');
      await feature.item(question);
      expect((await feature.status()).attention.map(({ id: open }) => open)).toEqual([question]);
      await feature.decide(question, 'postgres');
      const begun = () => home.runs(id, name).filter(({ unheard }) => unheard !== true);
      await until('it was answered', async () => begun().length >= 3 || undefined);
      // A design without packets goes back at once, in a fourth run.
      const runs = begun().slice(0, 3);
      expect(runs.map((run) => [heard(run)?.includes('GCC is there now'), run.resume?.answer])).toEqual([
        [false, undefined],
        [true, undefined],
        // That it was heard once is enough.
        [false, 'postgres'],
      ]);
      await feature.handle.terminate();
    },
  );

  it('while its work is judged before the merge is heard before that is made', async () => {
    const id = 'said-before-move';
    const home = new StubHome(unattended);
    const judged = event();
    home.override.prepareMerge = async (input) => {
      if (input.name === 'one') await judged.happened;
      return home.mergeable(input);
    };
    const feature = await features.feature(id, [one], home);
    await until('it is judged', async () => home.inputs('prepareMerge', 'one').length > 0 || undefined);
    await say(feature, 'one', 'Name it two');
    await hears(id, 'Name it two');
    judged.happen();
    expect(await feature.report()).toMatchObject({ outcome: 'landed', packets: [{ runs: 2 }] });
    expect(heard(home.runs(id, 'one')[1])).toContain('Name it two');
    expect(home.inputs('moveBranch', 'one')).toHaveLength(1);
  });

  it('while it is being merged is said to have come too late', async () => {
    const id = 'said-too-late';
    const home = new StubHome(unattended);
    const moved = event();
    home.override.moveBranch = async ({ name }) => {
      if (name === 'one') await moved.happened;
      return { moved: true };
    };
    const feature = await features.feature(id, [one], home);
    await until('it is merged', async () => home.inputs('moveBranch', 'one').length > 0 || undefined);
    await say(feature, 'one', 'Name it two');
    await hears(id, 'Name it two');
    moved.happen();
    expect(await feature.report()).toMatchObject({ outcome: 'landed' });
    const { dropped } = await feature.status();
    expect(dropped).toMatchObject([{ signal: 'unblock' }]);
    expect(dropped[0]?.reason).toContain('packet one was being merged');
  });
});
