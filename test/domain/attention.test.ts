import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type AttentionItem,
  decisionProblem,
  decisionSchema,
  type TakenDecision,
} from '../../src/domain/attention.ts';

const open: AttentionItem[] = [
  { id: 'gate-1', kind: 'gate', prompt: 'p', options: ['waive', 'stop'], openedAt: '2026-01-01T00:00:00Z' },
  { id: 'question-api-1', kind: 'question', prompt: 'p', options: [], openedAt: '2026-01-01T00:00:00Z' },
];
const taken: TakenDecision[] = [
  {
    item: 'gate-0',
    choice: 'waive',
    note: 'old',
    by: 'ada',
    kind: 'gate',
    at: 'T',
    waitedMs: 1,
    automatic: false,
  },
];
const problem = (decision: unknown) => decisionProblem(decision, open, taken);

it('takes an option that is offered, and any text where none is', () => {
  expect(problem({ item: 'gate-1', choice: 'stop', by: 'ada' })).toBeUndefined();
  expect(
    problem({ item: 'question-api-1', choice: 'return the full user', by: 'ada', note: 'n' }),
  ).toBeUndefined();
});

it.each([
  [{ item: 'gate-1', choice: 'maybe', by: 'ada' }, 'not offered by "gate-1": choose one of "waive", "stop"'],
  [{ item: 'gate-2', choice: 'stop', by: 'ada' }, 'no open item "gate-2"; open: gate-1, question-api-1'],
  [{ item: 'gate-1', choice: 'stop' }, 'a decision is'],
  [{ item: 3, choice: 'stop', by: 'ada' }, 'a decision is'],
  [{ item: 'gate-1', choice: 3, by: 'ada' }, 'a decision is'],
  [{ item: 'gate-1', choice: 'stop', by: 3 }, 'a decision is'],
  [{ item: 'gate-1', choice: 'stop', by: ' ' }, 'a decision is'],
  [{ item: 'question-api-1', choice: '\n', by: 'ada' }, 'a decision is'],
  [{ item: 'gate-1', choice: 'stop', by: 'ada', note: 3 }, 'note must be a text'],
  [{ item: 'question-api-1', choice: 'x'.repeat(4001), by: 'ada' }, 'at most 4,000'],
  [{ item: 'x'.repeat(201), choice: 'x', by: 'ada' }, 'at most 200'],
  [null, 'a decision is'],
  ['stop', 'a decision is'],
  [[], 'a decision is'],
])('refuses %.60j', (decision, expected) => {
  expect(problem(decision)?.problem).toContain(expected);
});

it('shows what came, and no more than the beginning of what is long', () => {
  expect(problem({ item: 'gate-1' })?.problem).toMatch(/, all texts; got \{"item":"gate-1"\}$/);
  const text = problem({ item: 'x'.repeat(300) })?.problem ?? '';
  expect(text.slice(text.indexOf('got ') + 4)).toBe(
    `${JSON.stringify({ item: 'x'.repeat(300) }).slice(0, 199)}…`,
  );
  expect(problem(undefined)?.problem).toMatch(/got undefined$/);
});

it('bounds what is kept of a message', () => {
  const long = { item: 'gate-1', choice: 'stop', by: 'ada' };
  expect(problem({ ...long, by: 'x'.repeat(200), note: 'x'.repeat(4000) })).toBeUndefined();
  expect(problem({ ...long, by: 'x'.repeat(201) })?.problem).toContain('at most 200');
  expect(problem({ ...long, note: 'x'.repeat(4001) })?.problem).toContain('at most 4,000');
  expect(decisionProblem({ ...long, item: 'b' }, [], [])?.problem).toBe(
    'there is no open item "b"; nothing is open',
  );
});

it('tells a repetition from a second opinion', () => {
  expect(problem({ item: 'gate-0', choice: 'waive', note: 'old', by: 'bob' })).toEqual({
    problem: '"gate-0" was decided already: "waive" by ada at T',
    again: true,
  });
  expect(problem({ item: 'gate-0', choice: 'stop', by: 'bob' })?.again).toBe(false);
  expect(problem({ item: 'gate-0', choice: 'stop', note: 'old', by: 'bob' })?.again).toBe(false);
  expect(problem({ item: 'gate-0', choice: 'waive', by: 'bob' })?.again).toBe(false);
  const { note: _note, ...silent } = taken[0] as TakenDecision;
  const decided = { item: 'gate-0', choice: 'waive', by: 'bob' };
  expect(decisionProblem(decided, open, [silent])?.again).toBe(true);
  expect(decisionProblem({ ...decided, note: 'n' }, open, [silent])?.again).toBe(false);
});

it('never throws, says little, and takes nothing that the schema would not', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.record({ item: fc.constant('question-api-1'), choice: fc.string(), by: fc.string() }),
      ),
      (any) => {
        const found = problem(any);
        if (found) expect(found.problem.length).toBeLessThan(5000);
        else expect(decisionSchema.safeParse(any).success).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
});
