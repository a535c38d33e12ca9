import type { TestCase } from '../../domain/checks.ts';
import { isCodeFile } from '../name-words.ts';
import { type Attempt, foldRepeated, foldReruns } from './fold-reruns.ts';
import { byProject } from './projects.ts';
import { type ParsedReport, ReportError, testCase } from './test-report.ts';
import { attribute, MAX_DEPTH, nodes, numberAt, secondsOf, type XmlNode } from './xml.ts';

/** JUnit XML in the dialects of the usual runners. @throws ReportError if its suites are nested without end */
export function parseJunit(document: XmlNode): ParsedReport {
  const [root] = nodes(document, 'testsuites');
  const isOfNode = root !== undefined && hasNodesClass(root);
  const found: Found = { cases: [], overcome: new Map(), isOfNode };
  const top: Place = {
    names: [],
    file: undefined,
    host: undefined,
    isOfPytest: root !== undefined && attribute(root, 'name') === 'pytest tests',
    depth: 0,
  };
  if (root !== undefined) collect(root, top, found);
  collect(document, top, found);
  const roots = [
    ...(root === undefined ? [] : [root]),
    ...nodes(root, 'testsuite'),
    ...nodes(document, 'testsuite'),
  ];
  const counted = roots.map((suite) => failuresOf(suite) - (found.overcome.get(suite) ?? 0));
  return { cases: byProject(found.cases), countedFailures: Math.max(0, ...counted) };
}

interface Place {
  readonly names: readonly string[];
  readonly file: string | undefined;
  /** What the suite calls its host: playwright puts its project there. */
  readonly host: string | undefined;
  readonly isOfPytest: boolean;
  readonly depth: number;
}

interface Found {
  readonly cases: { readonly case: TestCase; readonly project: string | undefined }[];
  /** Failures in a suite that make nothing red: overcome by a later attempt, repeated, or planned. */
  readonly overcome: Map<XmlNode, number>;
  /** node:test writes `&quot;` in names twice as an entity. */
  readonly isOfNode: boolean;
}

/** Returns the number of overcome failures, those of suites inside included. */
function collect(node: XmlNode, place: Place, found: Found): number {
  if (place.depth > MAX_DEPTH) throw new ReportError(`its suites are nested deeper than ${MAX_DEPTH}`);
  const elements = nodes(node, 'testcase');
  const attempts = elements.map((one) => ({
    test: JSON.stringify([attribute(one, 'classname'), attribute(one, 'name')]),
    case: readCase(one, place, found.isOfNode),
  }));
  const cases = folded(node, place, attempts);
  for (const one of cases) found.cases.push({ case: one, project: place.host });
  let overcome = attempts.length - cases.length + attempts.filter((one) => one.case.flaky === true).length;
  overcome += elements.filter(
    (one, index) => hasFailed(one) && attempts[index]?.case.status === 'skipped',
  ).length;
  for (const suite of nodes(node, 'testsuite')) {
    const name = plain(attribute(suite, 'name') ?? '', found.isOfNode);
    const file = attribute(suite, 'file') ?? (isCodeFile(name) ? name : place.file);
    const names = name === '' || isCodeFile(name) ? place.names : [...place.names, name];
    const host = attribute(suite, 'hostname') ?? place.host;
    const isOfPytest = place.isOfPytest || name === 'pytest';
    overcome += collect(suite, { names, file, host, isOfPytest, depth: place.depth + 1 }, found);
  }
  found.overcome.set(node, overcome);
  return overcome;
}

const folded = (suite: XmlNode, { isOfPytest }: Place, attempts: readonly Attempt[]): readonly TestCase[] => {
  if (isOfPytest) return foldRepeated(attempts);
  return isOfGo(suite) ? foldReruns(attempts) : attempts.map((one) => one.case);
};

/** In a package of Go no two tests have one name, so a name that stands twice is a test that was run again. */
const isOfGo = (suite: XmlNode): boolean =>
  nodes(suite, 'properties').some((properties) =>
    nodes(properties, 'property').some((property) => attribute(property, 'name') === 'go.version'),
  );

const hasNodesClass = (node: XmlNode): boolean =>
  attribute(node, 'classname') === 'test' ||
  nodes(node, 'testcase').some(hasNodesClass) ||
  nodes(node, 'testsuite').some(hasNodesClass);

const plain = (text: string, isOfNode: boolean): string => (isOfNode ? text.replaceAll('&quot;', '"') : text);

const failuresIn = (node: XmlNode): XmlNode[] => [...nodes(node, 'failure'), ...nodes(node, 'error')];
const hasFailed = (node: XmlNode): boolean => failuresIn(node).length > 0;

/** How CTest and Google Test mark a test that they didn't run. */
const NOT_RUN = new Set(['notrun', 'disabled', 'suppressed', 'skipped']);

/** `<skipped/>` has no content, so it may be an empty text instead of a node. */
function statusOf(node: XmlNode): TestCase['status'] {
  const skipped = nodes(node, 'skipped');
  // node:test reports a test that is expected to fail as both.
  if (skipped.some((one) => attribute(one, 'type') === 'todo')) return 'skipped';
  // CTest calls it skipped, and ends with an error because of it.
  if (skipped.some((one) => attribute(one, 'message') === 'Unable to find executable')) return 'failed';
  if (hasFailed(node)) return 'failed';
  const isNotRun = ['status', 'result'].some((name) => NOT_RUN.has(attribute(node, name) ?? ''));
  return skipped.length > 0 || isNotRun ? 'skipped' : 'passed';
}

function readCase(node: XmlNode, { names, file }: Place, isOfNode: boolean): TestCase {
  const classname = attribute(node, 'classname') ?? '';
  const status = statusOf(node);
  // Surefire, Gradle and nextest put the failures of earlier attempts here if the last attempt passed.
  const overcome = [...nodes(node, 'flakyFailure'), ...nodes(node, 'flakyError')];
  const first = failuresIn(node)[0] ?? overcome[0];
  return testCase({
    names: [...suiteNames(node, names, classname), plain(attribute(node, 'name') ?? '', isOfNode)],
    file: attribute(node, 'file') ?? (isCodeFile(classname) ? classname : file),
    status,
    seconds: secondsOf(node, 'time'),
    message: first === undefined ? undefined : plain(messageOf(first), isOfNode),
    flaky: status === 'passed' && overcome.length > 0,
  });
}

/**
 * The class name tells the suite better than the suites' names do where a runner gives it (pytest, surefire,
 * jest-junit). It tells nothing where it is a file (vitest) or a constant (node:test writes `test`), or repeats the
 * test's name (CTest, whose suite is the machine's; mocha-junit-reporter).
 */
function suiteNames(node: XmlNode, names: readonly string[], classname: string): readonly string[] {
  const name = attribute(node, 'name') ?? '';
  if (classname === name && classname !== '') return [];
  // PHPUnit has the class as a suite too, inside of suites named by the machine's paths.
  if (attribute(node, 'class') !== undefined && classname !== '') return [classname];
  if (classname === '' || classname === 'test' || isCodeFile(classname) || names.includes(classname))
    return names;
  if (name.endsWith(` ${classname}`)) return names;
  return names.length <= 1 ? [classname] : [...names, classname];
}

const messageOf = (bad: XmlNode) =>
  [attribute(bad, 'message'), bad['#text'], bad.stackTrace]
    .filter((text) => typeof text === 'string' && text !== '')
    .join('\n');

const failuresOf = (suite: XmlNode) => numberAt(suite, 'failures') + numberAt(suite, 'errors');
