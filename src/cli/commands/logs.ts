import type { Command } from 'commander';
import type { ArtifactStore } from '../../artifacts/artifact-store.ts';
import { firstLine } from '../../domain/error-text.ts';
import { BatonError } from '../../domain/failures.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { homePaths } from '../../homes/paths.ts';
import { type RunRecord, transcriptFile } from '../../homes/runs.ts';
import { CommandError } from '../command-error.ts';
import { findRuns } from '../logs/find-runs.ts';
import { followFeature } from '../logs/follow-feature.ts';
import { checkPacket, elsewhereText, isWanted, noRun, type RunSelection } from '../logs/logs-problems.ts';
import { RunPrinter } from '../logs/run-printer.ts';
import { showServices } from '../logs/show-services.ts';
import { storeOf, TranscriptReader } from '../logs/transcript-reader.ts';
import { count, homeOption } from '../options.ts';
import { say } from '../output.ts';
import { connectTo, type Server } from '../server/connection.ts';
import { configuredServer, runningDevServer } from '../server/connection-settings.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { savedReport } from '../server/saved-reports.ts';

interface Flags {
  readonly follow?: boolean;
  readonly run?: number;
  readonly full?: boolean;
  readonly raw?: boolean;
  readonly json?: boolean;
  readonly services?: string | true;
  readonly home?: string;
}

/** `baton logs`: what agents were told, said and did. */
export const registerLogs = (program: Command): void => {
  program
    .command('logs')
    .description('what agents were told, said and did, run by run')
    .argument('<feature>', 'id of the feature')
    .argument('[packet]', 'id of a packet, or design; all if not given')
    .option('-f, --follow', 'runs that go on, and those that begin, until the feature ends')
    .option('--run <n>', 'only runs of this number', count)
    .option('--full', 'prompts, feedback and the output of red checks whole')
    .option('--raw', "also the JSON that an agent's program printed")
    .option('--json', 'the entries as they were kept, a JSON document a line')
    .option('--services [name]', 'what services of baton.yaml printed instead, or that one of them')
    .addOption(homeOption())
    .action(async (feature: string, packet: string | undefined, flags: Flags) => {
      checkFeatureId(feature);
      leaveQuietly();
      const home = homeOf(flags);
      const { services } = flags;
      if (services !== undefined)
        return await showServices(
          { feature, packet, run: flags.run, home },
          services === true ? undefined : services,
        );
      const server = await serverFor(home, feature);
      try {
        await logs({ feature, packet, run: flags.run, home }, flags, server);
      } finally {
        await server?.close();
      }
    });
};

async function logs(asked: RunSelection, flags: Flags, server: Server | undefined): Promise<void> {
  const { feature, packet, run, home } = asked;
  const found = await findRuns(home, feature, server);
  checkPacket(asked, found);
  const runs = found.here.filter(isWanted(asked));
  const away = found.elsewhere.filter(isWanted(asked));
  const follows = flags.follow === true && found.ended !== true;
  const unknown = found.ended === undefined && found.here.length === 0;
  const nothing = runs.length === 0 && (!follows || unknown);
  if (nothing && away.length > 0) throw new CommandError(await elsewhereText(asked, away));
  if (nothing) {
    const problem = noRun(asked, found);
    if (unknown || packet !== undefined || run !== undefined) throw problem;
    return say(problem.message);
  }
  if (away.length > 0) say(await elsewhereText(asked, away));
  const store = await storeOf(home);
  const printer = new RunPrinter({
    json: flags.json ?? false,
    full: flags.full ?? false,
    raw: flags.raw ?? false,
    prefixed: follows && packet === undefined,
  });
  if (!follows) return await show(asked, runs, { store, printer });
  // A server that doesn't know the feature can't tell of its end.
  const knowing = found.ended === false ? server : undefined;
  process.exitCode = await followFeature(asked, { server: knowing, store, printer });
}

async function show(
  { feature, home }: RunSelection,
  runs: readonly RunRecord[],
  { store, printer }: { store: ArtifactStore | undefined; printer: RunPrinter },
): Promise<void> {
  for (const run of runs) {
    printer.head(run);
    const reader = new TranscriptReader(store, transcriptFile(homePaths(home), feature, run));
    try {
      const lines = await reader.more(run);
      printer.lines(run, lines);
      if (lines.length === 0) say(`${run.packet}, run ${run.run}: its transcript is not there.`);
    } catch (error) {
      // The others may be there all the same.
      if (!(error instanceof BatonError)) throw error;
      say(`${run.packet}, run ${run.run}: its transcript can't be shown: ${error.message}`);
    }
  }
}

let leaves = false;

/** Who reads no more (`| head`) has seen enough. For the rest of the process: the error comes after the last write. */
function leaveQuietly(): void {
  if (leaves) return;
  leaves = true;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

/** The server, where there is one and it may know more than the home does. */
export async function serverFor(home: string, feature: string): Promise<Server | undefined> {
  // The home's own report tells all there is to tell.
  if ((await savedReport(home, feature)) !== undefined) return undefined;
  const settings = configuredServer() ?? (await runningDevServer(home));
  if (settings === undefined) return undefined;
  try {
    return await connectTo(settings);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say(`${firstLine(error)}\nOnly what this home has can be shown.`);
    return undefined;
  }
}
