import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differing, GIVEN_PARTS, givenParts, type WhatIsGiven } from '../../src/domain/given.ts';
import type { Handoff } from '../../src/domain/handoff.ts';
import { packetSchema } from '../../src/domain/packet.ts';

const handoff: Handoff = {
  version: '1.0',
  name: 'context-001-design',
  workflow_id: 'feature:prefs',
  timestamp: '2026-03-01T10:00:00.000Z',
  current_agent: 'backend-architect',
  next_agent: 'tdd-typescript',
  phase: 'design-complete',
  message: 'one table; see baton/prefs/design',
  files_modified: ['docs/design.md'],
  decisions: ['one table'],
  constraints: [],
  pending_actions: [],
  test_results: { total: 2, passing: 2, failing: 0, performance: { p95: 12 } },
  metrics: { implementation_time_seconds: 12 },
};

const given = (feature = 'prefs', more: Partial<WhatIsGiven['input']> = {}): WhatIsGiven => ({
  input: {
    feature,
    phase: 'implement',
    packet: packetSchema.parse({ id: 'api', objective: 'Build the API', branch: `work/${feature}` }),
    given: [],
    request: 'Users have preferences',
    run: 2,
    feedback: [
      { kind: 'check', text: `red in /h/worktrees/${feature}/api.1 after 12 ms`, files: ['src/api.ts'] },
      { kind: 'advice', text: 'use one table', files: [] },
    ],
    resume: { sessionId: `of ${feature}`, answer: 'blue' },
    handoff: {
      ...handoff,
      workflow_id: `feature:${feature}`,
      message: `one table; see baton/${feature}/design`,
    },
    ...more,
  },
  prompt: 'You write tests first.',
  agent: { runner: 'claude', args: [], stall: 1, timeout: 2, env: [] },
  checks: ['test'],
  tree: 'a'.repeat(40),
  before: 'the key of run 1',
});

const partsThatDiffer = (other: WhatIsGiven) => differing(givenParts(given()), givenParts(other));

it('a run in another feature is given the same, whatever that is called, and whatever was measured in passing', () => {
  const other = given('prefs-blue');
  const measured = {
    ...handoff,
    timestamp: '2027-01-01T00:00:00.000Z',
    message: 'one table; see baton/prefs-blue/design',
    metrics: { implementation_time_seconds: 99 },
    test_results: { total: 2, passing: 2, failing: 0, performance: { p95: 80 } },
  };
  expect(partsThatDiffer({ ...other, input: { ...other.input, handoff: measured } })).toEqual([]);
});

it('the order of fields makes no difference', () => {
  const one = given();
  const turned = <T extends object>(value: T) => Object.fromEntries(Object.entries(value).reverse()) as T;
  const packet = one.input.packet && turned(one.input.packet);
  expect(
    partsThatDiffer({ ...one, agent: turned(one.agent), input: { ...turned(one.input), packet } }),
  ).toEqual([]);
});

describe('a run is given something else', () => {
  const { input } = given();
  const packet = input.packet as NonNullable<typeof input.packet>;
  it.each<[string, Partial<WhatIsGiven>, string]>([
    ['with another prompt', { prompt: 'You are quick.' }, GIVEN_PARTS.role],
    ['by another agent', { agent: { ...given().agent, model: 'large' } }, GIVEN_PARTS.agent],
    ['for another request', { input: { ...input, request: 'Users have none' } }, GIVEN_PARTS.task],
    ['for another packet', { input: { ...input, packet: { ...packet, size: 5 } } }, GIVEN_PARTS.task],
    ['in another turn', { input: { ...input, run: 3 } }, GIVEN_PARTS.task],
    ['with other checks', { checks: [] }, GIVEN_PARTS.task],
    ['on other files', { tree: 'b'.repeat(40) }, GIVEN_PARTS.start],
    ['after other feedback', { input: { ...input, feedback: [] } }, GIVEN_PARTS.told],
    [
      'after advice in other words',
      { input: { ...input, feedback: [{ kind: 'advice', text: 'use two tables', files: [] }] } },
      GIVEN_PARTS.told,
    ],
    [
      'after another answer',
      { input: { ...input, resume: { sessionId: 'x', answer: 'red' } } },
      GIVEN_PARTS.told,
    ],
    [
      'after another design',
      { input: { ...input, handoff: { ...handoff, decisions: ['two tables'] } } },
      GIVEN_PARTS.handoff,
    ],
    ['after another run', { before: 'another key' }, GIVEN_PARTS.before],
    ['in a new session', { before: null }, GIVEN_PARTS.before],
  ])('%s', (_, more, part) => {
    expect(partsThatDiffer({ ...given(), ...more })).toEqual([part]);
  });
});

it('a person’s words count to the letter, also where they look measured', () => {
  const advice = (text: string) => given('prefs', { feedback: [{ kind: 'advice', text, files: [] }] });
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(differing(givenParts(advice(a)), givenParts(advice(b)))).toEqual(
        a === b ? [] : [GIVEN_PARTS.told],
      );
    }),
  );
  expect(differing(givenParts(advice('wait 5 s')), givenParts(advice('wait 9 s')))).toEqual([
    GIVEN_PARTS.told,
  ]);
});
