import { HandlerUnfinishedPolicy } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  type ChildWorkflowHandle,
  setHandler,
} from '@temporalio/workflow';
import type { TakenDecision } from '../../domain/attention.ts';
import type { FailureType } from '../../domain/failures.ts';
import { progressProblem, reportProblem } from '../../domain/message-problems.ts';
import type { ChildReport, Instruction, Unblock } from '../../domain/messages.ts';
import {
  attentionQuery,
  decideSignal,
  decideUpdate,
  handoffsQuery,
  instructSignal,
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
import type { releaseWorkflow } from '../release/release.ts';
import type { AttentionDesk } from './attention-desk.ts';
import type { PacketBoard } from './board/packet-board.ts';
import type { DesignStage } from './design-stage.ts';
import type { FeatureState } from './feature-state.ts';
import type { PlanEdits } from './plan-edits.ts';

const REFUSED = 'DecisionRefused' satisfies FailureType;

// Signals may come before the run is where it can use them, or after it has ended; neither may fail it.
const ABANDON = { unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON } as const;

/** The parts of a feature that messages reach. */
export interface FeatureParts {
  readonly state: FeatureState;
  readonly desk: AttentionDesk;
  readonly designer: DesignStage;
  readonly edits: PlanEdits;
  readonly board: PacketBoard | undefined;
  readonly release: ChildWorkflowHandle<typeof releaseWorkflow> | undefined;
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
  setHandler(
    unblockSignal,
    async (advice) => {
      const { packet, message, by, automatic } = (advice ?? {}) as { [key in keyof Unblock]?: unknown };
      if (
        typeof packet !== 'string' ||
        typeof message !== 'string' ||
        typeof by !== 'string' ||
        message === ''
      )
        return run.desk.drop('unblock', 'unblock takes {"packet": "…", "message": "…", "by": "…"}');
      if (message.length > 4000) return run.desk.drop('unblock', 'message holds at most 4,000 characters');
      let problem: string | undefined;
      if (packet === 'design' && run.board === undefined) run.designer.advise(message, by);
      else
        problem =
          run.board === undefined ? 'there are no packets yet' : await run.board.advise(packet, message, by);
      if (problem !== undefined) return run.desk.drop('unblock', problem);
      run.state.steered.push({
        what: `advice to ${packet}`,
        by,
        at: new Date().toISOString(),
        ...(automatic === true && { automatic }),
      });
    },
    ABANDON,
  );
  const tellAll = async (instruction: Instruction) => {
    run.state.paused = instruction.type === 'pause';
    run.state.show();
    await run.board?.tellAll(instruction);
    await run.release?.signal(instructSignal, instruction).catch(() => undefined);
  };
  setHandler(pauseSignal, () => tellAll({ type: 'pause' }), ABANDON);
  setHandler(resumeSignal, () => tellAll({ type: 'resume' }), ABANDON);
  setHandler(
    reportSignal,
    (report) => {
      const problem = reportProblem(report);
      if (problem !== undefined) return run.desk.drop('report', problem);
      // A release that takes traffic back still asks, and is answered, after the feature was cancelled.
      return CancellationScope.nonCancellable(() => reported(run, report));
    },
    ABANDON,
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
  if (run.release === undefined) return run.desk.drop('report', 'nothing is being released');
  if (report.type === 'step') {
    run.state.releaseSteps.push(report.step);
    run.state.show();
  } else if (report.type === 'asks') {
    const decision = await run.desk.ask(report.ask);
    await run.release.signal(instructSignal, { type: 'continue', decision }).catch(() => undefined);
  }
}
