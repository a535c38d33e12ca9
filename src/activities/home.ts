import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { AgentRunInput, AgentRunOutcome, HomeActivities } from '../domain/activities.ts';
import type { AgentEvent } from '../domain/agent-protocol.ts';
import type { FailureType } from '../domain/failures.ts';
import type { Progress } from '../domain/messages.ts';
import type { AgentRunHooks } from '../work/agent-run-parts.ts';
import { prepareByHand } from '../work/by-hand.ts';
import { baseline, cleanUp, openIntegration, saveReport, writeHandoff } from '../work/feature-files.ts';
import { bringTreeUpTo, moveIntegration, prepareMerge, verify } from '../work/integrate.ts';
import { beginMending, land, prepareLanding } from '../work/landing.ts';
import { openFeaturesPullRequest } from '../work/pull-request.ts';
import { measureGate, releaseStep } from '../work/release.ts';
import { handOn, retireTrees } from '../work/retire-trees.ts';
import { runAgent } from '../work/run-agent.ts';
import { endUnheard } from '../work/unheard-run.ts';
import type { Workshop } from '../work/workshop.ts';
import { Milestones } from './milestones.ts';
import { isHeldBack } from './unless-stale.ts';
import { isShuttingDown, withHeartbeat, workerShutdown } from './with-heartbeat.ts';

/** Sends a milestone to the feature; where that fails the run goes on, as only a dashboard is the poorer. */
export type ReportProgress = (workflowId: string, progress: Progress) => Promise<void>;

/** What is put off about a tree that isn't needed any more. */
const removalOf = ({ feature, name }: { readonly feature: string; readonly name: string }): string =>
  `remove ${feature} ${name}`;

const nothingBegan = (): never => {
  throw ApplicationFailure.create({
    type: 'HeldBack' satisfies FailureType,
    message: 'no agent had begun in the run that was given up',
    nonRetryable: true,
  });
};

/**
 * The activities on the trees of one home. Thin: what they do is in src/work.
 * @param mayBegin - asked right before an agent is started; throws if it may not begin any more
 */
export function homeActivities(
  shop: Workshop,
  progress: ReportProgress,
  mayBegin: () => Promise<void>,
): HomeActivities {
  const execution = () => activityInfo().workflowExecution?.runId ?? '';
  const agent = (input: AgentRunInput): Promise<AgentRunOutcome> =>
    withHeartbeat(async ({ signal, show }) => {
      const milestones = new Milestones((percent, note) =>
        progress(input.reportTo, { packet: input.name, note, ...(percent !== undefined && { percent }) }),
      );
      // After a reset the packet begins anew in a moment: its tree must not go under the agent.
      await shop.doneBefore(removalOf(input));
      const site = await shop.open(input);
      const hooks: AgentRunHooks = {
        signal,
        execution: execution(),
        known: show,
        begins: mayBegin,
        event: (event: AgentEvent) => {
          show({ lastEventAt: new Date().toISOString() });
          if (event.type !== 'progress') return;
          show({ note: event.note, ...(event.percent !== undefined && { percent: event.percent }) });
          milestones.seen(event);
        },
      };
      if (input.unheard) return (await endUnheard(shop, site, input, hooks)) ?? nothingBegan();
      const outcome = await runAgent(shop, site, input, hooks).catch(async (error: unknown) => {
        const begun = isHeldBack(error) && (await endUnheard(shop, site, input, hooks));
        if (!begun) throw error;
        return begun;
      });
      if (outcome.end.kind === 'interrupted' && isShuttingDown()) throw workerShutdown();
      return outcome;
    });
  return {
    openFeature: (input) =>
      withHeartbeat(async () => {
        const site = await shop.open(input);
        await openIntegration(site, execution(), input.takeBack);
        return { config: site.config, repositoryKey: site.repo.key };
      }),
    baseline: (input) =>
      withHeartbeat(async ({ signal }) => baseline(shop, await shop.open(input), signal, input.request)),
    design: agent,
    implement: agent,
    test: agent,
    deploy: agent,
    verify: (input) =>
      withHeartbeat(async ({ signal }) => verify(shop, await shop.open(input), input, signal)),
    bringUpTo: (input) =>
      withHeartbeat(async ({ signal }) =>
        bringTreeUpTo({ shop, site: await shop.open(input), signal }, input),
      ),
    prepareByHand: (input) =>
      withHeartbeat(async ({ signal }) => {
        await shop.doneBefore(removalOf(input));
        return prepareByHand(shop, await shop.open(input), input, signal);
      }),
    prepareMerge: (input) =>
      withHeartbeat(async ({ signal }) => prepareMerge(shop, await shop.open(input), input, signal)),
    moveBranch: (input) =>
      withHeartbeat(async () => {
        const site = await shop.open(input);
        const moved = await moveIntegration(site, input.merge);
        if (input.thenRemove === true) {
          shop.later(removalOf(input), () => retireTrees(shop, site, input.name));
          // The packets that waited for this merge begin at once, and would copy what it doesn't need any more.
          await handOn(shop, site, input.name);
        }
        return moved;
      }),
    removeTree: (input) =>
      withHeartbeat(async ({ signal, show }) => {
        const site = await shop.open(input);
        const hooks = {
          signal,
          execution: execution(),
          known: show,
          event: () => undefined,
          lastly: true,
        } as const;
        const outcome = 'unheard' in input ? await endUnheard(shop, site, input, hooks) : undefined;
        await retireTrees(shop, site, input.name);
        return outcome;
      }),
    gate: (input) =>
      withHeartbeat(async ({ signal }) =>
        measureGate(shop, await shop.open(input), input.gate, input.commit, signal),
      ),
    prepareLanding: (input) =>
      withHeartbeat(async ({ signal }) => prepareLanding(shop, await shop.open(input), input, signal)),
    beginMending: (input) =>
      withHeartbeat(async ({ signal }) =>
        beginMending({ shop, site: await shop.open(input), signal }, input),
      ),
    land: (input) =>
      withHeartbeat(async ({ signal }) => land({ shop, site: await shop.open(input), signal }, input)),
    openPullRequest: (input) =>
      withHeartbeat(async ({ signal }) =>
        openFeaturesPullRequest(shop, await shop.open(input), input, signal),
      ),
    releaseStep: (input) =>
      withHeartbeat(async ({ signal }) =>
        releaseStep(shop, await shop.open(input), input, {
          signal,
          execution: execution(),
        }),
      ),
    writeHandoff: (input) => withHeartbeat(() => writeHandoff(shop, input.feature, input.handoff)),
    saveReport: (input) => withHeartbeat(() => saveReport(shop, input.report)),
    cleanUp: (input) => withHeartbeat(async () => cleanUp(shop, await shop.open(input))),
  };
}
