import type { Situation } from './record-agents.ts';
import { STUB_TREE as tree } from './stub-home.ts';
import { tinyConfig, tinyPacket } from './tiny-repository.ts';

const { crew } = tinyConfig;
const simple = (id: string, more: object = {}) => tinyPacket(id, { criteria: [], ...more });
const gate = { run: 'sh gate.sh', metric: 'n', min: 90 };

/**
 * How things went before there was any patch, as far as its code is still there. Recorded with the `patched` of
 * src/workflows/patches.ts replaced by `(_: string) => false`, which must not be committed.
 */
export const before: readonly Situation[] = [
  // Gates one after the other, sizes as planned, and a landing that doesn't fit asked about while it holds the turn.
  {
    id: 'before-landing',
    keep: [],
    packets: [
      simple('one', { size: 30 }),
      simple('two'),
      simple('three', { dependencies: [{ packet: 'one' }] }),
    ],
    config: { land: 'merge', concurrency: 1, gates: { coverage: gate, size: gate, speed: gate } },
    override: () => {
      let landings = 0;
      let looks = 0;
      return {
        gate: async ({ gate: name }) =>
          name === 'size' && ++looks === 1
            ? { name, outcome: 'unmet', figures: { n: 80 }, problems: ['n is 80, at least 90'] }
            : { name, outcome: 'met', figures: { n: 95 }, problems: [] },
        prepareLanding: async ({ baseCommit: base, commit }) =>
          ++landings <= 2
            ? { kind: 'conflict', files: ['src/shared.txt'], output: 'both changed it' }
            : { kind: 'ready', base, commit, tree },
      };
    },
    people: async (feature) => {
      await feature.decide('conflict-1', 'retry');
      await feature.decide('conflict-2', 'retry');
    },
  },
  // People were asked before the role's other agent took over.
  {
    id: 'before-fallback',
    keep: ['one'],
    packets: [simple('one')],
    config: { crew: { ...crew, implement: { ...crew.implement, fallback: { runner: 'codex' } } } },
    ends: ({ phase, agent }) =>
      phase === 'implement' && agent === undefined ? { kind: 'crashed', reason: 'exit code 3' } : undefined,
    people: (feature) => feature.decide('failing-packet-one', 'other-agent'),
  },
  // A recommendation was taken however often an agent asked.
  {
    id: 'before-questions',
    keep: ['one'],
    packets: [simple('one')],
    yes: true,
    ends: ({ phase, run }) =>
      phase === 'implement' && run <= 12
        ? {
            kind: 'blocked',
            question: { text: 'Which colour?', options: ['blue', 'red'], recommended: 'blue' },
          }
        : undefined,
  },
];
