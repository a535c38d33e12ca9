import type { ArtifactStore } from '../../artifacts/artifact-store.ts';
import { homePaths } from '../../homes/paths.ts';
import { EXIT } from '../command-error.ts';
import { say } from '../output.ts';
import type { Server } from '../server/connection.ts';
import { describeFeature } from '../server/feature-lookup.ts';
import { savedReport } from '../server/saved-reports.ts';
import { followRuns } from './follow-runs.ts';
import { isWanted, logsCommand, type RunSelection } from './logs-problems.ts';
import type { RunPrinter } from './run-printer.ts';

/** A call to the server each time; looking at the home costs nothing. */
const ASK_EVERY_MS = 1_000;

/**
 * Shows what agents say until the feature ends, or Ctrl-C, which only detaches.
 * @param server where the feature runs; undefined where nobody can be asked
 * @returns the exit code
 */
export async function followFeature(
  asked: RunSelection,
  {
    server,
    store,
    printer,
  }: { server: Server | undefined; store: ArtifactStore | undefined; printer: RunPrinter },
): Promise<number> {
  const { feature, home } = asked;
  const detach = new AbortController();
  const interrupt = () => detach.abort();
  process.once('SIGINT', interrupt);
  if (server === undefined)
    say('No server tells when the feature ends: it is followed until its report is in this home, or Ctrl-C.');
  try {
    await followRuns({
      home: homePaths(home),
      feature,
      store,
      printer,
      wanted: isWanted(asked),
      ended: endOf(server, home, feature),
      signal: detach.signal,
      onStart: (before, running) => {
        if (before > 0) say(`Not shown: ${before} ended before. See: ${logsCommand(asked)}`);
        if (running === 0) say('No agent is at work on it in this home now; waiting for one.');
      },
    });
  } finally {
    process.off('SIGINT', interrupt);
  }
  if (detach.signal.aborted) {
    say(`Detached. The feature goes on by itself; all that was said so far: ${logsCommand(asked)}`);
    return EXIT.interrupted;
  }
  say(`The feature "${feature}" has ended. What it came to: baton report ${feature}`);
  return EXIT.ok;
}

/** Whether the feature has ended, by its report in the home or by the server. */
function endOf(server: Server | undefined, home: string, feature: string): () => Promise<boolean> {
  let askedAt = 0;
  return async () => {
    if ((await savedReport(home, feature)) !== undefined) return true;
    if (server === undefined || Date.now() - askedAt < ASK_EVERY_MS) return false;
    askedAt = Date.now();
    // A server that doesn't answer comes back; one that has forgotten the feature doesn't run it.
    const known = await describeFeature(server.client, feature).catch(() => null);
    return known !== null && known?.status.name !== 'RUNNING';
  };
}
