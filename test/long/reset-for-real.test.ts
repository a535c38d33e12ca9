import { describe, expect, it } from 'vitest';
import { featureWorkflowId, packetWorkflowId } from '../../src/domain/ids.ts';
import { type Engine, Feature, until } from '../support/engine.ts';
import { reset } from '../support/reset.ts';
import {
  plainWork,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

const IDS = ['one', 'two'] as const;
const SUBJECTS = ['Add src/two.txt', 'Add src/one.txt', 'Design: a file for each packet'];

describe.concurrent('a feature with real trees and agents', { timeout: 240_000 }, () => {
  let engine: Engine;
  useEngine((started) => {
    engine = started;
  });

  /** Two packets: the first is merged, and the agent of the second, which depends on it, holds. */
  async function begin(id: string, land: 'branch' | 'merge' = 'branch') {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('one'), tinyPacket('two', { dependencies: [{ packet: 'one' }] })])],
        one: [plainWork('one')],
        two: [plainWork('two', { hold: `{dir}/${id}` })],
      },
      { ...unattended, land },
    );
    // A landing by merge moves the branch, which nobody may have checked out then.
    if (land === 'merge') await tiny.git('checkout', '-q', '--detach');
    await engine.feature(tiny, { id });
    await tiny.reached(id);
    // Of whichever execution is the present one.
    const feature = new Feature(engine.client.workflow.getHandle(featureWorkflowId(id)));
    return {
      tiny,
      feature,
      resetTo: (point: Parameters<typeof reset>[2]) => reset(engine.client, featureWorkflowId(id), point),
    };
  }

  /** Each change is in the branch once, nothing of it is missing, and nobody was asked. */
  async function expectLandedOnce(tiny: TinyRepository, feature: Feature, branch: string, asked = 0) {
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.packets.map(({ status }) => status)).toEqual(['merged', 'merged']);
    expect(report.figures.humanInterventions).toBe(asked);
    const subjects = (await tiny.git('log', '--no-merges', '--format=%s', branch)).split('\n');
    expect(subjects.filter((subject) => subject !== 'A commit')).toEqual(SUBJECTS);
    for (const id of IDS) expect(await tiny.git('show', `${branch}:src/${id}.txt`)).toContain(id);
  }

  it.each(['first', 'before-first-child', 'first-child', 'last'] as const)(
    'that is reset to its %s task, with one packet merged and one at work, has all work landed once',
    async (point) => {
      const id = `real-${point}`;
      const { tiny, feature, resetTo } = await begin(id);
      await resetTo(point);
      await tiny.release(id);
      await expectLandedOnce(tiny, feature, `feature/${id}`);
      // The packet that was merged is only done again if the reset went back to before it began.
      const again = point === 'first' || point === 'before-first-child';
      expect(await tiny.tasks('one')).toHaveLength(again ? 2 : 1);
    },
  );

  it.each(['before-first-child', 'last'] as const)(
    'that is reset to its %s task while a packet is merged has all work landed once',
    async (point) => {
      const id = `merging-${point}`;
      const { tiny, feature, resetTo } = await begin(id);
      await tiny.release(id);
      const packet = engine.client.workflow.getHandle(packetWorkflowId(id, 'two'));
      await until('its merge is judged', async () =>
        ((await packet.fetchHistory()).events ?? []).some(
          (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'prepareMerge',
        ),
      );
      await resetTo(point);
      await expectLandedOnce(tiny, feature, `feature/${id}`);
    },
  );

  it.each([
    ['branch', 'before-first-child'],
    ['merge', 'before-first-child'],
    ['merge', 'first'],
  ] as const)(
    'that has landed by %s and is reset to its %s task lands nothing twice',
    async (land, point) => {
      const id = `landed-${land}-${point}`;
      const { tiny, feature, resetTo } = await begin(id, land);
      await tiny.release(id);
      await feature.report();
      await resetTo(point);
      await expectLandedOnce(tiny, feature, land === 'merge' ? 'main' : `feature/${id}`);
    },
  );

  it('that has landed its branch and is reset to its first task asks what is to become of that branch', async () => {
    const id = 'landed-branch-first';
    const { tiny, feature, resetTo } = await begin(id);
    await tiny.release(id);
    await feature.report();
    const landed = await tiny.git('rev-parse', `feature/${id}`);
    await resetTo('first');
    const { prompt } = await feature.item('environment-1');
    expect(prompt).toContain('merge it into the work, or move it out of the way');
    expect(await tiny.git('rev-parse', `feature/${id}`)).toBe(landed);
    await tiny.git('branch', '-m', `feature/${id}`, 'of-before');
    await feature.decide('environment-1', 'retry');
    await expectLandedOnce(tiny, feature, `feature/${id}`, 1);
  });

  it.each([
    ['at work', 'two'],
    ['merged', 'one'],
  ] as const)('whose packet that is %s is reset has all work landed once', async (when, name) => {
    const id = `packet-${when.replace(' ', '-')}`;
    const { tiny, feature } = await begin(id);
    await reset(engine.client, packetWorkflowId(id, name), 'first');
    await tiny.release(id);
    await expectLandedOnce(tiny, feature, `feature/${id}`);
  });
});
