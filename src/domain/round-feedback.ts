/** What Baton says to an agent whose work comes back from integration, or stands on other work now. Pure. */
import type { MergePreparation } from './activities.ts';
import type { Feedback } from './agent-protocol.ts';
import { type KnownRed, newlyRed } from './checks.ts';
import {
  boundaryFeedback,
  checkFeedback,
  criteriaFeedback,
  markersFeedback,
  vanishedFeedback,
} from './feedback.ts';

/** What keeps exactly this merge from being made. */
export const redFeedback = (
  prepared: Extract<MergePreparation, { kind: 'red' }>,
  known: readonly KnownRed[] | undefined,
): Feedback[] => [
  ...boundaryFeedback(prepared),
  ...markersFeedback(prepared),
  ...newlyRed(prepared.checks, known).map(checkFeedback),
  ...vanishedFeedback(prepared.vanished),
  ...(prepared.unmet.length > 0 ? [criteriaFeedback(prepared.unmet)] : []),
];

export const conflictFeedback = (output: string, files: readonly string[]): Feedback => ({
  kind: 'conflict',
  text: `Merging with the integration branch met conflicts; your changes were laid on top of it. Resolve the markers in these files, keeping what both sides meant.\n${output.slice(-2000)}`,
  files: [...files],
});

export interface Swapped {
  /** Packets that the tree stands on now. */
  readonly merged: readonly string[];
  readonly dropped: readonly string[];
  readonly conflict: boolean;
  readonly files: readonly string[];
}

/** Soft dependencies are there, or will never be. */
export const swapFeedback = ({ merged, dropped, conflict, files }: Swapped): Feedback => {
  const conflicts = conflict ? ' Conflict markers are in the files named; resolve them.' : '';
  const text = [
    ...(merged.length > 0
      ? [
          `Merged meanwhile: ${merged.join(', ')}. Your tree stands on them now. Replace what stood in for them by the real thing.${conflicts}`,
        ]
      : []),
    ...(dropped.length > 0
      ? [`Dropped, so never to come: ${dropped.join(', ')}. Do without, or keep what stands in for them.`]
      : []),
  ].join('\n');
  return { kind: 'swap', text, files: [...files] };
};
