import type { Situation } from './record-agents.ts';
import { tinyPacket } from './tiny-repository.ts';

const which = { text: 'Which users?', options: ['all', 'admins'], recommended: 'all' };
const where = { text: 'Where is it kept?' };

/** A request that is asked about before its design: by Baton, then by a designer that only looks. */
export const askedFirst: Situation = {
  id: 'asked-first',
  keep: [],
  packets: [tinyPacket('one', { criteria: [] })],
  config: { clarify: { timeout: '3m' } },
  doubts: { questions: [which, where], remarks: ['The request names `a/b.ts`.'] },
  ends: ({ phase, looks }) =>
    phase === 'design' && looks === true ? { kind: 'blocked', question: where, further: [which] } : undefined,
  people: async (feature) => {
    await feature.decide('question-2', 'in a file');
    await feature.decide('question-1', 'admins');
    await feature.decide('question-3', 'in a file');
    await feature.decide('question-4', 'admins');
  },
};
