import { testId, type VanishedTest } from '../../src/domain/checks.ts';
import type { Situation } from './record-agents.ts';
import { designOf, STUB_TREE, stubCheck } from './stub-home.ts';
import { tinyPacket } from './tiny-repository.ts';

const gone: VanishedTest = { check: 'test', name: 'cart > adds', now: 'missing' };
const moved = { base: '3'.repeat(40), commit: 'a'.repeat(40), tree: 'b'.repeat(40) };
const one = (evidence: { test: string } | { file: string }) =>
  tinyPacket('one', {
    criteria: [{ text: 'It adds', evidence }],
    boundaries: { inScope: ['src/', 'check.sh'] },
  });
const two = tinyPacket('two', { criteria: [] });

/**
 * Everything that Baton refuses and a person allows: a design that goes back since no check can prove its criteria and
 * is approved although a packet may change what measures; files, tests and markers; a landing on a base that was red
 * without names, whose gates are unmet on what lands until that is mended.
 */
export const judged: Situation = {
  id: 'judged',
  keep: ['one', 'two', 'landing-1'],
  packets: [],
  config: {
    land: 'merge',
    checks: { test: 'sh check.sh' },
    gates: { coverage: { run: 'sh coverage.sh', metric: 'total', min: 90 } },
  },
  yes: true,
  ends: ({ phase, run }) =>
    phase === 'design'
      ? designOf(one(run === 1 ? { test: 'cart > adds' } : { file: 'src/cart.js' }), two)
      : undefined,
  override: (home) => {
    let landings = 0;
    return {
      baseline: async () => ({
        checks: [stubCheck('lint', { tail: 'no semicolon' })],
        tests: null,
        leftBehind: ['build/'],
      }),
      verify: async ({ name, packets = [], allowed, allowedTests = [], conflicted = [] }) =>
        home.verified({
          outside: name !== 'one' || allowed.includes('README.md') ? [] : ['README.md'],
          vanished: name !== 'one' || allowedTests.includes(testId(gone)) ? [] : [gone],
          markers: conflicted.filter((file) => file.endsWith('.md')),
          measuring: packets
            .filter(({ boundaries }) => boundaries.inScope.includes('check.sh'))
            .map(({ id }) => ({ packet: id, path: 'check.sh', why: 'named by checks.test' })),
        }),
      prepareMerge: async (input) =>
        input.name === 'two' && input.submission === 1
          ? { kind: 'conflict', head: '2'.repeat(40), files: ['docs/markers.md'], output: 'both changed it' }
          : home.mergeable(input, input.name === 'one' ? { measuring: ['check.sh'] } : {}),
      bringUpTo: async () => ({ kind: 'conflict', files: ['docs/markers.md'] }),
      gate: async ({ gate: name, commit }) =>
        commit === moved.commit
          ? { name, outcome: 'unmet', figures: { total: 80 }, problems: ['total is 80, at least 90'] }
          : { name, outcome: 'met', figures: { total: 95 }, problems: [] },
      prepareLanding: async ({ baseCommit: base, commit }) =>
        ++landings === 1 ? { kind: 'ready', ...moved } : { kind: 'ready', base, commit, tree: STUB_TREE },
    };
  },
  people: async (feature) => {
    await feature.decide('environment-1', 'go-on');
    await feature.decide('design-approval', 'approve');
    await feature.decide('boundary-one', 'extend-boundary');
    await feature.decide('vanished-tests-one', 'allow');
    await feature.decide('conflict-two', 'accept');
    await feature.decide('environment-2', 'land');
    await feature.decide('environment-3', 'land');
  },
};

/** A pull request, which has a criterion that a later packet broke mended first. */
export const requested: Situation = {
  id: 'requested',
  keep: [],
  packets: [two],
  config: { land: 'pull-request' },
  override: () => {
    let landings = 0;
    return {
      prepareLanding: async ({ baseCommit: base, commit }) =>
        ++landings === 1
          ? { kind: 'red', checks: [], unmet: ['two: It adds (no file src/cart.js)'] }
          : { kind: 'ready', base, commit, tree: STUB_TREE },
    };
  },
};
