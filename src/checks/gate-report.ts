import { join } from 'node:path';
import { type GateConfig, reportFormat } from '../domain/config.ts';
import { errorText } from '../domain/error-text.ts';
import { figureAt } from '../domain/judge.ts';
import { readRegular } from '../files/regular-file.ts';
import type { CommandResult } from '../processes/command.ts';
import { lastJsonDocument } from '../processes/json-document.ts';
import { blotOut, type Secret } from '../processes/secrets/secrets.ts';
import { isCoverageSummary } from './coverage/coverage-summary.ts';
import {
  type Coverage,
  type CoverageSummary,
  coverageSummaryOf,
  summaryOfPercentages,
} from './coverage/model.ts';
import { type GateFigures, ofJson, readFigures } from './coverage/parse-coverage.ts';
import { decodeText, NotText } from './decode-text.ts';
import type { FreshReport } from './report-files.ts';
import { pathsInTree } from './report-paths.ts';
import { ReportError } from './reports/test-report.ts';

/** What a gate's command measured. */
export interface Measured {
  /** The number at a path, or null. */
  readonly figure: (path: string) => number | null;
  /** Where it measured coverage. */
  readonly summary?: CoverageSummary | undefined;
  /** Why a figure may be missing, or nothing can be read; empty where all is well. */
  readonly problems: readonly string[];
  /** Whether there is something to read figures from. */
  readonly isRead: boolean;
}

/** Reads what a gate's command wrote into its report, or printed. */
export async function measuredBy(
  run: CommandResult,
  report: FreshReport | undefined,
  config: GateConfig,
  cwd: string,
  secrets: readonly Secret[],
): Promise<Measured> {
  if (report === undefined) return printed(run);
  const { files, problems } = await report.written();
  const read: (readonly [string, GateFigures])[] = [];
  for (const file of files) {
    try {
      // First: the error of a parser quotes the text, cut.
      const text = blotOut(decodeText(await readRegular(join(cwd, file))), secrets);
      read.push([file, readFigures(text, reportFormat(config.report))]);
    } catch (error) {
      return unread(`the report ${file} ${whyUnread(error)}`);
    }
  }
  const [only, ...others] = read;
  if (only === undefined)
    return unread(...(problems.length > 0 ? problems : ['the command wrote no report']));
  if (problems.length > 0) return unread(...problems);
  if (others.length === 0) return ofOne(only[1], only[0]);
  return await ofSeveral(read, cwd);
}

function printed(run: CommandResult): Measured {
  const json = lastJsonDocument(run.stdout);
  if (json !== undefined) return ofOne(ofJson(json), 'on its standard output');
  const cut = run.stdoutCut ? ' (only the last 4 Mi characters were kept)' : '';
  return unread(`the command printed no JSON on its standard output${cut}`);
}

const unread = (...problems: readonly string[]): Measured => ({
  figure: () => null,
  problems,
  isRead: false,
});

function whyUnread(error: unknown): string {
  if (!(error instanceof ReportError || error instanceof NotText))
    return `can't be read: ${errorText(error)}`;
  const { message } = error;
  return message.startsWith('it ') ? message.slice('it '.length) : `is not usable: ${message}`;
}

function ofOne({ json, coverage, problem }: GateFigures, file: string): Measured {
  const summary = isCoverageSummary(json) ? json : coverage && summaryFrom(coverage);
  return {
    figure: (path) => figureAt(json, path) ?? figureAt(summary, path),
    summary,
    problems: problem === undefined ? [] : [`the report ${file}: ${problem}`],
    isRead: true,
  };
}

const summaryFrom = (coverage: Coverage): CoverageSummary =>
  'files' in coverage ? coverageSummaryOf([coverage.files]) : summaryOfPercentages(coverage.percentages);

/** Reports of packages or test runs, as one. */
async function ofSeveral(read: readonly (readonly [string, GateFigures])[], cwd: string): Promise<Measured> {
  const names = read.map(([file]) => file).join(', ');
  const files = read.flatMap(([, { coverage }]) => (coverage && 'files' in coverage ? [coverage.files] : []));
  if (files.length < read.length)
    return unread(
      `the command wrote ${read.length} reports (${names}), and only coverage with its files can be put together: name one of them`,
    );
  const inTree = await pathsInTree(
    cwd,
    files.flat().map(({ file }) => file),
  );
  try {
    const summary = coverageSummaryOf(
      files.map((all) => all.map((one) => ({ ...one, file: inTree(one.file) }))),
    );
    return { figure: (path) => figureAt(summary, path), summary, problems: [], isRead: true };
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return unread(`the reports ${names} can't be put together: ${error.message}`);
  }
}
