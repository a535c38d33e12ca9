import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { BatonError } from '../../domain/failures.ts';
import { recordingName, recordingText } from '../../domain/recording.ts';
import { homeId } from '../../homes/home.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { homePaths } from '../../homes/paths.ts';
import { type RunRecord, transcriptFile } from '../../homes/runs.ts';
import { CommandError, EXIT } from '../command-error.ts';
import { findRuns } from '../logs/find-runs.ts';
import { checkPacket, isWanted, noRun, type RunSelection } from '../logs/logs-problems.ts';
import { storeOf, TranscriptReader } from '../logs/transcript-reader.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say } from '../output.ts';
import { recordingOf } from '../play/recording-of.ts';
import { elsewhereLines, type RunElsewhere } from '../render/elsewhere.ts';
import { checkFeatureId } from '../server/feature-lookup.ts';
import { serverFor } from './logs.ts';

interface Flags {
  readonly to: string;
  readonly json?: boolean;
  readonly home?: string;
}

interface Written {
  readonly packet: string;
  readonly run: number;
  readonly outcome: string;
  readonly file: string;
}

/** A run that can't be played, or not to its end. */
interface Missing {
  readonly packet: string;
  readonly run: number;
  readonly why: string;
}

/** `baton record`: what agents did in a feature, for `baton play`. */
export const registerRecord = (program: Command): void => {
  program
    .command('record')
    .description('write down what agents did, so that baton play can do it again')
    .argument('<feature>', 'id of the feature')
    .argument('[packet]', 'id of a packet, or design; all if not given')
    .requiredOption('--to <folder>', 'where to: a folder that is empty, or not there yet')
    .option('--json', 'what was written and what is missing, as one JSON document')
    .addOption(homeOption())
    .action(async (feature: string, packet: string | undefined, flags: Flags) => {
      checkFeatureId(feature);
      const folder = path.resolve(flags.to);
      await checkEmpty(folder);
      const asked: RunSelection = { feature, packet, run: undefined, home: homeOf(flags) };
      const { runs, away } = await runsOf(asked);
      const { written, missing } = await record(asked, runs, folder);
      if (missing.length + away.length > 0) process.exitCode = EXIT.foundWanting;
      if (flags.json) {
        const elsewhere = away.map(({ home, ...one }) => ({ ...one, why: `it is in the home ${home}` }));
        return printJson({ folder, written, missing: [...missing, ...elsewhere] });
      }
      for (const { file } of written) print(file);
      if (away.length > 0) say(await elsewhereText(asked, away));
      tell(folder, written, missing);
    });
};

async function checkEmpty(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CommandError(`${folder} is no folder that can be read (${error.code}): name another with --to`);
  });
  if (names.length > 0)
    throw new CommandError(
      `${folder} isn't empty, and recordings of two features don't go together: name another folder with --to`,
    );
}

async function runsOf(asked: RunSelection): Promise<{ runs: RunRecord[]; away: RunElsewhere[] }> {
  const server = await serverFor(asked.home, asked.feature);
  try {
    const found = await findRuns(asked.home, asked.feature, server);
    checkPacket(asked, found);
    const runs = found.here.filter(isWanted(asked));
    const away = found.elsewhere.filter(isWanted(asked));
    if (runs.length === 0 && away.length === 0) throw noRun(asked, found);
    return { runs, away };
  } finally {
    await server?.close();
  }
}

async function record(
  { feature, home }: RunSelection,
  runs: readonly RunRecord[],
  folder: string,
): Promise<{ written: Written[]; missing: Missing[] }> {
  const paths = homePaths(home);
  const store = await storeOf(home);
  const written: Written[] = [];
  const missing: Missing[] = [];
  await mkdir(folder, { recursive: true });
  for (const made of together(runs)) {
    const run = made.at(-1) as RunRecord;
    const { packet, run: number, outcome } = run;
    const lacks = (why: string) => missing.push({ packet, run: number, why });
    if (outcome === undefined) {
      lacks('it has not ended');
      continue;
    }
    const lines = await transcriptsOf(made, (each) =>
      new TranscriptReader(store, transcriptFile(paths, feature, each)).more(each),
    ).catch(orWhy);
    if (typeof lines === 'string' || lines.length === 0 || store === undefined) {
      lacks(`its transcript is not there${typeof lines === 'string' ? `: ${lines}` : ''}`);
      continue;
    }
    const first = made[0] as RunRecord;
    const one = recordingOf(feature, { ...run, startedAt: first.startedAt }, lines);
    for (const why of one.missing) lacks(why);
    for (const [name, ref] of one.patches) {
      const patch = await store.get(ref).catch(orWhy);
      if (typeof patch === 'string') lacks(`its patch ${name}: ${patch}`);
      else await writeFile(path.join(folder, name), patch);
    }
    const file = path.join(folder, recordingName(packet, number));
    await writeFile(file, recordingText(one.recording));
    written.push({ packet, run: number, outcome, file });
  }
  return { written, missing };
}

/** A run that a worker's end interrupted was made again under its number: those are one run in two parts. */
function together(runs: readonly RunRecord[]): RunRecord[][] {
  const byRun = new Map<string, RunRecord[]>();
  for (const run of runs) {
    const key = `${run.packet} ${run.run}`;
    byRun.set(key, [...(byRun.get(key) ?? []), run]);
  }
  return [...byRun.values()];
}

async function transcriptsOf(
  runs: readonly RunRecord[],
  read: (run: RunRecord) => Promise<string[]>,
): Promise<string[]> {
  const lines: string[] = [];
  for (const run of runs) lines.push(...(await read(run)));
  return lines;
}

function orWhy(error: unknown): string {
  if (error instanceof BatonError) return error.message;
  throw error;
}

function tell(folder: string, written: readonly Written[], missing: readonly Missing[]): void {
  const lacking = missing.map(({ packet, run, why }) => `  ${packet}, run ${run}: ${why}`);
  if (lacking.length > 0) say(['What can not be played:', ...lacking].join('\n'));
  if (written.length === 0) throw new CommandError('There is no run to record.', EXIT.foundWanting);
  const runs = written.length === 1 ? '1 run' : `${written.length} runs`;
  say(
    `${runs} recorded. To play, in baton.yaml: ` +
      `crew: { implement: { runner: command, command: [baton, play, ${folder}] } }`,
  );
}

async function elsewhereText({ feature, packet, home }: RunSelection, away: readonly RunElsewhere[]) {
  const id = await homeId(home);
  const command = ['baton record', feature, ...(packet === undefined ? [] : [packet]), '--to <folder>'].join(
    ' ',
  );
  return elsewhereLines(away, { here: `${id ?? 'it is none yet'}, in ${home}`, command }).join('\n');
}
