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

  constructor() {
    setHandler(turnSignal, (turn) => this.take(turn));
  }

  /** Takes note of a turn; anybody may have sent it. */
  take(turn: Ticket): void {
    if (ticketProblem(turn) === undefined) this.granted.add(turn.ticket);
  }

  /** Runs `work` while holding `resource`; leaves the queue however it ends. */
  async hold<T>(resource: string, work: () => Promise<T>): Promise<T> {
    const { workflowId: holder, firstExecutionRunId: holderFirstRun } = workflowInfo();
    const ticket = { resource, holder, holderFirstRun, ticket: uuid4() };
    const from = Date.now();
    try {
      await main.enterQueue(ticket);
      await condition(() => this.granted.has(ticket.ticket));
      recordWait(resource, (Date.now() - from) / 1000);
      return await work();
    } finally {
      await CancellationScope.nonCancellable(() =>
        getExternalWorkflowHandle(queueWorkflowId(resource))
          .signal(leaveSignal, ticket)
          // The queue has ended by itself: there is nothing to leave.
          .catch(() => undefined),
      );
    }
  }
}
