import type { TestCase } from '../../domain/checks.ts';
import type { TestReportFormat } from '../../domain/report-formats.ts';
import { parseGoTest } from './parse-go-test.ts';
import { parseJestJson } from './parse-jest-json.ts';
import { parseJunit } from './parse-junit.ts';
import { parseMochaJson } from './parse-mocha-json.ts';
import { parseNunit } from './parse-nunit.ts';
import { parsePlaywrightJson } from './parse-playwright-json.ts';
import { parseRspecJson } from './parse-rspec-json.ts';
import { parseTap } from './parse-tap.ts';
import { parseTrx } from './parse-trx.ts';
import { parseXunit } from './parse-xunit.ts';
import { type ParsedReport, ReportError } from './test-report.ts';
import { parseXml, type XmlNode } from './xml.ts';

/**
 * Test cases of a report, in any format of docs/reports.md.
 *
 * @param format - absent: told by the content
 * @throws ReportError if it is none, or another than `format`
 */
export const parseReport = (text: string, format?: TestReportFormat): TestCase[] => [
  ...readReport(text, format).cases,
];

/** As {@link parseReport}, with the report's own count of failures. */
export function readReport(text: string, format?: TestReportFormat): ParsedReport {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  if (start === '') throw new ReportError('it is empty: its tool ended before it wrote a result');
  try {
    return readAs(start, format);
  } catch (cause) {
    if (cause instanceof ReportError) throw cause;
    // A parser gives up on nesting or entities in ways of its own; it is no report either way.
    const cut = cause instanceof SyntaxError ? '; it may be cut off' : '';
    throw new ReportError(`it can't be read: ${(cause as Error).message}${cut}`, { cause });
  }
}

function readAs(text: string, format: TestReportFormat | undefined): ParsedReport {
  const read = formOf(text);
  if (read === undefined) throw new ReportError(`it is in no format that Baton reads (${KNOWN})`);
  if (format !== undefined && !read.formats.includes(format))
    throw new ReportError(
      `it is not in the format \`${format}\` that its \`report.format\` names, but looks like ${read.formats[0]}`,
    );
  return read.parse();
}

const KNOWN =
  'JUnit XML, TRX, NUnit, xunit.net, TAP, `go test -json`, or the JSON of vitest, jest, mocha, playwright or RSpec';

interface Form {
  readonly formats: readonly TestReportFormat[];
  readonly parse: () => ParsedReport;
}

const GO_EVENT = /^\{"(?:Time|ImportPath|Action)":.*"Action":|^\{"Action":/m;
const TAP = /^(?:TAP version \d+|1\.\.\d+|(?:not )?ok\b)/m;

function formOf(text: string): Form | undefined {
  if (text.startsWith('<')) return xmlForm(parseXml(text));
  if (GO_EVENT.test(text.slice(0, START))) return { formats: ['go-test'], parse: () => parseGoTest(text) };
  if (text.startsWith('{')) return jsonForm(JSON.parse(text) as object);
  return TAP.test(text) ? { formats: ['tap'], parse: () => parseTap(text) } : undefined;
}
/** Other output may stand before the first event. */
const START = 64 * 1024;

function xmlForm(document: XmlNode): Form {
  const has = (...names: readonly string[]) => names.some((name) => name in document);
  if (has('testsuites', 'testsuite', 'testcase'))
    return { formats: ['junit'], parse: () => parseJunit(document) };
  if (has('TestRun')) return { formats: ['trx'], parse: () => parseTrx(document) };
  if (has('test-run', 'test-results')) return { formats: ['nunit'], parse: () => parseNunit(document) };
  if (has('assemblies', 'assembly')) return { formats: ['xunit'], parse: () => parseXunit(document) };
  const [root = 'nothing'] = Object.keys(document).filter((name) => !name.startsWith('?'));
  throw new ReportError(`it is XML without a test suite: its root is <${root.slice(0, 100)}>`);
}

function jsonForm(json: object): Form {
  if ('testResults' in json) return { formats: ['jest', 'vitest'], parse: () => parseJestJson(json) };
  if ('stats' in json && 'tests' in json) return { formats: ['mocha'], parse: () => parseMochaJson(json) };
  if ('suites' in json && 'config' in json)
    return { formats: ['playwright'], parse: () => parsePlaywrightJson(json) };
  if ('examples' in json) return { formats: ['rspec'], parse: () => parseRspecJson(json) };
  throw new ReportError('it is JSON, but not of vitest, jest, mocha, playwright, RSpec or `go test -json`');
}
