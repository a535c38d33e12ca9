import { type FinalResults, Parser, type Result } from 'tap-parser';
import type { TestCase } from '../../domain/checks.ts';
import { isCodeFile } from '../name-words.ts';
import { type ParsedReport, ReportError, testCase } from './test-report.ts';
import { MAX_DEPTH } from './xml.ts';

/**
 * The Test Anything Protocol, versions 12 to 14, with subtests. A subtest's own line is a test only if the subtest is
 * empty, or failed though nothing in it did. Tests with the protocol's directive for work to come are
 * skipped ones, also if they failed.
 */
export function parseTap(text: string): ParsedReport {
  const cases: TestCase[] = [];
  const problems: string[] = [];
  const parser = new Parser();
  collect(parser, { names: [], file: undefined }, cases, problems, 0);
  parser.end(text);
  return { cases, countedFailures: 0, ...(problems.length > 0 ? { problems } : {}) };
}

interface Place {
  readonly names: readonly string[];
  readonly file: string | undefined;
}

function collect(parser: Parser, place: Place, cases: TestCase[], problems: string[], depth: number): void {
  if (depth > MAX_DEPTH) throw new ReportError(`its subtests are nested deeper than ${MAX_DEPTH}`);
  /** The subtest whose own line comes next, and where its tests begin. */
  let subtest: { readonly name: string; readonly from: number } | undefined;
  parser.on('child', (child: Parser) => {
    subtest = { name: child.name, from: cases.length };
    collect(child, inside(place, child.name), cases, problems, depth + 1);
  });
  parser.on('assert', (result: Result) => {
    const own = subtest === undefined ? [] : cases.slice(subtest.from);
    subtest = undefined;
    const isShown = result.ok || own.some(({ status }) => status === 'failed');
    if (own.length > 0 && isShown) return;
    cases.push(readResult(result, place));
  });
  parser.on('complete', (results: FinalResults) => {
    if (depth === 0 && results.bailout)
      cases.push(testCase({ names: ['bail out'], status: 'failed', message: bailoutText(results.bailout) }));
    problems.push(...problemsIn(results, place.names));
  });
}

const inside = ({ names, file }: Place, name: string): Place =>
  names.length === 0 && isCodeFile(name) ? { names, file: name } : { names: [...names, name], file };

const bailoutText = (bailout: unknown): string =>
  typeof bailout === 'string' && bailout !== '' ? bailout : 'the tests were given up';

function readResult(result: Result, { names, file }: Place): TestCase {
  const skipped = Boolean(result.skip) || Boolean(result.todo);
  const name = result.name === '' ? `test ${result.id}` : result.name;
  const isFile = names.length === 0 && isCodeFile(name);
  const diagnosis = (typeof result.diag === 'object' && result.diag !== null ? result.diag : {}) as Readonly<
    Record<string, unknown>
  >;
  const milliseconds = result.time ?? diagnosis.duration_ms;
  return testCase({
    names: [...names, name],
    file: isFile ? name : file,
    status: skipped ? 'skipped' : result.ok ? 'passed' : 'failed',
    seconds: typeof milliseconds === 'number' ? milliseconds / 1000 : undefined,
    message: result.ok || skipped ? undefined : messageIn(diagnosis),
  });
}

const messageIn = (diagnosis: Readonly<Record<string, unknown>>): string | undefined =>
  ['message', 'error', 'stack', 'diff'].map((key) => diagnosis[key]).find((text) => typeof text === 'string');

/** What the protocol itself complains of: a plan that is missing or wasn't kept. */
function problemsIn(results: FinalResults, names: readonly string[]): string[] {
  const where = names.length === 0 ? '' : ` in the subtest ${names.join(' > ')}`;
  const { start, end } = results.plan;
  const errors = results.failures.flatMap((failure) =>
    'tapError' in failure && failure.tapError ? [String(failure.tapError)] : [],
  );
  if (results.bailout || errors.length === 0) return [];
  if (end === null || end === undefined || errors.includes('no plan'))
    return [`it has no plan${where}: it is cut off, or its producer ended before the last test`];
  const planned = Math.max(0, end - (start ?? 1) + 1);
  if (planned !== results.count)
    return [`its plan${where} says ${planned} tests, and it has ${results.count}: it may be cut off`];
  return errors.map((error) => `it breaks the protocol${where}: ${error}`);
}
