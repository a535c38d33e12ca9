import { type CheckResult, COMMIT_MESSAGES, type KnownRed } from '../../domain/checks.ts';
import { namesInOutput } from '../../domain/names-in-output.ts';
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

/** A check that is red, with the names of its failing tests, or else the end of what it printed. */
function redText({ name, exitCode, timedOut, failing, tests, tail }: CheckResult): string {
  const ended = timedOut ? 'ended by its timeout' : `exit code ${exitCode}`;
  // A linter of messages marks what it says as others mark failing tests.
  const named = failing.length > 0 || name === COMMIT_MESSAGES ? failing : namesInOutput(tail);
  if (named.length === 0) return `${name} (${ended}):\n${tail.slice(-600).trim() || '(it printed nothing)'}`;
  const more = (tests?.failing ?? 0) - named.length;
  return [
    `${name} (${ended}${failing.length > 0 ? '' : '; read from its output, since it has no report'}):`,
    ...named.map((test) => `- ${test}`),
    ...(more > 0 ? [`- and ${more} more`] : []),
  ].join('\n');
}

/** A base that somebody mended has another commit, and this feature keeps to its own: rules are read from that. */
const onRetry = (base: string, commit: string): string =>
  `Measured on ${commit.slice(0, 12)}, which this feature keeps to: retry measures that commit again, after the machine was mended or for a test that fails now and then. If ${base} itself is mended, stop here, and start the feature again: it begins on the new commit then.`;

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
      (activities, place) => activities.baseline({ ...ref, place, request: state.request.request }),
    );
    state.tests = tests;
    state.leftBehind = leftBehind ?? [];
    const red = checks.filter(({ passed }) => !passed);
    if (red.length === 0) return [];
    const { choice } = await desk.ask({
      kind: 'environment',
      prompt: `The base branch ${ref.base} is red before anything was done: ${red.map(redText).join('\n')}\n\n${onRetry(ref.base, ref.baseCommit)}`,
      // After a set-up that failed no check ran: there is nothing to go on with.
      options: red.some(({ name }) => name === 'setup') ? ['retry', 'stop'] : ['retry', 'go-on', 'stop'],
    });
    if (choice === 'stop') throw stopped(`the base branch is red: ${red.map(({ name }) => name).join(', ')}`);
    if (choice === 'go-on') {
      const checked = red.filter(({ name }) => name !== COMMIT_MESSAGES);
      state.knownRed = checked.map(({ name, tests: counts }) => ({ name, failing: counts?.failing ?? 0 }));
      state.redOnBase = checked.map(({ name, failing }) => ({ name, failing }));
      return state.redOnBase;
    }
  }
}
