import type { KnownRed } from '../domain/checks.ts';
import type { Config } from '../domain/config.ts';
import type { Ask, RepositoryRef } from '../domain/messages.ts';
import { type Placement, stopped } from './home-calls.ts';

export interface Landing {
  readonly ref: RepositoryRef;
  readonly mode: Config['land'];
  readonly commit: string;
  readonly tree: string;
  readonly knownRed: readonly KnownRed[];
  readonly placement: Placement;
  ask(ask: Ask): Promise<{ readonly choice: string }>;
}

/**
 * Brings the integration branch to where the repository wants it. A base that moved meanwhile is rebased onto and
 * the checks are run again on exactly that tree; what then conflicts or is red is put to people.
 */
export async function land({ ref, mode, commit, tree, knownRed, placement, ask }: Landing) {
  for (;;) {
    const prepared = await placement.call('prepare the landing', (activities, place) =>
      activities.prepareLanding({ ...ref, place, commit, mode, ...(knownRed.length > 0 && { knownRed }) }),
    );
    if (prepared.kind === 'ready') {
      const landed = await placement.call(`land (${mode})`, (activities, place) =>
        activities.land({ ...ref, place, mode, commit: prepared.commit, expectedBase: prepared.base }),
      );
      // The base moved between preparing and landing, by somebody outside: prepare again.
      if (landed.moved !== undefined) continue;
      return {
        branch: landed.branch,
        commit: landed.commit,
        tree: prepared.tree === '' ? tree : prepared.tree,
        ...(landed.note !== undefined && { note: landed.note }),
      };
    }
    const why =
      prepared.kind === 'conflict'
        ? `conflicts in ${prepared.files.join(', ')}`
        : `red with the new base: ${prepared.checks
            .filter(({ passed }) => !passed)
            .map(({ name, tail }) => `${name}:\n${tail.slice(-800)}`)
            .join('\n')}`;
    const { choice } = await ask({
      kind: 'conflict',
      prompt: `${ref.base} moved and the feature doesn't fit on it by itself: ${why}`,
      options: ['retry', 'stop'],
    });
    if (choice === 'stop') throw stopped(`landing on ${ref.base}: ${why}`);
  }
}
