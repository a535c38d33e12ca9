import { counted } from '../../domain/plan-words.ts';
import { inLines } from '../../domain/visible.ts';
import type { BuildEntry } from '../server/builds.ts';
import { stateMark } from './doctor.ts';
import type { Style } from './style.ts';

/** What to do about a build, and how bad that is. */
interface Advice {
  readonly state: 'ok' | 'warn' | 'bad';
  readonly text: string;
}

/** Which builds of Baton work on features, a line each. */
export function buildLines(entries: readonly BuildEntry[], style: Style): string[] {
  if (entries.length === 0) return [`${style.bold('Builds')}`, '  no worker has been here yet'];
  const someCurrent = entries.some(({ current }) => current);
  return [
    style.bold('Builds'),
    ...inLines(entries).map((entry) => {
      const { state, text } = adviceOn(entry, someCurrent);
      const name = entry.build ?? 'without a build';
      const there = `${counted(entry.workers, 'worker')}, ${counted(entry.features, 'feature')}`;
      return `  ${stateMark(state, style)} ${name}: ${there}; ${text}`;
    }),
  ];
}

/** Whether features wait for something that a person has to start. */
export const buildsWait = (entries: readonly BuildEntry[]): boolean => {
  const someCurrent = entries.some(({ current }) => current);
  return entries.some((entry) => adviceOn(entry, someCurrent).state === 'bad');
};

function adviceOn({ build, current, workers, features, held }: BuildEntry, someCurrent: boolean): Advice {
  if (current && workers === 0)
    return {
      state: 'bad',
      text: 'it has the work, and no worker: start one of this build or of a newer release',
    };
  if (current) return { state: 'ok', text: 'it has the work' };
  if (held > 0 && workers === 0)
    return {
      state: 'bad',
      text: `${held} held for it, with no worker: start one of this build or of a newer release`,
    };
  if (held > 0)
    return { state: 'warn', text: `${held} held for it: leave its workers until those have ended` };
  if (build === undefined && !someCurrent) return { state: 'ok', text: 'builds are not told apart yet' };
  if (workers > 0)
    return {
      state: 'warn',
      text: 'its workers only end what is in their homes: replace them by the current build',
    };
  return { state: 'ok', text: features > 0 ? 'they go on with the current build' : '' };
}
