import type { HomeActivities } from '../domain/activities.ts';
import type { Place } from '../domain/messages.ts';
import type { AskPeople } from './asking.ts';
import { mergesAnew } from './patches.ts';
import type { Placement } from './placement.ts';
import { failureText, failureType, stopped } from './stopping.ts';

/**
 * Moves the integration branch as it was judged. The branch may be elsewhere by then: somebody moved it, or after a
 * reset two packets were merged at once. Then a person is asked, since the same move can't succeed any more.
 *
 * @returns false if the merge has to be judged anew, on what is there now
 */
export async function movedAsRecorded(
  { placement, ask }: { readonly placement: Placement; readonly ask: AskPeople },
  summary: string,
  move: (activities: HomeActivities, place: Place) => Promise<unknown>,
): Promise<boolean> {
  try {
    await placement.call(summary, move, (type) => type === 'BranchMoved' && mergesAnew());
    return true;
  } catch (error) {
    if (failureType(error) !== 'BranchMoved') throw error;
    const { choice } = await ask({
      kind: 'environment',
      prompt: `${summary} failed: ${failureText(error)} \`retry\` merges and checks it on what is there by then; \`stop\` ends the feature and keeps its work.`,
      options: ['retry', 'stop'],
    });
    if (choice !== 'retry') throw stopped(`${summary} failed and was stopped: ${failureText(error)}`);
    return false;
  }
}
