import type { HomeActivities } from '../domain/activities.ts';
import { PHASES } from '../domain/phase.ts';
import type { Metrics } from './metrics.ts';

/** The activities of a home, with what comes of them counted. */
export function measured(activities: HomeActivities, metrics: Metrics): HomeActivities {
  const runs = PHASES.map((phase) => {
    const run: HomeActivities[typeof phase] = async (input) => {
      const outcome = await activities[phase](input);
      metrics.agentRun(phase, outcome.end.kind, outcome.figures);
      return outcome;
    };
    return [phase, run] as const;
  });
  const counted: Partial<HomeActivities> = {
    prepareMerge: async (input) => {
      const prepared = await activities.prepareMerge(input);
      if (prepared.kind !== 'ready') metrics.step('merge', prepared.kind);
      return prepared;
    },
    moveBranch: async (input) => {
      const moved = await activities.moveBranch(input);
      // The same move made again is the same merge.
      if (moved.moved) metrics.step('merge', 'done');
      return moved;
    },
    prepareLanding: async (input) => {
      const prepared = await activities.prepareLanding(input);
      if (prepared.kind !== 'ready') metrics.step('landing', prepared.kind);
      return prepared;
    },
    land: async (input) => {
      const landed = await activities.land(input);
      metrics.step('landing', landed.moved === undefined ? 'done' : 'base-moved');
      return landed;
    },
    releaseStep: async (input) => {
      const step = await activities.releaseStep(input);
      metrics.step(`release-${input.step}`, step.ok ? 'done' : 'failed');
      return step;
    },
  };
  return { ...activities, ...Object.fromEntries(runs), ...counted };
}
