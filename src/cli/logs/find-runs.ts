import { featureWorkflowId, homeTaskQueue, packetWorkflowId } from '../../domain/ids.ts';
import { QUERIES } from '../../domain/messages.ts';
import type { RunFigures } from '../../domain/outcomes.ts';
import { PHASES } from '../../domain/phase.ts';
import { homeId } from '../../homes/home.ts';
import { homePaths } from '../../homes/paths.ts';
import { type RunRecord, readRuns } from '../../homes/runs.ts';
import { CommandError } from '../command-error.ts';
import type { RunElsewhere } from '../render/elsewhere.ts';
import type { Server } from '../server/connection.ts';
import { look, query, within } from '../server/feature-lookup.ts';
import { savedReport } from '../server/saved-reports.ts';

/** As many packets are asked for where they are worked on: each costs a call. */
const MAX_ASKED = 20;
const RPC_TIMEOUT_MS = 3_000;
const HOME_QUEUE = homeTaskQueue('');

export interface FoundRuns {
  /** Those that the home of this machine has, in the order they began. */
  readonly here: readonly RunRecord[];
  readonly elsewhere: readonly RunElsewhere[];
  /** Packets of the feature as far as they are known, `design` first. */
  readonly packets: readonly string[];
  /** Whether the feature has ended; undefined where nobody could be asked. */
  readonly ended: boolean | undefined;
}

/** What of a feature is known beside the home's own index. */
type Known = Pick<FoundRuns, 'ended' | 'packets'> & {
  readonly figures: readonly RunFigures[];
  readonly running: readonly RunElsewhere[];
};

/**
 * The runs of a feature: what the home noted itself, and what the feature's report, or its workflow, tells of them.
 * @throws CommandError where neither the home nor the server knows the feature
 */
export async function findRuns(
  home: string,
  feature: string,
  server: Server | undefined,
): Promise<FoundRuns> {
  const [own, noted] = await Promise.all([homeId(home), readRuns(homePaths(home), feature)]);
  const known = await knownOf(home, feature, server, noted.length > 0);
  const measured = known.figures.filter(({ transcript }) => transcript !== undefined);
  // A crash between a run's end and its note: the report knows better.
  const missed = measured.filter(
    ({ packet, run, transcript }) =>
      transcript?.home === own &&
      !noted.some((one) => one.packet === packet && one.run === run && one.outcome),
  );
  const begun = noted.filter(
    ({ packet, run, outcome }) =>
      outcome !== undefined || !missed.some((one) => one.packet === packet && one.run === run),
  );
  const here = [...begun, ...missed].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const elsewhere = [
    ...measured.flatMap(({ packet, run, transcript }) =>
      transcript === undefined || transcript.home === own ? [] : [{ packet, run, home: transcript.home }],
    ),
    ...known.running.filter((one) => one.home !== own),
  ];
  const packets = new Set(['design', ...known.packets, ...here.map(({ packet }) => packet)]);
  return { here, elsewhere, packets: [...packets], ended: known.ended };
}

async function knownOf(
  home: string,
  feature: string,
  server: Server | undefined,
  noted: boolean,
): Promise<Known> {
  const ids = (packets: readonly { readonly id: string }[]) => packets.map(({ id }) => id);
  const ofReport = (report: NonNullable<Awaited<ReturnType<typeof savedReport>>>): Known => ({
    ended: true,
    packets: ids(report.packets),
    figures: report.runs,
    running: [],
  });
  const saved = await savedReport(home, feature);
  if (saved !== undefined) return ofReport(saved);
  const nothing: Known = { ended: undefined, packets: [], figures: [], running: [] };
  if (server === undefined) return nothing;
  const snapshot = await look(server, home, feature).catch((error: unknown) => {
    // What the home has can be read, whatever the server has forgotten.
    if (error instanceof CommandError && noted) return undefined;
    throw error;
  });
  if (snapshot === undefined) return nothing;
  if (snapshot.kind === 'report') return ofReport(snapshot.report);
  if (snapshot.kind === 'ended') return { ...nothing, ended: true };
  if (snapshot.kind === 'unanswered') return { ...nothing, ended: false };
  const { packets, phase } = snapshot.status;
  const answer = await query<RunFigures[]>(server.client, feature, QUERIES.runs);
  const working = ids(packets.filter(({ status }) => status === 'running')).slice(0, MAX_ASKED);
  const running = await Promise.all([
    ...(phase === 'design' ? [workedOn(server, 'design', featureWorkflowId(feature))] : []),
    ...working.map((id) => workedOn(server, id, packetWorkflowId(feature, id))),
  ]);
  return {
    ended: false,
    packets: ids(packets),
    figures: 'value' in answer ? answer.value : [],
    running: running.flat(),
  };
}

/** In which home an agent works for this workflow now. Never fails: it is only for a hint. */
async function workedOn({ client }: Server, packet: string, workflowId: string): Promise<RunElsewhere[]> {
  try {
    const handle = client.workflow.getHandle(workflowId);
    const { raw } = await within(client, RPC_TIMEOUT_MS, () => handle.describe());
    return (raw.pendingActivities ?? []).flatMap(({ activityType, activityOptions }) => {
      const queue = activityOptions?.taskQueue?.name ?? '';
      const agent = PHASES.some((phase) => phase === activityType?.name);
      return agent && queue.startsWith(HOME_QUEUE) ? [{ packet, home: queue.slice(HOME_QUEUE.length) }] : [];
    });
  } catch {
    return [];
  }
}
