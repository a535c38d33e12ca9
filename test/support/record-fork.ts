import type { AgentRunEnd } from '../../src/domain/activities.ts';
import { askedMark } from '../../src/domain/what-if.ts';
import type { Situation } from './record-agents.ts';
import { tinyPacket } from './tiny-repository.ts';

const question = { text: 'Which colour?', options: ['blue', 'red'], recommended: 'blue' };
const asks = (name: string): AgentRunEnd => ({
  kind: 'blocked',
  question: { ...question, text: `${question.text} (${name})` },
});

/** A fork: one question is answered as before, and one is a person's in spite of `--yes`; what had landed is taken back. */
export const forked: Situation = {
  id: 'forked',
  keep: ['one', 'two'],
  packets: ['one', 'two'].map((id) => tinyPacket(id, { criteria: [] })),
  yes: true,
  from: {
    feature: 'forked',
    runId: '00000000-0000-0000-0000-000000000000',
    before: 'two',
    packet: 'two',
    landed: { branch: 'feature/forked', commit: '2'.repeat(40) },
    decisions: [
      { item: 'question-one-1', choice: 'red', by: 'ann', asked: askedMark('Which colour? (one)', 'forked') },
    ],
    anew: ['question-two-1'],
    with: { model: 'large' },
  },
  ends: ({ name, phase, run }) => (phase === 'implement' && run === 1 ? asks(name) : undefined),
  measured: ({ name }) =>
    name === 'one'
      ? {
          costUsd: 0,
          reused: { feature: 'forked', run: 1, startedAt: '2026-03-01T10:00:00.000Z', durationMs: 1 },
        }
      : { costUsd: 1, anew: 'its packet was to be done again' },
  people: (feature) => feature.decide('question-two', 'red'),
};
