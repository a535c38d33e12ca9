import { describe, expect, it } from 'vitest';
import { QUERIES, UPDATES } from '../../src/domain/messages.ts';
import { packetSchema } from '../../src/domain/packet.ts';
import type { PlanEditDraft, PlanStatus } from '../../src/domain/plan-edit.ts';
import { type Engine, type Feature, until } from '../support/engine.ts';
import {
  done,
  plainWork,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

let engine: Engine;
useEngine((started) => {
  engine = started;
});

const change = (feature: Feature, edit: Omit<PlanEditDraft, 'by'>) =>
  feature.handle.executeUpdate(UPDATES.plan, { args: [{ ...edit, by: 'tester' }] });
const refusal = async (work: Promise<unknown>) => {
  const error = (await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )) as Error | undefined;
  return (error?.cause as Error | undefined)?.message;
};

describe.concurrent('the plan of a feature that runs', { timeout: 240_000 }, () => {
  it('takes packets that are added, amended and dropped; who works on one is told, and its time is counted', async () => {
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign([
            tinyPacket('long'),
            tinyPacket('unwanted'),
            tinyPacket('later', { dependencies: [{ packet: 'long' }] }),
          ]),
        ],
        long: [[{ hold: '{dir}/long' }], [{ hold: '{dir}/told' }, ...plainWork('long')]],
        unwanted: [[{ hold: '{dir}/unwanted' }, done('never')]],
        later: [plainWork('later')],
        extra: [plainWork('extra')],
      },
      { ...unattended, concurrency: 2 },
    );
    const feature = await engine.feature(tiny, { id: 'edited' });
    await Promise.all([tiny.reached('long'), tiny.reached('unwanted')]);
    await change(feature, {
      add: [packetSchema.parse(tinyPacket('extra'))],
      amend: [packetSchema.parse({ ...tinyPacket('long'), objective: 'Add src/long.txt, and be quick' })],
      drop: ['unwanted'],
    });
    await tiny.reached('told');
    const { packets } = await feature.handle.query<PlanStatus>(QUERIES.plan);
    expect(packets.map(({ packet }) => packet.id)).toEqual(['long', 'unwanted', 'later', 'extra']);
    await tiny.release('told');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.packets.map(({ id, status, why }) => [id, status, why])).toEqual([
      ['long', 'merged', undefined],
      ['unwanted', 'dropped', 'dropped from the plan by tester'],
      ['later', 'merged', undefined],
      ['extra', 'merged', undefined],
    ]);
    expect(report.edits).toMatchObject([
      { by: 'tester', added: ['extra'], amended: ['long'], dropped: ['unwanted'] },
    ]);
    // What a dropped packet's agent took is not lost from the figures.
    expect(report.runs.map(({ packet }) => packet)).toContain('unwanted');
    const [, told] = await tiny.tasks('long');
    expect(told?.packet?.objective).toBe('Add src/long.txt, and be quick');
    expect(told?.feedback.map(({ text }) => text).join()).toContain('amended by tester');
    expect(told?.resume?.sessionId).toBeTruthy();
    expect((await tiny.git('ls-tree', '-r', '--name-only', report.branch as string)).split('\n')).toContain(
      'src/extra.txt',
    );
  });

  it('gives slots in the order that people put first', async () => {
    const ids = ['a', 'b', 'c'];
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('holds'), ...ids.map((id) => tinyPacket(id))])],
        holds: [plainWork('holds', { hold: '{dir}/holds' })],
        ...Object.fromEntries(ids.map((id) => [id, [plainWork(id)]])),
      },
      { ...unattended, concurrency: 1 },
    );
    const feature = await engine.feature(tiny, { id: 'ordered' });
    await tiny.reached('holds');
    await change(feature, { first: ['c', 'b'] });
    await tiny.release('holds');
    const report = await feature.report();
    const began = report.runs.filter(({ packet }) => ids.includes(packet)).map(({ packet }) => packet);
    expect(began).toEqual(['c', 'b', 'a']);
  });

  it('refuses what would make it impossible, and what comes too late, and says why', async () => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one')])], one: [plainWork('one', { hold: '{dir}/one' })] },
      { ...unattended, approvals: { design: 'ask' } },
    );
    const feature = await engine.feature(tiny, { id: 'refusing' });
    await feature.item('design-approval');
    expect(await refusal(change(feature, { drop: ['one'] }))).toContain('the plan would have no packets');
    await feature.decide('design-approval', 'approve');
    await tiny.reached('one');
    expect(await refusal(change(feature, { drop: ['other'] }))).toBe(
      'packet "other", which is to be dropped, is not in the plan',
    );
    expect(
      await refusal(feature.handle.executeUpdate(UPDATES.plan, { args: [{ by: 'x', delete: [] }] })),
    ).toContain('delete');
    await tiny.release('one');
    await until('the packets are done', async () => (await feature.status()).phase === 'done');
    expect((await feature.report()).outcome).toBe('landed');
  });
});
