import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { ticketProblem } from '../../domain/message-problems.ts';
import type { QueueInput, Ticket } from '../../domain/messages.ts';
import { main } from '../main-activities.ts';
import { enterSignal, leaveSignal } from '../messages.ts';
import { looksForThoseWaiting, turnToldAgain } from '../patches.ts';
import { tellTurn } from '../tell-feature.ts';

/**
 * How long, in milliseconds, somebody waits behind a silent holder before the queue looks whether it still runs. Merges
 * take seconds, so a first look is early; checks take minutes and releases hours, so each further look at the same
 * holder waits twice as long, up to ten minutes: a day behind one release is some 150 looks, not thousands.
 */
const FIRST_LOOK = 10_000;
const LAST_LOOK = 600_000;
/** An empty queue ends after this; the next to enter starts it again. */
const IDLE = '10s';

const executionOf = ({ holder, holderFirstRun }: Ticket) => ({
  workflowId: holder,
  ...(holderFirstRun !== undefined && { firstRunId: holderFirstRun }),
});

const same = (a: Ticket, b: Ticket) => a.holder === b.holder && a.ticket === b.ticket;

/**
 * One resource, one holder at a time, in the order of asking. A holder that is gone without leaving (terminated,
 * timed out) is found by looking, so that nobody waits for ever behind it.
 */
export async function queueWorkflow(input: QueueInput): Promise<void> {
  let waiting: Ticket[] = [...input.waiting];
  let current = input.current;
  let look = FIRST_LOOK;
  setHandler(enterSignal, (ticket) => {
    if (ticketProblem(ticket) !== undefined) return;
    if (!waiting.some((other) => same(other, ticket)) && !(current && same(current, ticket)))
      waiting.push(ticket);
  });
  setHandler(leaveSignal, (ticket) => {
    if (ticketProblem(ticket) !== undefined) return;
    waiting = waiting.filter((other) => !same(other, ticket));
    if (current && same(current, ticket)) current = undefined;
  });
  for (;;) {
    if (current === undefined) {
      const next = waiting.shift();
      if (next !== undefined) {
        current = next;
        look = FIRST_LOOK;
        // A holder that has ended meanwhile can't be told; its turn is over.
        await tellTurn(next).catch(() => {
          current = undefined;
        });
        continue;
      }
      if (!(await condition(() => waiting.length > 0, IDLE))) return;
      continue;
    }
    const held = current;
    // Behind whom nobody waits, nobody is blocked.
    if (looksForThoseWaiting()) await condition(() => current === undefined || waiting.length > 0);
    const left = current === undefined || (await condition(() => current === undefined, look));
    look = Math.min(look * 2, LAST_LOOK);
    if (!left && !(await main.isRunning(executionOf(held))).running) current = undefined;
    const asksAgain = current !== undefined && waiting.some(({ holder }) => holder === held.holder);
    // It was reset, and doesn't know of this ticket: told of the turn, it gives it back.
    if (!left && asksAgain && turnToldAgain())
      await tellTurn(held).catch(() => {
        current = undefined;
      });
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof queueWorkflow>({
        resource: input.resource,
        waiting,
        ...(current !== undefined && { current }),
      });
    }
  }
}
