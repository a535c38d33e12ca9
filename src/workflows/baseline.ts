import type { KnownRed } from '../domain/checks.ts';
import type { RepositoryRef } from '../domain/messages.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { FeatureState } from './feature-state.ts';
import { type Placement, stopped } from './home-calls.ts';

/** What measuring the base needs of the feature. */
export interface BaselineHost {
  readonly ref: RepositoryRef;
  readonly placement: Placement;
  readonly desk: AttentionDesk;
  readonly state: FeatureState;
}

/** What is red before anything was done is told apart from what the feature breaks. */
export async function measureBaseline({
  ref,
  placement,
  desk,
  state,
}: BaselineHost): Promise<readonly KnownRed[]> {
  for (;;) {
    const { checks, tests } = await placement.call('baseline: set-up and checks', (activities, place) =>
      activities.baseline({ ...ref, place }),
    );
    state.tests = tests;
    const red = checks.filter(({ passed }) => !passed);
    if (red.length === 0) return [];
    const { choice } = await desk.ask({
      kind: 'environment',
      prompt: `The base branch ${ref.base} is red before anything was done: ${red.map(({ name, tail }) => `${name}:\n${tail.slice(-600)}`).join('\n')}`,
      options: ['retry', 'go-on', 'stop'],
    });
    if (choice === 'stop') throw stopped(`the base branch is red: ${red.map(({ name }) => name).join(', ')}`);
    if (choice === 'go-on') return red.map(({ name, failing }) => ({ name, failing }));
  }
}
