import { nearest } from '../../domain/nearest.ts';
import { homeId } from '../../homes/home.ts';
import { CommandError } from '../command-error.ts';
import { elsewhereLines, type RunElsewhere } from '../render/elsewhere.ts';
import type { FoundRuns } from './find-runs.ts';

/** Whose runs are wanted. */
export interface RunSelection {
  readonly feature: string;
  /** Undefined: all of them. */
  readonly packet: string | undefined;
  readonly run: number | undefined;
  /** Folder of the home. */
  readonly home: string;
}

/** Whether a run is one of those that are wanted; one that goes on elsewhere tells no number. */
export const isWanted =
  ({ packet, run }: Pick<RunSelection, 'packet' | 'run'>) =>
  (one: { readonly packet: string; readonly run?: number }): boolean =>
    (packet === undefined || packet === one.packet) &&
    (run === undefined || one.run === undefined || run === one.run);

/** The command that was given, without its flags. */
export const logsCommand = ({ feature, packet }: RunSelection): string =>
  `baton logs ${feature}${packet === undefined ? '' : ` ${packet}`}`;

/** @throws CommandError where the feature has no packet of that name */
export function checkPacket(
  { feature, packet }: RunSelection,
  { packets, elsewhere, ended }: FoundRuns,
): void {
  const known = [...new Set([...packets, ...elsewhere.map((one) => one.packet)])];
  // Where nobody could be asked it may be there, and not have run here.
  if (packet === undefined || known.includes(packet) || ended === undefined) return;
  const near = nearest(packet, known);
  const which = near === undefined ? `; there are ${known.join(', ')}` : `: did you mean "${near}"?`;
  throw new CommandError(`The feature "${feature}" has no packet "${packet}"${which}`);
}

/** Why there is nothing to show. */
export function noRun(asked: RunSelection, { here, ended }: FoundRuns): CommandError {
  const { feature, packet, run, home } = asked;
  const what = `${packet === undefined ? '' : ` of ${packet}`}${run === undefined ? '' : ` with the number ${run}`}`;
  if (here.length > 0) {
    const there = [...new Set(here.map((one) => `${one.packet} ${one.run}`))].join(', ');
    return new CommandError(`There is no run${what} in the home ${home}; there are: ${there}.`);
  }
  if (ended === undefined)
    return new CommandError(
      `The home ${home} has no run of the feature "${feature}", and no server tells where they are.\n` +
        'Name the home of the worker that made them with --home.',
    );
  const next = ended ? 'It has ended.' : `Wait for one: ${logsCommand(asked)} --follow`;
  return new CommandError(
    `No agent has run${what} for the feature "${feature}" in the home ${home}. ${next}`,
  );
}

/** Which runs are in other homes, and what to do to see them. */
export async function elsewhereText(asked: RunSelection, away: readonly RunElsewhere[]): Promise<string> {
  const id = await homeId(asked.home);
  const here = id === undefined ? `none is in ${asked.home}` : `${id}, in ${asked.home}`;
  return elsewhereLines(away, { here, command: logsCommand(asked) }).join('\n');
}
