import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setHandler,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { queueWorkflowId } from '../../domain/ids.ts';
import { ticketProblem } from '../../domain/message-problems.ts';
import { main } from '../main-activities.ts';
import { leaveSignal, turnSignal } from '../messages.ts';

/** This workflow's turns at queues. One per workflow, made before the first await. */
export class Turns {
  private readonly granted = new Set<string>();

  constructor() {
    setHandler(turnSignal, (turn) => {
      if (ticketProblem(turn) === undefined) this.granted.add(turn.ticket);
    });
  }

  /** Runs `work` while holding `resource`; leaves the queue however it ends. */
  async hold<T>(resource: string, work: () => Promise<T>): Promise<T> {
    const { workflowId: holder, runId: holderRun } = workflowInfo();
    const ticket = { resource, holder, holderRun, ticket: uuid4() };
    try {
      await main.enterQueue(ticket);
      await condition(() => this.granted.has(ticket.ticket));
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
