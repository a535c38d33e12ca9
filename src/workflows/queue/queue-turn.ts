import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  metricMeter,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { queueWorkflowId } from '../../domain/ids.ts';
import { ticketProblem } from '../../domain/message-problems.ts';
import type { Ticket } from '../../domain/messages.ts';
import { main } from '../main-activities.ts';
import { leaveSignal, turnSignal } from '../messages.ts';
import { strangeTurnsGivenBack } from '../patches.ts';

/** Turns given back at a time: anybody may send one, and a server takes only so many signals on their way. */
const GIVEN_BACK_AT_ONCE = 20;
/** In characters. A server takes ids of up to 1,000 bytes; with a longer one each task of the workflow would fail. */
const LONGEST_RESOURCE = 300;
const LONGEST_TICKET = 100;

/** Told once, not on replay. What is waited for is the first word of the resource: the rest names repositories. */
const recordWait = (resource: string, seconds: number): void =>
  metricMeter
    .createHistogram(
      'baton_turn_wait',
      'float',
      'seconds',
      'How long a landing or a production waited for its turn',
    )
    .record(seconds, { queue: resource.split(':')[0] ?? '' });

/** This workflow's turns at queues. One per workflow, made before the first await. */
export class Turns {
  private readonly granted = new Set<string>();
  /** Tickets of turns that are wanted or held. */
  private readonly wanted = new Set<string>();
  private givingBack = 0;

  constructor() {
    setHandler(turnSignal, (turn) => this.take(turn));
  }

  /** Takes note of a turn; anybody may have sent it. One that nobody here wants is given back. */
  take(turn: Ticket): void {
    if (ticketProblem(turn) !== undefined) return;
    this.granted.add(turn.ticket);
    if (this.wanted.has(turn.ticket) || !canBeGivenBack(turn)) return;
    // Of an execution before a reset, which asked under another ticket: it would be held as long as this one runs.
    if (this.givingBack >= GIVEN_BACK_AT_ONCE || !strangeTurnsGivenBack()) return;
    this.givingBack += 1;
    const { resource, ticket } = turn;
    // Under its own name, whatever the message says: nobody else's place is given away.
    void leave({ resource, holder: workflowInfo().workflowId, ticket }).finally(() => {
      this.givingBack -= 1;
    });
  }

  /** Runs `work` while holding `resource`; leaves the queue however it ends. */
  async hold<T>(resource: string, work: () => Promise<T>): Promise<T> {
    const { workflowId: holder, firstExecutionRunId: holderFirstRun } = workflowInfo();
    const ticket = { resource, holder, holderFirstRun, ticket: uuid4() };
    const from = Date.now();
    this.wanted.add(ticket.ticket);
    try {
      await main.enterQueue(ticket);
      await condition(() => this.granted.has(ticket.ticket));
      recordWait(resource, (Date.now() - from) / 1000);
      return await work();
    } finally {
      this.wanted.delete(ticket.ticket);
      await leave(ticket);
    }
  }
}

const canBeGivenBack = ({ resource, ticket }: Ticket): boolean =>
  resource.length <= LONGEST_RESOURCE && ticket.length <= LONGEST_TICKET;

const leave = (ticket: Ticket): Promise<void> =>
  CancellationScope.nonCancellable(() =>
    getExternalWorkflowHandle(queueWorkflowId(ticket.resource))
      .signal(leaveSignal, ticket)
      // The queue has ended by itself: there is nothing to leave.
      .catch(() => undefined),
  );
