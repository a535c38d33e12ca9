import type { TestCase } from '../../domain/checks.ts';
import { type ParsedReport, ReportError, testCase, withoutPrefix } from './test-report.ts';
import { attribute, childText, MAX_DEPTH, nodes, numberAt, secondsOf, type XmlNode } from './xml.ts';

const FAILED = new Set(['Failed', 'Failure', 'Error', 'Cancelled', 'NotRunnable', 'Invalid']);
const PASSED = new Set(['Passed', 'Success', 'Warning']);

/** The XML of NUnit 3 (`test-run`) and of NUnit 2 (`test-results`). */
export function parseNunit(document: XmlNode): ParsedReport {
  const [run = {}] = [...nodes(document, 'test-run'), ...nodes(document, 'test-results')];
  const cases = casesIn(run, 0);
  const counted = 'test-run' in document ? ['failed'] : ['failures', 'errors', 'invalid'];
  return { cases, countedFailures: counted.reduce((sum, name) => sum + numberAt(run, name), 0) };
}

function casesIn(node: XmlNode, depth: number): TestCase[] {
  if (depth > MAX_DEPTH) throw new ReportError(`its suites are nested deeper than ${MAX_DEPTH}`);
  // NUnit 2 has an element `results` between a suite and what is in it.
  const inside = [node, ...nodes(node, 'results')];
  const cases = inside.flatMap((one) => nodes(one, 'test-case').map(readCase));
  const suites = inside.flatMap((one) => nodes(one, 'test-suite'));
  return [...cases, ...suites.flatMap((suite) => suiteCases(suite, depth + 1))];
}

/** A suite that failed by itself, in its set-up or tear-down, is red also if no test of it is. */
function suiteCases(suite: XmlNode, depth: number): TestCase[] {
  const cases = casesIn(suite, depth);
  const isRed = cases.some(({ status }) => status === 'failed');
  const failures = nodes(suite, 'failure');
  if (isRed || failures.length === 0) return cases;
  const name = attribute(suite, 'fullname') ?? attribute(suite, 'name');
  return [...cases, testCase({ names: [name], status: 'failed', message: messageIn(suite) })];
}

function readCase(node: XmlNode): TestCase {
  const name = attribute(node, 'name') ?? '';
  const suite = attribute(node, 'classname') ?? classIn(attribute(node, 'fullname') ?? name);
  const results = [attribute(node, 'result') ?? '', (attribute(node, 'label') ?? '').split('(')[0] ?? ''];
  const failed = results.some((result) => FAILED.has(result)) || nodes(node, 'failure').length > 0;
  return testCase({
    names: [suite, withoutPrefix(name, suite)],
    status: failed ? 'failed' : PASSED.has(results[0] ?? '') ? 'passed' : 'skipped',
    seconds: secondsOf(node, 'duration') ?? secondsOf(node, 'time'),
    message: messageIn(node),
  });
}

/** The class in a full name such as `Shop.PriceTest.Takes("a.b")`. */
function classIn(fullname: string): string {
  const method = /^[^("]*/.exec(fullname)?.[0] ?? '';
  return method.slice(0, Math.max(0, method.lastIndexOf('.')));
}

const messageIn = (node: XmlNode): string => {
  const [failure] = nodes(node, 'failure');
  return [childText(failure, 'message'), childText(failure, 'stack-trace')]
    .filter((text) => text !== '')
    .join('\n');
};
