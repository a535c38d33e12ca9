import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Milestones } from '../../src/activities/milestones.ts';

const collect = () => {
  const sent: (number | undefined)[] = [];
  const milestones = new Milestones(async (percent) => {
    sent.push(percent);
  });
  return { sent, milestones };
};

const sending = () => new Promise((resolve) => setImmediate(resolve));

describe("an agent's milestones", () => {
  it('are sent for every quarter, and not for what lies between', async () => {
    const { sent, milestones } = collect();
    for (const percent of [0, 10, 24, 30, 49, 60, 80, 100, 100]) milestones.seen({ percent, note: 'works' });
    await sending();
    expect(sent).toEqual([0, 30, 60, 100]);
  });

  it('arrive in their order, also where the first takes longest to send', async () => {
    const arrived: (number | undefined)[] = [];
    let first = () => {};
    const slow = new Promise<void>((resolve) => {
      first = resolve;
    });
    const milestones = new Milestones(async (percent) => {
      if (percent === 0) await slow;
      arrived.push(percent);
    });
    for (const percent of [0, 50]) milestones.seen({ percent, note: 'works' });
    await sending();
    expect(arrived).toEqual([]);
    first();
    await sending();
    expect(arrived).toEqual([0, 50]);
  });

  it('show that an agent without percentages has begun, once', async () => {
    const { sent, milestones } = collect();
    milestones.seen({ note: 'reads' });
    milestones.seen({ note: 'writes' });
    await sending();
    expect(sent).toEqual([undefined]);
  });

  it('cost a history no more than six events a run, whatever the agent tells', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: undefined })),
        async (told) => {
          const { sent, milestones } = collect();
          for (const percent of told) milestones.seen({ percent, note: 'works' });
          await sending();
          expect(sent.length).toBeLessThanOrEqual(6);
        },
      ),
    );
  });

  it('that cannot be sent do not end the run', async () => {
    const milestones = new Milestones(() => Promise.reject(new Error('no server')));
    milestones.seen({ percent: 50, note: 'works' });
    // A rejection that nobody handles would fail this test run.
    await sending();
  });
});
