import { HandlerUnfinishedPolicy } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  type ChildWorkflowHandle,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { TakenDecision } from '../../domain/attention.ts';
import type { FailureType } from '../../domain/failures.ts';
import { deliveryProblem, progressProblem, reportProblem } from '../../domain/message-problems.ts';
import type { ChildReport, Delivery, Ticket, Unblock } from '../../domain/messages.ts';
import {
  attentionQuery,
  decideSignal,
  decideUpdate,
  deliverUpdate,
  handoffsQuery,
  pauseSignal,
  planQuery,
  planUpdate,
  progressSignal,
  reportSignal,
  resumeSignal,
  runsQuery,
  statusQuery,
  unblockSignal,
} from '../messages.ts';
import type { Turns } from '../queue/queue-turn.ts';
import type { releaseWorkflow } from '../release/release.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { PacketBoard } from './board/packet-board.ts';
import { tellChild } from './children.ts';
import type { DesignStage } from './design-stage.ts';
import type { FeatureState } from './feature-state.ts';
import { MessagesToAgents } from './messages-to-agents.ts';
import { Pausing } from './pausing.ts';
import type { PlanEdits } from './plan-edits.ts';
import type { ReleaseBefore } from './release-before.ts';

const REFUSED = 'DecisionRefused' satisfies FailureType;

// Signals may come before the run is where it can use them, or after it has ended; neither may fail it.
const ABANDON = { unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON } as const;

/** Where the feature is cancelled nobody waits for the answer any more. */
const unlessCancelled = (error: unknown): void => {
  if (!isCancellation(error)) throw error;
};

/** The parts of a feature that messages reach. */
export interface FeatureParts {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly designer: DesignStage;
  readonly edits: PlanEdits;
  readonly turns: Turns;
  readonly board: PacketBoard | undefined;
  readonly release: ChildWorkflowHandle<typeof releaseWorkflow> | undefined;
  readonly releaseBefore: ReleaseBefore;
}

/** Every message of a feature. Called before its first await. */
export function registerFeatureHandlers(run: FeatureParts): void {
  setHandler(decideSignal, (decision) => {
    run.desk.decide(decision, 'signal');
  });
  setHandler(decideUpdate, (decision) => run.desk.decide(decision, 'update') as TakenDecision, {
    validator: (decision) => {
      const problem = run.desk.problem(decision);
      if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, REFUSED);
    },
  });
  setHandler(planUpdate, (edit) => run.edits.make(edit), {
    ...ABANDON,
    validator: (edit) => {
      const problems = run.edits.problems(edit);
      if (problems.length > 0)
        throw ApplicationFailure.nonRetryable(problems.join('\n').slice(0, 3000), REFUSED);
    },
  });
  const messages = new MessagesToAgents(run);
  setHandler(unblockSignal, (advice) => messages.take(advice), ABANDON);
  const pausing = new Pausing(run);
  setHandler(pauseSignal, () => pausing.set(true), ABANDON);
  setHandler(resumeSignal, () => pausing.set(false), ABANDON);
  const takeReport = (report: ChildReport) => {
    const problem = reportProblem(report);
    if (problem !== undefined) return run.desk.drop('report', problem);
    // A release that takes traffic back still asks, and is answered, after the feature was cancelled.
    return CancellationScope.nonCancellable(() => reported(run, report));
  };
  setHandler(reportSignal, takeReport, ABANDON);
  const taking: Readonly<Record<Delivery['signal'], (argument: never) => unknown>> = {
    unblock: (advice: Unblock) => messages.take(advice),
    pause: () => pausing.set(true),
    resume: () => pausing.set(false),
    report: takeReport,
    turn: (ticket: Ticket) => run.turns.take(ticket),
  };
  setHandler(
    deliverUpdate,
    // Whoever sent it waits for its arrival, not for what comes of it.
    ({ signal, argument }) => {
      void Promise.resolve(taking[signal](argument as never)).catch(unlessCancelled);
    },
    {
      ...ABANDON,
      validator: (delivery) => {
        const problem = deliveryProblem(delivery) ?? messages.refusal(delivery);
        if (problem !== undefined) throw ApplicationFailure.nonRetryable(problem, REFUSED);
      },
    },
  );
  setHandler(progressSignal, (progress) => {
    const problem = progressProblem(progress);
    if (problem !== undefined) return run.desk.drop('progress', problem);
    run.board?.progress(progress);
  });
  setHandler(planQuery, () => run.edits.status());
  setHandler(statusQuery, () => run.state.status());
  setHandler(handoffsQuery, () => run.state.handoffs);
  setHandler(runsQuery, () => run.state.runs());
  setHandler(attentionQuery, () => run.desk.open);
}

async function reported(run: FeatureParts, report: ChildReport): Promise<void> {
  if (report.child !== 'release') {
    const problem = run.board === undefined ? 'there are no packets yet' : run.board.report(report);
    if (problem !== undefined) run.desk.drop('report', problem);
    return;
  }
  if (run.releaseBefore.awaited) return run.releaseBefore.reported(report);
  if (run.release === undefined) return run.desk.drop('report', 'nothing is being released');
  if (report.type === 'step') {
    run.state.releaseSteps.push(report.step);
    run.state.show();
  } else if (report.type === 'asks') {
    const decision = await run.desk.ask(report.ask);
    await tellChild(run.release, { type: 'continue', decision }).catch(() => false);
  }
}
