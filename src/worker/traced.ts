import { activityInfo } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import type { InjectedSinks } from '@temporalio/worker';
import type { AgentRunOutcome, HomeActivities } from '../domain/activities.ts';
import { PHASES, type Phase } from '../domain/phase.ts';
import type { EndSinks } from '../workflows/told-end.ts';
import type { Traces } from './traces.ts';

/** Roots that are remembered: some more than workflows run at once. */
const MOST_ROOTS = 10_000;
/** Only a trace waits for the answer. */
const PATIENCE_MS = 5_000;

/** What came of an agent's run, in figures and words of fixed lists: no text of anybody's gets into a trace. */
const ofRun = ({ end, figures }: AgentRunOutcome) => ({
  'baton.end': end.kind,
  'baton.runner': figures.runner,
  'baton.run': figures.run,
  'baton.resumed': figures.resumed === true,
  'baton.cost_usd': figures.costUsd,
  'baton.input_tokens': figures.inputTokens,
  'baton.output_tokens': figures.outputTokens,
});

/** Tells traces of the activities and workflows of a worker: one trace for each execution of a feature. */
export class Traced {
  private readonly roots = new Map<string, Promise<string>>();

  constructor(
    private readonly client: Client,
    private readonly traces: Traces | undefined,
  ) {}

  of(activities: HomeActivities): HomeActivities {
    const { traces } = this;
    if (traces === undefined) return activities;
    const traced = Object.entries(activities).map(([name, call]) => [
      name,
      async (input: { readonly feature?: string; readonly name?: string }) => {
        const from = Date.now();
        const add = (attributes: Readonly<Record<string, string | number | boolean | undefined>>) =>
          this.activity(traces, name, from, input, attributes);
        try {
          const answer = await (call as (input: unknown) => Promise<unknown>)(input);
          add(PHASES.includes(name as Phase) ? ofRun(answer as AgentRunOutcome) : {});
          return answer;
        } catch (error) {
          add({ 'error.type': typeOf(error) });
          throw error;
        }
      },
    ]);
    return Object.fromEntries(traced) as HomeActivities;
  }

  /** For the worker of the workflows: also if nothing is traced, since the SDK complains of a sink that isn't there. */
  sinks(): InjectedSinks<EndSinks> {
    const { traces } = this;
    return {
      workflows: {
        ended: {
          fn: ({ workflowId, runId, workflowType, startTime, parent, root }, { at, failed }) =>
            traces?.add({
              trace: root?.runId ?? runId,
              of: runId,
              within: parent?.runId,
              name: workflowType,
              from: startTime.getTime(),
              to: at,
              attributes: { 'temporal.workflow_id': workflowId, 'temporal.run_id': runId },
              failed,
            }),
          callDuringReplay: false,
        },
      },
    };
  }

  private activity(
    traces: Traces,
    name: string,
    from: number,
    input: { readonly feature?: string; readonly name?: string },
    attributes: Readonly<Record<string, string | number | boolean | undefined>>,
  ): void {
    const to = Date.now();
    const { workflowExecution, activityId, attempt } = activityInfo();
    if (workflowExecution === undefined) return;
    const { workflowId, runId } = workflowExecution;
    // Nobody waits for it, and it never rejects.
    void this.rootOf(workflowId, runId).then((root) =>
      traces.add({
        trace: root,
        of: `${runId} ${activityId} ${attempt}`,
        within: runId,
        name,
        from,
        to,
        attributes: {
          'temporal.workflow_id': workflowId,
          'temporal.attempt': attempt,
          'baton.feature': input.feature,
          'baton.tree': input.name,
          ...attributes,
        },
        failed: 'error.type' in attributes,
      }),
    );
  }

  /** The run of the feature that a workflow's run belongs to. */
  private rootOf(workflowId: string, runId: string): Promise<string> {
    const known = this.roots.get(runId);
    if (known !== undefined) return known;
    const asked = this.client
      .withDeadline(Date.now() + PATIENCE_MS, () =>
        this.client.workflow.getHandle(workflowId, runId).describe(),
      )
      .then(
        ({ raw }) => raw.workflowExecutionInfo?.rootExecution?.runId || runId,
        () => runId,
      );
    const [oldest] = this.roots.size < MOST_ROOTS ? [] : this.roots.keys();
    if (oldest !== undefined) this.roots.delete(oldest);
    this.roots.set(runId, asked);
    return asked;
  }
}

const typeOf = (error: unknown): string => {
  if (error instanceof CancelledFailure) return 'Cancelled';
  return error instanceof ApplicationFailure ? (error.type ?? 'Error') : 'Error';
};
