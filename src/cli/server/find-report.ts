import { featureWorkflowId } from '../../domain/ids.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import { QUERIES } from '../../domain/messages.ts';
import { outagesOf, outageText } from '../../domain/outage.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { liveDetails } from '../watch/live-details.ts';
import { withServer } from './connection.ts';
import { configuredServer, runningDevServer } from './connection-settings.ts';
import { look, within } from './feature-lookup.ts';
import { savedReport } from './saved-reports.ts';

/** A worker that has to replay a long history takes a few seconds. */
const QUERY_TIMEOUT_MS = 6_000;

/**
 * What a feature came to, from the server or the home's own file.
 *
 * @throws CommandError if it hasn't ended, or has no report
 */
export async function findReport(home: string, feature: string): Promise<FeatureReport> {
  const noServer = configuredServer() === undefined && (await runningDevServer(home)) === undefined;
  // The home's own file needs no server.
  const saved = noServer ? await savedReport(home, feature) : undefined;
  if (saved !== undefined) return saved;
  return await withServer(home, async (server) => {
    const snapshot = await look(server, home, feature);
    if (snapshot.kind === 'report') return snapshot.report;
    if (snapshot.kind === 'ended')
      throw new CommandError(
        `The feature "${feature}" has ended (${snapshot.state}) without a report${snapshot.why ? `: ${snapshot.why}` : ''}.`,
        EXIT.foundWanting,
      );
    const waits = snapshot.kind === 'unanswered' && !snapshot.worker ? ` It waits: ${snapshot.why}.` : '';
    const live = snapshot.kind === 'status' ? await liveDetails(server, snapshot.status) : [];
    const away = outagesOf(live).map((one) => `\n${outageText(one)}`);
    throw new CommandError(
      `The feature "${feature}" has not ended yet, so there is no report.${waits}${away.join('')}\nSee where it stands: baton status ${feature}`,
    );
  });
}

/** The same of one execution of a feature, which only the server knows. */
export async function findReportOf(home: string, feature: string, runId: string): Promise<FeatureReport> {
  return await withServer(home, async ({ client }) => {
    const handle = client.workflow.getHandle(featureWorkflowId(feature), runId);
    const status = await within(client, QUERY_TIMEOUT_MS, () =>
      handle.query<FeatureStatus>(QUERIES.status),
    ).catch((cause: unknown) => {
      throw new CommandError(
        `The server can't tell what execution ${runId} of "${feature}" came to. It has to know it still, and a worker has to run.`,
        undefined,
        { cause },
      );
    });
    if (status.report !== undefined) return status.report;
    throw new CommandError(
      `Execution ${runId} of "${feature}" has no report: it goes on, or was terminated.`,
    );
  });
}
