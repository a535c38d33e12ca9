import { join } from 'node:path';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { CheckResult, TestCase } from '../domain/checks.ts';
import { type CheckConfig, reportFormat, reportPath } from '../domain/config.ts';
import { durationText } from '../domain/duration.ts';
import { NotRegular, readRegular } from '../files/regular-file.ts';
import type { CommandResult } from '../processes/command.ts';
import { blotOut, blotOutDeep, type Secret } from '../processes/secrets/secrets.ts';
import { tailOf } from '../processes/tail-text.ts';
import { type Confine, runConfined, sandboxRemarks } from '../sandbox/run-confined.ts';
import { decodeText, NotText } from './decode-text.ts';
import { relativeCases } from './relative-cases.ts';
import { FreshReport } from './report-files.ts';
import { reportedFailures } from './reported-failures.ts';
import { readReport } from './reports/parse-report.ts';
import { countCases, ReportError } from './reports/test-report.ts';

/** Names of failing tests that history holds. */
const MAX_FAILING_NAMES = 20;
/** A name in history is cut here. */
const MAX_NAME_LENGTH = 300;

export interface CheckToRun {
  readonly name: string;
  readonly config: CheckConfig;
  /** Root of the worktree. */
  readonly cwd: string;
  /** Already allow-listed. */
  readonly env: Readonly<Record<string, string>>;
  readonly store: ArtifactStore;
  readonly signal?: AbortSignal | undefined;
  readonly secrets?: readonly Secret[];
  /** The sandbox it runs in. Absent: none. */
  readonly confine?: Confine | undefined;
  readonly onOutput?: (piece: string) => void;
}

/**
 * Runs a check and reads its report. It passes when the command exits with 0 in time and its report, where
 * one is configured, was written by this run, can be read and shows no failure; whatever spoils it is said at
 * the end of `tail`.
 *
 * @throws the signal's reason if it was aborted
 * @throws BatonError `BadInput` if the worktree isn't there
 */
export async function runCheck(check: CheckToRun): Promise<CheckResult> {
  const { config, cwd, store } = check;
  const report = config.report === undefined ? undefined : new FreshReport(cwd, reportPath(config.report));
  await report?.clear();
  const run = await runConfined(
    {
      command: config.run,
      cwd,
      env: check.env,
      timeoutMs: config.timeout,
      signal: check.signal,
      ...(check.secrets ? { secrets: check.secrets } : {}),
      ...(check.onOutput ? { onOutput: check.onOutput } : {}),
    },
    check.confine,
  );
  try {
    check.signal?.throwIfAborted();
    const { secrets = [] } = check;
    const read = await casesOf(report, config, cwd, secrets);
    // Before anything is cut: half a secret can't be told. Again, since a report may spell it as it likes.
    const { cases, problems } = blotOutDeep(read, secrets);
    if (run.timedOut) problems.unshift(`it took longer than ${durationText(config.timeout)} and was ended`);
    const failing = (cases ?? []).filter(({ status }) => status === 'failed').map(({ name }) => name);
    if (run.exitCode === 0 && failing.length > 0)
      problems.push(`the command exited with 0, but its report shows ${failing.length} failing tests`);
    return {
      name: check.name,
      passed: run.exitCode === 0 && problems.length === 0,
      exitCode: run.exitCode,
      timedOut: run.timedOut,
      durationMs: run.durationMs,
      tests: cases && countCases(cases),
      failing: failing.slice(0, MAX_FAILING_NAMES).map((name) => name.slice(0, MAX_NAME_LENGTH)),
      tail: withProblems(withFailures(run.tail, cases ?? []), [
        ...problems,
        ...sandboxRemarks(run, `checks.${check.name}`),
      ]),
      log: await keepLog(run, store),
      cases: cases && (await store.put(JSON.stringify(cases), 'application/json')),
    };
  } finally {
    await run.disposeLog();
  }
}

const withFailures = (tail: string, cases: readonly TestCase[]): string => {
  const failures = reportedFailures(cases, tail);
  return failures === '' ? tail : `${tail}\n${failures}`.trimStart();
};

/** A command's whole log in the store, or null if it printed nothing. */
export const keepLog = async (run: CommandResult, store: ArtifactStore): Promise<ArtifactRef | null> =>
  run.log.bytes === 0 ? null : store.put({ file: run.log.file }, 'text/plain');

/** The end of an output with what Baton has to say about it, within the limit of a tail. */
export function withProblems(tail: string, problems: readonly string[]): string {
  const lines = problems.map((problem) => `[baton] ${problem}`.slice(0, 500)).join('\n');
  return tailOf(lines === '' ? tail : `${tail}\n${lines}`);
}

/** What is wrong with a report, and no fault of Baton's. */
const UNUSABLE = [ReportError, NotRegular, NotText];

async function casesOf(
  report: FreshReport | undefined,
  config: CheckConfig,
  cwd: string,
  secrets: readonly Secret[],
): Promise<{ cases: TestCase[] | null; problems: string[] }> {
  if (report === undefined) return { cases: null, problems: [] };
  const { files, problems: found } = await report.written();
  const cases: TestCase[] = [];
  const problems = [...found];
  for (const file of files) {
    try {
      const text = blotOut(decodeText(await readRegular(join(cwd, file))), secrets);
      const read = readReport(text, reportFormat(config.report));
      problems.push(...(read.problems ?? []).map((problem) => `of the report ${file}: ${problem}`));
      const shown = read.cases.filter(({ status }) => status === 'failed').length;
      if (read.countedFailures > shown)
        problems.push(`the report ${file} counts ${read.countedFailures} failures and shows ${shown}`);
      cases.push(...read.cases);
    } catch (error) {
      if (!UNUSABLE.some((kind) => error instanceof kind)) throw error;
      problems.push(`the report ${file} is not usable: ${(error as Error).message}`);
    }
  }
  const usable = files.length > 0 && (problems.length === 0 || cases.length > 0);
  return { cases: usable ? await relativeCases(cases, cwd) : null, problems };
}
