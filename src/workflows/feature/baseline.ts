import type { CheckResult, KnownRed } from '../../domain/checks.ts';
import type { Placement } from '../placement.ts';
import { stopped } from '../stopping.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { FeatureState } from './feature-state.ts';

/** What measuring the base needs of the feature. */
export interface BaselineHost {
  readonly placement: Placement;
  readonly desk: AttentionDesk;
  readonly state: FeatureState;
}

const redText = ({ name, exitCode, failing, tests, tail }: CheckResult): string => {
  const more = (tests?.failing ?? 0) - failing.length;
  const names = failing.map((test) => `- ${test}`).join('\n');
  const listed = more > 0 ? `${names}\n- and ${more} more` : names;
  const shown = failing.length > 0 ? listed : tail.slice(-600) || '(it printed nothing)';
  return `${name} (exit code ${exitCode}):\n${shown}`;
};

/** What is red before anything was done is told apart from what the feature breaks. */
export async function measureBaseline({
  placement,
  desk,
  state,
}: BaselineHost): Promise<readonly KnownRed[]> {
  const { ref } = state;
  for (;;) {
    const { checks, tests, leftBehind } = await placement.call(
      'baseline: set-up and checks',
      (activities, place) => activities.baseline({ ...ref, place }),
    );
    state.tests = tests;
    state.leftBehind = leftBehind ?? [];
    const red = checks.filter(({ passed }) => !passed);
    if (red.length === 0) return [];
    const { choice } = await desk.ask({
      kind: 'environment',
      prompt: `The base branch ${ref.base} is red before anything was done: ${red.map(redText).join('\n')}`,
      // After a set-up that failed no check ran: there is nothing to go on with.
      options: red.some(({ name }) => name === 'setup') ? ['retry', 'stop'] : ['retry', 'go-on', 'stop'],
    });
    if (choice === 'stop') throw stopped(`the base branch is red: ${red.map(({ name }) => name).join(', ')}`);
    if (choice === 'go-on') {
      state.knownRed = red.map(({ name, tests: counts }) => ({ name, failing: counts?.failing ?? 0 }));
      state.redOnBase = red.map(({ name, failing }) => ({ name, failing }));
      return state.redOnBase;
    }
  }
}
