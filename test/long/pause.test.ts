import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Engine, until } from '../support/engine.ts';
import { plainWork, tinyDesign, tinyPacket, tinyRepository, unattended } from '../support/tiny-repository.ts';

const IDS = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
/** Milliseconds from one pause to the next, as a fixed draw: before, between and after the first agents' starts. */
const MOMENTS = [0, 80, 190, 340, 610, 950];
/** An agent that was started by then says its first word once Node has loaded it: 0.2 s, and a second on a busy machine. */
const FIRST_WORD_MS = 2000;
/** So long a pause is watched: more than an agent that slipped through took to begin. */
const WATCHED_MS = 6000;

describe('a feature that is paused at any moment, with six packets on two agent slots', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'), { worker: false });
    await engine.worker(engine.home, undefined, 2);
  });
  afterAll(() => engine.stop());

  it('begins no agent after the answer, and lands once it is resumed', {
    timeout: 240_000,
  }, async () => {
    const began = { exec: 'date +%s%3N >> {dir}/began' };
    const tiny = await tinyRepository(
      {
        design: [tinyDesign(IDS.map((id) => tinyPacket(id)))],
        ...Object.fromEntries(IDS.map((id) => [id, [plainWork(id, began, { exec: 'sleep 0.5' })]])),
      },
      { ...unattended, concurrency: 6 },
    );
    const feature = await engine.feature(tiny, { id: 'paused-often' });
    const pass = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
    const starts = async () =>
      ((await tiny.read('began')) ?? '').trim().split('\n').filter(Boolean).map(Number);
    await until(
      'packets are worked on',
      async () => (await feature.status().catch(() => undefined))?.packets.length,
    );
    const late: number[] = [];
    for (const moment of MOMENTS) {
      await pass(moment);
      await feature.signal('pause');
      const answered = Date.now();
      await pass(WATCHED_MS);
      late.push(...(await starts()).map((at) => at - answered).filter((after) => after > 0));
      await feature.signal('resume');
    }
    expect(
      late.filter((after) => after > FIRST_WORD_MS),
      `after each answer: ${late}`,
    ).toEqual([]);
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.runs.filter(({ packet }) => packet !== 'design')).toHaveLength(IDS.length);
  });
});
