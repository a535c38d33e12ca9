import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { globExpression } from '../../src/checks/report-files.ts';
import { parseReport, readReport } from '../../src/checks/reports/parse-report.ts';
import { countCases, ReportError } from '../../src/checks/reports/test-report.ts';
import { basicEnv, temporaryFolder } from '../processes/helpers.ts';

describe('a JUnit report', () => {
  test('of vitest gives names without the file, and the file beside them', () => {
    const xml = `<?xml version="1.0" encoding="UTF-8" ?>
<testsuites name="vitest tests" tests="3" failures="1" errors="0" time="0.1">
  <testsuite name="test/a.test.ts" tests="3" failures="1" errors="0" skipped="1">
    <testcase classname="test/a.test.ts" name="prefs &gt; saves &quot;dark&quot; &amp; keeps it" time="0.0125"></testcase>
    <testcase classname="test/a.test.ts" name="prefs &gt; refuses"><failure message="no" type="AssertionError"><![CDATA[expected <1> & 2]]></failure></testcase>
    <testcase classname="test/a.test.ts" name="later"><skipped/></testcase>
  </testsuite>
</testsuites>`;
    expect(readReport(xml)).toEqual({
      countedFailures: 1,
      cases: [
        {
          name: 'prefs > saves "dark" & keeps it',
          file: 'test/a.test.ts',
          status: 'passed',
          durationMs: 12.5,
        },
        {
          name: 'prefs > refuses',
          file: 'test/a.test.ts',
          status: 'failed',
          message: 'no\nexpected <1> & 2',
        },
        { name: 'later', file: 'test/a.test.ts', status: 'skipped' },
      ],
    });
    expect(countCases(parseReport(xml))).toEqual({ total: 3, passing: 1, failing: 1, skipped: 1 });
  });

  test('of pytest gives class and name, and errors are failures', () => {
    const xml = `<testsuites><testsuite name="pytest" errors="1" failures="0" tests="2">
      <testcase classname="tests.test_a.TestA" name="test_b" time="0.001" />
      <testcase classname="" name="tests/test_c.py"><error message="collection failure">trace</error></testcase>
    </testsuite></testsuites>`;
    expect(parseReport(xml).map(({ name, status }) => [name, status])).toEqual([
      ['tests.test_a.TestA > test_b', 'passed'],
      ['pytest > tests/test_c.py', 'failed'],
    ]);
  });

  test('may be a lone case, and have counters in its suites only', () => {
    expect(readReport('<testcase name="a"/>')).toEqual({
      cases: [{ name: 'a', status: 'passed' }],
      countedFailures: 0,
    });
    const nested =
      '<testsuites><testsuite name="s" failures="1" errors="1"><testcase name="a"/></testsuite></testsuites>';
    expect(readReport(nested).countedFailures).toBe(2);
    expect(readReport('<testcase name="a"><failure>boom</failure></testcase>').cases).toEqual([
      { name: 'a', status: 'failed', message: 'boom' },
    ]);
  });

  test.each('js jsx ts tsx mjs cjs mts cts py rb go rs java kt php cs sh'.split(' '))(
    'takes a suite that is called as a file of .%s for that file',
    (ending) => {
      const xml = (name: string) => `<testsuite name="${name}"><testcase name="a"/></testsuite>`;
      expect(parseReport(xml(`test/x.${ending}`))).toEqual([
        { name: 'a', file: `test/x.${ending}`, status: 'passed' },
      ]);
      expect(parseReport(xml(`x y.${ending}`))).toEqual([{ name: `x y.${ending} > a`, status: 'passed' }]);
    },
  );

  test('of node:test, as it really writes it, gives nested suites', () => {
    const folder = temporaryFolder();
    // A test project's source, run below by node:test: one case has to fail and one be skipped for its report to
    // tell of both, and both are expected below. No case of this suite is left out.
    writeFileSync(
      join(folder, 'a.test.mjs'),
      `import { describe, it } from 'node:test';
       describe('outer', () => { describe('inner', () => { it('works', () => {}); it('breaks', () => { throw new Error('x < y'); }); it.skip('waits'); }); });
       it('alone', () => {});`,
    );
    let xml: string;
    try {
      xml = execFileSync(process.execPath, ['--test', '--test-reporter=junit'], {
        cwd: folder,
        env: basicEnv(),
      }).toString();
    } catch (error) {
      xml = (error as { stdout: Buffer }).stdout.toString();
    }
    const cases = parseReport(xml);
    expect(cases.map(({ name, status }) => `${name}: ${status}`).sort()).toEqual([
      'alone: passed',
      'outer > inner > breaks: failed',
      'outer > inner > waits: skipped',
      'outer > inner > works: passed',
    ]);
    expect(cases.find(({ status }) => status === 'failed')?.message).toContain('x < y');
  });

  test.each([
    ['cut off', '<testsuites><testsuite name="a"><testcase name="b"', /broken/],
    ['another XML', '<project><a/></project>', /without a test suite/],
    ['empty', ' \n', /empty/],
    ['a text', 'all is well', /no format that Baton reads/],
    ['another JSON', '{"stats":{}}', /not of vitest, jest/],
    ['broken JSON', '{"testResults":[', /can't be read/],
    ['suites without end', `${'<testsuite>'.repeat(5000)}${'</testsuite>'.repeat(5000)}`, /./],
  ])('that is %s is refused with a reason', (_, text, reason) => {
    expect(() => parseReport(text)).toThrow(ReportError);
    expect(() => parseReport(text)).toThrow(reason);
  });

  test('of entities that grow without bounds does no harm', () => {
    const entities = Array.from(
      { length: 9 },
      (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
    ).join('');
    const xml = `<!DOCTYPE x [<!ENTITY e0 "lol">${entities}]><testsuite><testcase name="&e9;"/></testsuite>`;
    const began = Date.now();
    try {
      expect(JSON.stringify(parseReport(xml)).length).toBeLessThan(10_000);
    } catch (error) {
      expect(error).toBeInstanceOf(ReportError);
    }
    expect(Date.now() - began).toBeLessThan(2000);
  });

  test('is read or refused with a ReportError, whatever it holds', () => {
    const tag = fc.constantFrom(
      '<testsuite>',
      '</testsuite>',
      '<testcase name="x"/>',
      '<testcase>',
      '</testcase>',
      '<failure/>',
      '<![CDATA[',
      ']]>',
      '&#0;',
      '&x;',
      '<skipped',
      ' a="1"',
      '<?xml?>',
    );
    const soup = fc.array(fc.oneof(tag, fc.string()), { maxLength: 12 }).map((parts) => `<${parts.join('')}`);
    const wrapped = soup.map((text) => `<testsuites>${text.slice(1)}</testsuites>`);
    const json = fc.anything().map((value) => `{"testResults":${JSON.stringify(value) ?? 'null'}}`);
    fc.assert(
      fc.property(fc.oneof(soup, wrapped, json, fc.string()), (text) => {
        try {
          expect(Array.isArray(parseReport(text))).toBe(true);
        } catch (error) {
          if (!(error instanceof ReportError)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('gives back every name that it was given', () => {
    const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
    const name = fc.string({ unit: fc.constantFrom(...'abc &<>"\'é1;#x'), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        fc.array(
          name.filter((text) => text.trim() !== ''),
          { minLength: 1 },
        ),
        (names) => {
          const xml = `<testsuite>${names.map((one) => `<testcase name="${escaped(one)}"/>`).join('')}</testsuite>`;
          expect(parseReport(xml).map((one) => one.name)).toEqual(
            names.map((one) => one.replace(/\s+/g, ' ').trim()),
          );
        },
      ),
    );
  });
});

test('the JSON of vitest gives names by their titles, and a file that did not load fails', () => {
  const report = {
    success: false,
    numFailedTests: 0,
    testResults: [
      {
        name: '/r/a.test.ts',
        status: 'passed',
        assertionResults: [
          {
            ancestorTitles: ['outer', 'inner'],
            title: 'works',
            fullName: 'outer inner works',
            status: 'passed',
            duration: 1.5,
          },
          { ancestorTitles: [], title: 'todo', status: 'todo', failureMessages: [] },
        ],
      },
      { name: '/r/b.test.ts', status: 'failed', message: 'SyntaxError', assertionResults: [] },
    ],
  };
  expect(readReport(JSON.stringify(report))).toEqual({
    countedFailures: 1,
    cases: [
      { name: 'outer > inner > works', file: '/r/a.test.ts', status: 'passed', durationMs: 1.5 },
      { name: 'todo', file: '/r/a.test.ts', status: 'skipped' },
      { name: '/r/b.test.ts', status: 'failed', message: 'SyntaxError' },
    ],
  });
});

describe('a test that was run again', () => {
  const outcome = (xml: string) => {
    const { cases, countedFailures } = readReport(xml);
    const text = cases.map(({ name, status, flaky }) => `${name}: ${status}${flaky ? ', flaky' : ''}`);
    return { countedFailures, cases: text };
  };
  const go = (inner: string, failures: number) =>
    `<testsuites tests="9" failures="${failures}" errors="0"><testsuite name="example.com/shop/p" failures="${failures}">
       <properties><property name="go.version" value="go1.26.8 linux/amd64"></property></properties>${inner}
     </testsuite></testsuites>`;
  const attempt = (name: string, failure = '') =>
    `<testcase classname="example.com/shop/p" name="${name}" time="0.000000">${failure}</testcase>`;
  const failed = '<failure message="Failed" type="">first try</failure>';

  test('passed and is flaky in the form of surefire, with the failure of before', () => {
    const xml = `<testsuite name="FlakyTest" tests="3" errors="0" skipped="0" failures="0">
      <testcase name="flakes" classname="FlakyTest" time="0.001">
        <flakyFailure message="first try" type="AssertionFailedError"><stackTrace><![CDATA[at FlakyTest.java:4]]></stackTrace></flakyFailure>
      </testcase>
      <testcase name="throwsOnce" classname="FlakyTest"><flakyError message="boom" type="X"/></testcase>
      <testcase name="fine" classname="FlakyTest" time="0.002"/>
    </testsuite>`;
    expect(outcome(xml)).toEqual({
      countedFailures: 0,
      cases: [
        'FlakyTest > flakes: passed, flaky',
        'FlakyTest > throwsOnce: passed, flaky',
        'FlakyTest > fine: passed',
      ],
    });
    expect(parseReport(xml)[0]?.message).toBe('first try\nat FlakyTest.java:4');
    expect(outcome(xml.replace('failures="0"', 'failures="2"')).countedFailures).toBe(0);
  });

  test('stays failed in the form of surefire if it never passed', () => {
    const xml = `<testsuite name="RedTest" tests="1" errors="0" failures="1"><testcase name="red" classname="RedTest">
      <failure message="always">at RedTest</failure><rerunFailure message="always"/><rerunError message="boom"/>
    </testcase></testsuite>`;
    expect(outcome(xml)).toEqual({ countedFailures: 1, cases: ['RedTest > red: failed'] });
  });

  test('passed and is flaky in the form of gotestsum, whose counters know the first try', () => {
    const inner = [
      attempt('TestFlaky/sub_b', failed),
      attempt('TestFlaky', failed),
      attempt('TestFine'),
      attempt('TestFlaky/sub_b'),
      attempt('TestFlaky'),
    ].join('');
    expect(outcome(go(inner, 2))).toEqual({
      countedFailures: 0,
      cases: [
        'example.com/shop/p > TestFine: passed',
        'example.com/shop/p > TestFlaky/sub_b: passed, flaky',
        'example.com/shop/p > TestFlaky: passed, flaky',
      ],
    });
    expect(parseReport(go(inner, 2))[1]?.message).toBe('Failed\nfirst try');
    // One more than the first tries: a failure that no case shows.
    expect(outcome(go(inner, 3)).countedFailures).toBe(1);
  });

  test('is listed once in the form of gotestsum if it failed each time', () => {
    const inner = attempt('TestRed', failed).repeat(3) + attempt('TestFlaky', failed) + attempt('TestFlaky');
    expect(outcome(go(inner, 4))).toEqual({
      countedFailures: 1,
      cases: ['example.com/shop/p > TestRed: failed', 'example.com/shop/p > TestFlaky: passed, flaky'],
    });
  });

  test('stays red if it passed first and failed later', () => {
    expect(outcome(go(attempt('TestA') + attempt('TestA', failed), 1))).toEqual({
      countedFailures: 1,
      cases: ['example.com/shop/p > TestA: passed', 'example.com/shop/p > TestA: failed'],
    });
  });

  test('is another test if its class is another, or if the report is not of Go', () => {
    const other = attempt('TestA').replace('shop/p"', 'shop/q"');
    expect(outcome(go(attempt('TestA', failed) + other, 1)).countedFailures).toBe(1);
    const twice = go(attempt('TestA', failed) + attempt('TestA'), 1);
    expect(outcome(twice).countedFailures).toBe(0);
    expect(outcome(twice.replace('go.version', 'os')).cases).toEqual([
      'example.com/shop/p > TestA: failed',
      'example.com/shop/p > TestA: passed',
    ]);
  });

  test('is not looked for in another package of the report', () => {
    const base = (name: string, inner: string) =>
      `<testsuite name="${name}"><properties><property name="go.version" value="go1.26"/></properties>${inner}</testsuite>`;
    const one = '<testcase classname="util" name="TestA"';
    const xml = `<testsuites failures="1">${base('a/util', `${one}>${failed}</testcase>`)}${base('b/util', `${one}/>`)}</testsuites>`;
    expect(outcome(xml)).toEqual({
      countedFailures: 1,
      cases: ['util > TestA: failed', 'util > TestA: passed'],
    });
  });
});

test.each([
  ['**/*.xml', 'a.xml', true],
  ['**/*.xml', 'a/b/c.xml', true],
  ['reports/*.xml', 'reports/a/b.xml', false],
  ['r/{a,b}-?.xml', 'r/b-1.xml', true],
  ['r/{a,b*}.xml', 'r/bcd.xml', true],
  ['a.b/(c).xml', 'axb/(c).xml', false],
  ['reports/**', 'reports/x/y', true],
  ['reports/**', 'x/reports/y', false],
  ['a**b', 'a/x/b', true],
  ['r?.xml', 'r/.xml', false],
  ['r?.xml', 'r.xml', false],
  ['a.xml', 'a.xml.bak', false],
  ['r/{a,b}.xml', 'r/c.xml', false],
  ['r/{a,b}.xml', 'r/a,b.xml', false],
  ['r/{a,b.xml', 'r/{a,b.xml', true],
  ['r/{.?}/**/x', 'r/.a/x', true],
  ['a+[b]^$|\\', 'a+[b]^$|\\', true],
])('the glob %s on %s: %s', (glob, path, matches) => {
  expect(globExpression(glob).test(path)).toBe(matches);
});
