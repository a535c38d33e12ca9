import type { TestCase } from '../domain/checks.ts';
import { type ParsedReport, testCase } from './test-report.ts';

const RESULT = /^(\s*)(not )?ok\b\s*(\d+)?\s*(?:- )?(.*)$/;
const PLAN = /^1\.\.(\d+)/;
const SUBTEST = /^(\s*)# Subtest: (.*)$/;

/** Whether a text is of the Test Anything Protocol: it has a plan, or its version and a result. */
export const isTap = (text: string): boolean =>
  /^1\.\.\d+\s*(?:#.*)?$/m.test(text) || (/^TAP version \d+/m.test(text) && /^\s*(?:not )?ok\b/m.test(text));

/**
 * The Test Anything Protocol, as bats, ava, tap, prove and node:test write it. A test with subtests is told by these, so
 * it is no case of its own, unless it fails although they pass.
 */
export function parseTap(text: string): ParsedReport {
  const cases: TestCase[] = [];
  /** Names of the suites around a line, by indentation; and whether one below them failed. */
  const around: { readonly indent: number; readonly name: string; failed: boolean; parts: number }[] = [];
  let planned: number | undefined;
  let atTop = 0;
  let failures = 0;
  let diagnosing: string[] | undefined;
  const closeCase = () => {
    const last = cases.at(-1);
    if (diagnosing !== undefined && last?.status === 'failed' && diagnosing.length > 0)
      cases[cases.length - 1] = {
        ...testCase({ names: [last.name], status: 'failed', message: diagnosing.join('\n') }),
      };
    diagnosing = undefined;
  };
  for (const line of text.split(/\r?\n/)) {
    const subtest = SUBTEST.exec(line);
    if (subtest !== null) {
      closeCase();
      around.push({
        indent: subtest[1]?.length ?? 0,
        name: unescaped(subtest[2] ?? ''),
        failed: false,
        parts: 0,
      });
      continue;
    }
    const result = RESULT.exec(line);
    if (result === null) {
      const plan = PLAN.exec(line);
      if (plan !== null) planned = Number(plan[1]);
      else if (/^\s*Bail out!/.test(line)) failures += 1;
      else if (diagnosing !== undefined && !/^\s*(?:---|\.\.\.)\s*$/.test(line))
        diagnosing.push(line.replace(/^\s*#? ?/, ''));
      continue;
    }
    closeCase();
    const indent = result[1]?.length ?? 0;
    const { name, directive } = described(result[4] ?? '');
    const failed = result[2] !== undefined && directive !== 'todo';
    if (indent === 0) atTop += 1;
    const own = around.at(-1);
    const isSuite = own !== undefined && own.indent === indent && own.name === name;
    if (isSuite) around.pop();
    for (const suite of around) {
      suite.parts += 1;
      suite.failed ||= failed;
    }
    if (isSuite && own.parts > 0 && own.failed === failed) continue;
    cases.push(
      testCase({
        names: [...around.map((suite) => suite.name), name === '' ? `test ${result[3] ?? atTop}` : name],
        status: failed ? 'failed' : directive === undefined ? 'passed' : 'skipped',
      }),
    );
    diagnosing = [];
  }
  closeCase();
  const missing = planned === undefined ? 0 : Math.max(0, planned - atTop);
  failures += missing + cases.filter(({ status }) => status === 'failed').length;
  return { cases, countedFailures: failures };
}

const unescaped = (text: string): string => text.replace(/\\([#\\])/g, '$1').trim();

/** A description without its directive. */
function described(text: string): { readonly name: string; readonly directive?: 'skip' | 'todo' } {
  const found = /(?:^|[^\\])#\s*(skip|todo)\b/i.exec(text);
  if (found === null) return { name: unescaped(text.replace(/(?:^|\s)# (?:time=|in )\d.*$/, '')) };
  const directive = found[1]?.toLowerCase() === 'todo' ? 'todo' : 'skip';
  return { name: unescaped(text.slice(0, found.index + (found[0].startsWith('#') ? 0 : 1))), directive };
}
