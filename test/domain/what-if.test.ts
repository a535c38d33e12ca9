import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ATTENTION_KINDS, type TakenDecision } from '../../src/domain/attention.ts';
import {
  askedMark,
  decisionFor,
  type ForkedFrom,
  type Past,
  pointOf,
  runsFrom,
} from '../../src/domain/what-if.ts';

const decision = (item: string, more: Partial<TakenDecision> = {}): TakenDecision => ({
  item,
  choice: 'yes',
  by: 'ann',
  kind: 'question',
  at: '2026-03-01T10:00:00.000Z',
  waitedMs: 1,
  automatic: false,
  asked: `mark of ${item}`,
  ...more,
});
const at = (minute: number) => `2026-03-01T10:0${minute}:00.000Z`;
const past: Past = {
  decisions: [
    decision('design-approval-1', { kind: 'design-approval', at: at(1) }),
    decision('question-api-1', { packet: 'api', at: at(2) }),
    decision('question-page-1', { packet: 'page', at: at(4) }),
    decision('promotion-1', { kind: 'promotion', at: at(5) }),
  ],
  packets: [{ id: 'api' }, { id: 'page' }],
  merges: [
    { packet: 'api', at: at(3) },
    { packet: 'page', at: at(6) },
  ],
  open: ['question-page-2'],
};

describe('a point', () => {
  const [approval, api, page] = past.decisions.map(({ item }) => item);
  it.each([
    ['a packet: decisions about it', 'api', { packet: 'api' }, [approval, page], [api]],
    ['the design: decisions about it', 'design', { packet: 'design' }, [api, page], [approval]],
    ['an item: it and all later ones', 'question-api-1', {}, [approval], [api, page, 'promotion-1']],
    ['a merge: what came after it', 'merge 1', { until: at(3) }, [approval, api], [page, 'promotion-1']],
    ['an open item: only that', 'question-page-2', {}, [approval, api, page], ['question-page-2']],
  ])('before %s is asked anew', (_, before, more, kept, anew) => {
    const point = pointOf(past, before);
    expect(point).toMatchObject({ ...more, anew });
    // A release is a person's each time.
    expect('decisions' in point ? point.decisions.map(({ item }) => item) : []).toEqual(kept);
  });

  it.each(['nobody', 'merge 0', 'merge 3', '', 'merge'])(
    '"%s" is none, and what there is is said',
    (before) => {
      const found = pointOf(past, before);
      expect('problem' in found ? found.problem : '').toMatch(/there is no/);
    },
  );

  it('in a report of before merges were noted is none', () => {
    const { merges: _, ...older } = past;
    expect(pointOf(older, 'merge 1')).toHaveProperty('problem');
  });

  it('takes no decision over whose question is not known, and none about a release, the surroundings or money', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ kind: fc.constantFrom(...ATTENTION_KINDS), known: fc.boolean() }), {
          maxLength: 8,
        }),
        fc.nat(8),
        (all, index) => {
          const never = ['promotion', 'rolled-back', 'environment', 'budget'];
          const decisions = all.map(({ kind, known }, n): TakenDecision => {
            const { asked: _, ...unknown } = decision(`item-${n}`, { kind });
            return known ? decision(`item-${n}`, { kind }) : unknown;
          });
          const point = pointOf({ decisions, packets: [] }, `item-${index}`);
          if ('problem' in point) {
            expect(index).toBeGreaterThanOrEqual(all.length);
            return;
          }
          const kept = point.decisions.map(({ item }) => item);
          const wanted = decisions
            .slice(0, index)
            .filter(({ asked, kind }) => asked !== undefined && !never.includes(kind));
          expect(kept).toEqual(wanted.map(({ item }) => item));
          expect(point.anew).toEqual(decisions.slice(index).map(({ item }) => item));
        },
      ),
    );
  });
});

describe('a decision of the earlier execution', () => {
  const from: ForkedFrom = {
    feature: 'old',
    runId: 'x',
    before: 'page',
    decisions: [
      { item: 'question-api-1', choice: 'red', by: 'ann', asked: askedMark('Which colour of old?', 'old') },
    ],
    anew: [],
  };
  const opens = (id: string, prompt: string, options: readonly string[]) =>
    decisionFor(from, { id, asked: askedMark(prompt, 'new'), options });

  it('answers the same question', () => {
    expect(opens('question-api-1', 'Which colour of old?', ['red', 'blue'])?.choice).toBe('red');
    expect(opens('question-api-1', 'Which colour of old?', [])?.choice).toBe('red');
  });

  it.each([
    ['another item', 'question-api-2', 'Which colour of old?', ['red']],
    ['another question', 'question-api-1', 'Which shade?', ['red']],
    ['a question with other options', 'question-api-1', 'Which colour of old?', ['blue']],
  ])('does not answer %s', (_, id, prompt, options) => {
    expect(opens(id, prompt, options)).toBeUndefined();
  });

  it('answers nothing in a feature that is no fork', () => {
    expect(decisionFor(undefined, { id: 'a', asked: 'b', options: [] })).toBeUndefined();
  });
});

it('another agent makes the runs of the packet that was named, or all that are made anew', () => {
  const from = {
    feature: 'old',
    runId: 'x',
    before: 'api',
    decisions: [],
    anew: [],
    with: { runner: 'codex' },
  };
  expect(runsFrom({ ...from, packet: 'api' }, 'api')).toEqual({
    feature: 'old',
    anew: true,
    with: from.with,
  });
  expect(runsFrom({ ...from, packet: 'api' }, 'page')).toEqual({ feature: 'old' });
  expect(runsFrom({ ...from, until: at(1) }, 'page')).toEqual({
    feature: 'old',
    until: at(1),
    with: from.with,
  });
  expect(runsFrom(undefined, 'page')).toBeUndefined();
});
