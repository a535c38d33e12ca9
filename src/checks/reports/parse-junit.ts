import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { TestCase } from '../domain/checks.ts';
import { foldReruns } from './junit-reruns.ts';
import { type ParsedReport, ReportError, testCase } from './test-report.ts';

type Node = Readonly<Record<string, unknown>>;

/** Of suites in suites; real reports have under ten. */
const MAX_DEPTH = 200;
const REPEATED = new Set(['testsuite', 'testcase', 'failure', 'error']);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseAttributeValue: false,
  parseTagValue: false,
  // Character references such as `&#10;`; the five entities of XML are always read.
  htmlEntities: true,
  processEntities: true,
  maxNestedTags: MAX_DEPTH,
  isArray: (name) => REPEATED.has(name),
});

/** JUnit XML in the dialects of the usual runners. @throws ReportError if it is cut off or another XML */
export function parseJunit(xml: string): ParsedReport {
  const valid = XMLValidator.validate(xml);
  if (valid !== true) throw new ReportError(`its XML is broken: ${valid.err.msg} (line ${valid.err.line})`);
  const document = parser.parse(xml) as Node;
  if (!('testsuites' in document) && !('testsuite' in document) && !('testcase' in document))
    throw new ReportError('it is XML without a test suite');
  const found: Found = { cases: [], overcome: new Map() };
  const root = document.testsuites;
  if (isNode(root)) collect(root, { names: [], file: undefined, depth: 0 }, found);
  collect(document, { names: [], file: undefined, depth: 0 }, found);
  const roots = [
    ...(isNode(root) ? [root] : []),
    ...nodes(root, 'testsuite'),
    ...nodes(document, 'testsuite'),
  ];
  const counted = roots.map((suite) => failuresOf(suite) - (found.overcome.get(suite) ?? 0));
  return { cases: found.cases, countedFailures: Math.max(0, ...counted) };
}

interface Place {
  readonly names: readonly string[];
  readonly file: string | undefined;
  readonly depth: number;
}

interface Found {
  readonly cases: TestCase[];
  /** Failures in a suite that a later attempt made up for, or repeated: its counters may know them. */
  readonly overcome: Map<Node, number>;
}

/** Returns the number of overcome failures, those of suites inside included. */
function collect(node: Node, place: Place, found: Found): number {
  if (place.depth > MAX_DEPTH) throw new ReportError(`its suites are nested deeper than ${MAX_DEPTH}`);
  const attempts = nodes(node, 'testcase').map((one) => ({
    test: JSON.stringify([attribute(one, 'classname'), attribute(one, 'name')]),
    case: readCase(one, place),
  }));
  const cases = isOfGo(node) ? foldReruns(attempts) : attempts.map((one) => one.case);
  for (const one of cases) found.cases.push(one);
  let overcome = attempts.length - cases.length + attempts.filter((one) => one.case.flaky === true).length;
  for (const suite of nodes(node, 'testsuite')) {
    const name = attribute(suite, 'name') ?? '';
    const file = attribute(suite, 'file') ?? (isFile(name) ? name : place.file);
    const names = name === '' || isFile(name) ? place.names : [...place.names, name];
    overcome += collect(suite, { names, file, depth: place.depth + 1 }, found);
  }
  found.overcome.set(node, overcome);
  return overcome;
}

/** In a package of Go no two tests have one name, so a name that stands twice is a test that was run again. */
const isOfGo = (suite: Node): boolean =>
  nodes(suite, 'properties').some((properties) =>
    nodes(properties, 'property').some((property) => attribute(property, 'name') === 'go.version'),
  );

function readCase(node: Node, { names, file }: Place): TestCase {
  const classname = attribute(node, 'classname') ?? '';
  const bad = [...nodes(node, 'failure'), ...nodes(node, 'error')];
  // `<skipped/>` has no content, so it may be an empty text instead of a node.
  const status = bad.length > 0 ? 'failed' : 'skipped' in node ? 'skipped' : 'passed';
  // Surefire, Gradle and nextest put the failures of earlier attempts here if the last attempt passed.
  const overcome = [...nodes(node, 'flakyFailure'), ...nodes(node, 'flakyError')];
  const first = bad[0] ?? overcome[0];
  const seconds = attribute(node, 'time');
  return testCase({
    names: [...suiteNames(names, classname), attribute(node, 'name')],
    file: attribute(node, 'file') ?? (isFile(classname) ? classname : file),
    status,
    seconds: seconds === undefined ? undefined : Number(seconds.replace(',', '.')),
    message: first === undefined ? undefined : messageOf(first),
    flaky: status === 'passed' && overcome.length > 0,
  });
}

/**
 * The class name tells the suite better than the suites' names do where a runner gives it (pytest, surefire,
 * jest-junit). It tells nothing where it is a file (vitest) or a constant (node:test writes `test`).
 */
function suiteNames(names: readonly string[], classname: string): readonly string[] {
  if (classname === '' || classname === 'test' || isFile(classname) || names.includes(classname))
    return names;
  return names.length <= 1 ? [classname] : [...names, classname];
}

const messageOf = (bad: Node) =>
  [attribute(bad, 'message'), bad['#text'], bad.stackTrace]
    .filter((text) => typeof text === 'string' && text !== '')
    .join('\n');

const failuresOf = (suite: Node) =>
  (Number(attribute(suite, 'failures')) || 0) + (Number(attribute(suite, 'errors')) || 0);

const isFile = (name: string) => /^[^\s>]+\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|php|cs|sh)$/.test(name);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

/** Children of that name; one with only text is a node with only text. */
const nodes = (of: unknown, name: string): Node[] => {
  const value = isNode(of) ? of[name] : undefined;
  const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return list.map((one) => (isNode(one) ? one : { '#text': String(one) }));
};

const attribute = (node: Node, name: string): string | undefined => {
  const value = node[`@${name}`];
  return typeof value === 'string' ? value : undefined;
};
