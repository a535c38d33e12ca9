import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { agentEventSchema, feedbackSchema, resultSchemas } from '../../src/domain/agent-protocol.ts';

const done = { status: 'done', summary: 's' };
const good = {
  design: { ...done, packets: [{ id: 'a', objective: 'x' }], dataModel: { table: 't' }, apiSpec: [] },
  implement: { ...done, evidence: [{ criterion: 0, evidence: { test: 'creates a user' } }] },
  test: { ...done, gaps: [{ file: 'a.ts', what: 'a branch' }], testsAdded: ['t'] },
  deploy: { ...done, plan: 'p', rollback: 'r' },
} as const;
const phases = ['design', 'implement', 'test', 'deploy'] as const;

describe.each(phases)('the result of %s', (phase) => {
  const schema = resultSchemas[phase];
  it('is done, blocked or failed', () => {
    expect(schema.safeParse(good[phase]).success).toBe(true);
    expect(
      schema.safeParse({ status: 'blocked', question: { text: 'which?', options: ['a', 'b'] } }).success,
    ).toBe(true);
    expect(schema.safeParse({ status: 'failed', reason: 'r' }).success).toBe(true);
  });
  it.each([
    ['no status', { summary: 's' }],
    ['another status', { status: 'finished', summary: 's' }],
    ['a key nobody knows', { ...good[phase], filesModified: ['a claim'] }],
    ['no summary', { ...good[phase], summary: '' }],
    ['a question without text', { status: 'blocked', question: {} }],
    ['too many decisions', { ...good[phase], decisions: Array(41).fill('x') }],
  ])('is refused with %s', (_what, result) => {
    expect(schema.safeParse(result).success).toBe(false);
  });
  it('is told to agents as a JSON Schema that says the same', () => {
    const validate = new Ajv2020({ strict: false }).compile(z.toJSONSchema(schema, { io: 'input' }));
    expect(validate(good[phase])).toBe(true);
    expect(validate({ status: 'finished' })).toBe(false);
    expect(validate({ ...good[phase], filesModified: ['a claim'] })).toBe(false);
  });
});

it('takes no packet that names a role outside the roles’ folder', () => {
  const packets = [{ id: 'a', objective: 'x', role: '../../etc/passwd' }];
  expect(resultSchemas.design.safeParse({ ...good.design, packets }).success).toBe(false);
});

it('refuses a data model that would not fit a handoff', () => {
  const result = resultSchemas.design.safeParse({ ...good.design, dataModel: 'x'.repeat(7000) });
  expect(result.error?.issues[0]?.message).toContain('move detail into a document');
});

it.each([
  [{ type: 'session', id: 's' }, true],
  [{ type: 'session', id: '' }, false],
  [{ type: 'session' }, false],
  [{ type: 'progress', note: 'n', percent: 40 }, true],
  [{ type: 'progress', note: 'n', percent: 140 }, false],
  [{ type: 'checkpoint', message: 'RED', run: ['test'] }, true],
  [{ type: 'usage', inputTokens: 1 }, true],
  [{ type: 'usage', costUsd: -1 }, false],
  [{ type: 'result', result: 'anything; the role’s schema judges it' }, true],
  [{ type: 'thought', text: 'x' }, false],
])('takes the event %j: %s', (event, taken) => {
  expect(agentEventSchema.safeParse(event).success).toBe(taken);
});

it('fills in the files of a feedback', () => {
  expect(feedbackSchema.parse({ kind: 'check', text: 'red' })).toEqual({
    kind: 'check',
    text: 'red',
    files: [],
  });
});
