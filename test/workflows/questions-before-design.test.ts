import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunInput } from '../../src/domain/activities.ts';
import { UPDATES } from '../../src/domain/messages.ts';
import type { Feature } from '../support/engine.ts';
import { until } from '../support/engine.ts';
import { designOf, StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const one = tinyPacket('one', { criteria: [] });
const noPackets = designOf();
const which = { text: 'Which users?', options: ['all', 'admins'], recommended: 'all' };
const where = { text: 'Where is it kept?' };
const asks = { kind: 'blocked' as const, question: which, further: [where] };
/** A home whose designer ends its runs so, one after the other, and the last way from then on. */
const homeOf = (ends: readonly ReturnType<typeof designOf>[], clarify?: { timeout?: string }) => {
  let run = 0;
  const end = ({ phase }: AgentRunInput) =>
    phase === 'design' ? ends[Math.min(run++, ends.length - 1)] : undefined;
  return new StubHome({ ...unattended, ...(clarify !== undefined && { clarify }) }, end);
};
const open = async (feature: Feature, count: number) =>
  until(`${count} open items`, async () => {
    const { attention } = await feature.status();
    return attention.length === count ? attention : undefined;
  });
const decide = (feature: Feature, item: string, choice: string, note?: string) =>
  feature.handle.executeUpdate(UPDATES.decide, {
    args: [{ item, choice, by: 'ann', ...(note !== undefined && { note }) }],
  });
const told = (input: AgentRunInput | undefined) => input?.feedback.map(({ text }) => text).join('\n');

describe.concurrent('what Baton doubts in a request', () => {
  const doubts = { questions: [which, where], remarks: ['The request names `a/b.ts`.'] };

  it('is asked before any designer is sent to work, all at once, and the answers travel into the design', async () => {
    const home = homeOf([designOf(one)]);
    const feature = await features.feature('doubted', [], home, false, undefined, { doubts });
    const [first, second] = await open(feature, 2);
    expect([first?.id, second?.id]).toEqual(['question-1', 'question-2']);
    expect(first).toMatchObject({ kind: 'question', prompt: 'Which users?', options: ['all', 'admins'] });
    expect(home.runs('doubted', 'design')).toEqual([]);
    await decide(feature, 'question-2', 'In the database', 'as the sessions are');
    expect(home.runs('doubted', 'design')).toEqual([]);
    await decide(feature, 'question-1', 'admins');
    expect(await feature.report()).toMatchObject({ outcome: 'landed' });
    const [design, ...others] = home.runs('doubted', 'design');
    expect(others).toEqual([]);
    expect(told(design)).toContain('Which users?\nThe answer: admins');
    expect(told(design)).toContain('The answer: In the database\n\nas the sessions are');
    expect(told(design)).toContain('The request names `a/b.ts`. If what is built depends on that, ask');
  });

  it('takes its recommended answer by itself with --yes', async () => {
    const home = homeOf([designOf(one)]);
    const feature = await features.feature('doubted-yes', [], home, true, undefined, {
      doubts: { questions: [which], remarks: [] },
    });
    expect(await feature.report()).toMatchObject({ outcome: 'landed' });
    expect(told(home.runs('doubted-yes', 'design')[0])).toContain('The answer: all');
  });
});

describe.concurrent('a designer', () => {
  it('asks several questions at once, and goes on in its session when all are answered', async () => {
    const home = homeOf([asks, designOf(one)]);
    const feature = await features.feature('several', [], home);
    await open(feature, 2);
    await decide(feature, 'question-1', 'admins');
    await open(feature, 1);
    await decide(feature, 'question-2', 'In a file');
    expect(await feature.report()).toMatchObject({ outcome: 'landed' });
    const runs = home.runs('several', 'design');
    expect(runs).toHaveLength(2);
    expect(runs[1]?.resume?.answer).toBe(
      '1. Which users?\nThe answer: admins\n\n2. Where is it kept?\nThe answer: In a file',
    );
  });

  it('only looks at first if the repository wants that, and designs in the same session', async () => {
    const home = homeOf([asks, designOf(one)], { timeout: '3m' });
    const feature = await features.feature('looks', [], home);
    await open(feature, 2);
    const [look] = home.runs('looks', 'design');
    expect(look?.looks).toBe(true);
    expect(told(look)).toContain('only looks whether the request is clear');
    await decide(feature, 'question-1', 'admins');
    await decide(feature, 'question-2', 'In a file');
    expect(await feature.report()).toMatchObject({ outcome: 'landed' });
    const [, design, ...others] = home.runs('looks', 'design');
    expect(others).toEqual([]);
    expect(design?.looks).toBeUndefined();
    expect(design?.resume).toMatchObject({ answer: expect.stringContaining('admins') });
    expect(told(design)).toContain('Design now');
    expect(told(design)).not.toContain('only looks');
  });

  it.each([
    ['finds it clear', noPackets, 2],
    ['hands its design in at once, which is not paid for twice', designOf(one), 1],
    ['is ended by its limit', { kind: 'timeout' as const, reason: 'longer than 3m' }, 2],
    ['is refused by its schema', { kind: 'invalid' as const, problems: 'x' }, 2],
  ])('that %s asks nobody, and the design is made', async (what, end, runs) => {
    const id = `look-${what
      .replaceAll(/[^a-z]+/g, '-')
      .slice(0, 20)
      .replace(/-$/, '')}`;
    const home = homeOf([end as ReturnType<typeof designOf>, designOf(one)], {});
    const feature = await features.feature(id, [], home);
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.decisions.filter(({ kind }) => kind === 'question')).toEqual([]);
    expect(home.runs(id, 'design')).toHaveLength(runs);
  });
});
