import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { featureWorkflowId, landedBranch } from '../../domain/ids.ts';
import type { FeatureRequest } from '../../domain/messages.ts';
import type { FeatureReport } from '../../domain/report.ts';
import type { Past } from '../../domain/what-if.ts';
import { CommandError } from '../command-error.ts';
import type { Server } from '../server/connection.ts';
import { describeFeature, look, unknownFeature, within } from '../server/feature-lookup.ts';

const RPC_TIMEOUT_MS = 5_000;

/** A feature that is gone back in. */
export interface Earlier {
  readonly feature: string;
  readonly runId: string;
  readonly request: FeatureRequest;
  readonly past: Past;
  readonly running: boolean;
  readonly kinds: ReadonlyMap<string, FeatureReport['packets'][number]['kind']>;
  /** What of it others see: pull request, release. Empty: nothing. */
  readonly outside: readonly string[];
  /** Where it landed. */
  readonly landed?: { readonly branch: string; readonly commit: string };
}

/** What the server and the home know of a feature. @throws CommandError */
export async function readEarlier(server: Server, home: string, feature: string): Promise<Earlier> {
  const { client } = server;
  const known = await describeFeature(client, feature);
  if (known === undefined) throw await unknownFeature(client, feature);
  const snapshot = await look(server, home, feature);
  const common = { feature, runId: known.runId, request: await requestOf(client, feature, known.runId) };
  if (snapshot.kind === 'report') {
    const { report } = snapshot;
    const kinds = new Map(report.packets.map(({ id, kind }) => [id, kind]));
    const { branch, commit } = report;
    const landed = branch === undefined || commit === undefined ? undefined : { branch, commit };
    const outside = outsideOf(report, landedBranch(feature));
    return { ...common, past: report, running: false, kinds, outside, ...(landed && { landed }) };
  }
  if (snapshot.kind === 'status') {
    const { status } = snapshot;
    const { decisions, packets, merges = [], attention, releaseSteps } = status;
    const open = attention.map(({ id }) => id);
    const kinds = new Map(packets.map(({ id, kind }) => [id, kind]));
    const outside = releaseSteps.length > 0 ? [`its release has begun: ${releaseSteps.join('; ')}`] : [];
    return { ...common, past: { decisions, packets, merges, open }, running: true, kinds, outside };
  }
  const why = snapshot.kind === 'ended' ? `it has ended (${snapshot.state}) without a report` : snapshot.why;
  throw new CommandError(
    `What "${feature}" came to isn't known, so there is no point to go back to: ${why}.`,
  );
}

/** What a feature that ended has left for others, beside its own branch. */
function outsideOf({ branch, commit, pullRequest, release }: FeatureReport, own: string): string[] {
  return [
    ...(commit === undefined || branch === own ? [] : [`${branch} has what landed (${commit.slice(0, 12)})`]),
    ...(pullRequest === undefined ? [] : [`pull request ${pullRequest}`]),
    ...(release === undefined
      ? []
      : [`version ${release.version} over ${release.previous}: ${release.outcome}`]),
  ];
}

/** The workflow's input, from the first event of its history. */
async function requestOf(client: Client, feature: string, runId: string): Promise<FeatureRequest> {
  const { namespace, loadedDataConverter } = client.options;
  const { history } = await within(client, RPC_TIMEOUT_MS, () =>
    client.workflowService.getWorkflowExecutionHistory({
      namespace,
      execution: { workflowId: featureWorkflowId(feature), runId },
      maximumPageSize: 1,
    }),
  );
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes;
  const [request] = await decodeArrayFromPayloads(loadedDataConverter, started?.input?.payloads ?? []);
  if (request === undefined)
    throw new CommandError(`The server doesn't know any more with what "${feature}" was started.`);
  return request as FeatureRequest;
}
