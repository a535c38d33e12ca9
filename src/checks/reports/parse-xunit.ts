import type { TestCase } from '../../domain/checks.ts';
import { type ParsedReport, testCase, withoutPrefix } from './test-report.ts';
import { attribute, childText, nodes, nodesAt, numberAt, secondsOf, type XmlNode } from './xml.ts';

/** The XML of xunit.net, version 2 and later: `assemblies`, or one `assembly`. */
export function parseXunit(document: XmlNode): ParsedReport {
  const assemblies = [...nodesAt(document, 'assemblies', 'assembly'), ...nodes(document, 'assembly')];
  const cases = assemblies.flatMap((assembly) => [
    ...nodesAt(assembly, 'collection', 'test').map(readTest),
    ...nodesAt(assembly, 'errors', 'error').map(readError),
  ]);
  const countedFailures = assemblies.reduce(
    (sum, assembly) => sum + numberAt(assembly, 'failed') + numberAt(assembly, 'errors'),
    0,
  );
  return { cases, countedFailures };
}

function readTest(test: XmlNode): TestCase {
  const result = attribute(test, 'result');
  const suite = attribute(test, 'type') ?? '';
  return testCase({
    names: [suite, withoutPrefix(attribute(test, 'name') ?? '', suite)],
    file: attribute(test, 'source-file'),
    status: result === 'Pass' ? 'passed' : result === 'Fail' ? 'failed' : 'skipped',
    seconds: secondsOf(test, 'time'),
    message: messageIn(test),
  });
}

/** What broke outside of a test, such as the clean-up of a class. */
const readError = (error: XmlNode): TestCase =>
  testCase({
    names: [attribute(error, 'name') ?? '', attribute(error, 'type')],
    status: 'failed',
    message: messageIn(error),
  });

const messageIn = (node: XmlNode): string => {
  const [failure] = nodes(node, 'failure');
  return [childText(failure, 'message'), childText(failure, 'stack-trace')]
    .filter((text) => text !== '')
    .join('\n');
};
