import type { TestCase } from '../../domain/checks.ts';
import { foldReruns } from './fold-reruns.ts';
import { type ParsedReport, testCase, withoutPrefix } from './test-report.ts';
import { attribute, childText, nodes, nodesAt, numberAt, type XmlNode } from './xml.ts';

const NOT_RUN = new Set([
  'NotExecuted',
  'NotRunnable',
  'Inconclusive',
  'Pending',
  'Disconnected',
  'InProgress',
]);
const PASSED = new Set(['Passed', 'PassedButRunAborted', 'Warning', 'Completed']);

/** The TRX of Visual Studio's test platform: `dotnet test --logger trx`. A test that stands twice was run again. */
export function parseTrx(document: XmlNode): ParsedReport {
  const classes = new Map(
    nodesAt(document, 'TestRun', 'TestDefinitions', 'UnitTest').map((test) => [
      attribute(test, 'id') ?? '',
      classOf(attribute(nodes(test, 'TestMethod')[0] ?? {}, 'className') ?? ''),
    ]),
  );
  const results = nodesAt(document, 'TestRun', 'Results').flatMap((all) => resultsIn(all));
  const attempts = results.map((result) => ({
    test: JSON.stringify([attribute(result, 'testId'), attribute(result, 'testName')]),
    case: readResult(result, classes.get(attribute(result, 'testId') ?? '') ?? ''),
  }));
  const cases = foldReruns(attempts);
  const repeated = attempts.filter((one) => one.case.status === 'failed').length - failedIn(cases);
  const [summary] = nodesAt(document, 'TestRun', 'ResultSummary');
  const [counters] = nodes(summary, 'Counters');
  const counted = ['failed', 'error', 'timeout', 'aborted'].reduce(
    (sum, name) => sum + numberAt(counters, name),
    0,
  );
  // The run itself failed, such as a process that crashed, and no test shows it.
  const crashed =
    summary !== undefined && ['Failed', 'Error', 'Aborted'].includes(attribute(summary, 'outcome') ?? '');
  const shown = counted - repeated;
  return { cases, countedFailures: Math.max(shown, crashed && repeated === 0 ? 1 : 0) };
}

const failedIn = (cases: readonly TestCase[]): number =>
  cases.filter(({ status }) => status === 'failed').length;

/** A data-driven test has one result for all its rows, with the rows' inside. */
const resultsIn = (node: XmlNode): XmlNode[] =>
  ['UnitTestResult', 'TestResultAggregation', 'GenericTestResult', 'WebTestResult'].flatMap((name) =>
    nodes(node, name).flatMap((result) => {
      const inner = nodes(result, 'InnerResults').flatMap(resultsIn);
      return inner.length > 0 ? inner : [result];
    }),
  );

/** Older loggers put the assembly behind the class: `Shop.PriceTest, Shop.Tests, Version=1.0.0.0`. */
const classOf = (name: string): string => name.split(',')[0] ?? '';

function readResult(result: XmlNode, suite: string): TestCase {
  const outcome = attribute(result, 'outcome') ?? 'Failed';
  const [info] = nodesAt(result, 'Output', 'ErrorInfo');
  return testCase({
    names: [suite, withoutPrefix(attribute(result, 'testName') ?? '', suite)],
    status: PASSED.has(outcome) ? 'passed' : NOT_RUN.has(outcome) ? 'skipped' : 'failed',
    seconds: durationOf(attribute(result, 'duration')),
    message: [childText(info, 'Message'), childText(info, 'StackTrace')]
      .filter((text) => text !== '')
      .join('\n'),
  });
}

/** `00:00:01.2345678`, as .NET writes a span of time. */
function durationOf(text: string | undefined): number | undefined {
  const match = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:[.,]\d+)?)$/.exec(text ?? '');
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number((part ?? '0').replace(',', '.')));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}
