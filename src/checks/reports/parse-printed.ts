/** Reports of runners that have none: what they print, line by line. */
import type { TestCase } from '../../domain/checks.ts';
import { type ParsedReport, ReportError, testCase } from './test-report.ts';

const RUST_TEST = /^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)(?:,.*)?$/;
const RUST_BINARY = /^\s*(?:Running (?:unittests )?(\S+)(?: \(([^)]+)\))?|Doc-tests (\S+))$/;
const RUST_COUNT = /^running (\d+) tests?$/;
const RUST_OUTPUT = /^---- (.+?) stdout ----$/;

/** Whether a text is what `cargo test` prints. */
export const isCargoTest = (text: string): boolean =>
  text.split(/\r?\n/).some((line) => RUST_COUNT.test(line));

/** What `cargo test` prints, standard error included: cases are told apart by the crate whose tests they are. */
export function parseCargoTest(text: string): ParsedReport {
  const cases: TestCase[] = [];
  const places = new Map<string, number>();
  const outputs = new Map<number, string[]>();
  let binary = '';
  let unended = 0;
  let output: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    const started = RUST_BINARY.exec(line);
    if (started !== null) {
      binary =
        started[3] !== undefined ? `${started[3]} (documentation)` : binaryName(started[1] ?? '', started[2]);
      output = undefined;
      continue;
    }
    const count = RUST_COUNT.exec(line)?.[1];
    if (count !== undefined) unended += Number(count);
    const about = RUST_OUTPUT.exec(line)?.[1];
    if (about !== undefined) {
      output = [];
      const at = places.get(`${binary}\0${about}`);
      if (at !== undefined) outputs.set(at, output);
      continue;
    }
    if (line === 'failures:' || line.startsWith('test result:')) output = undefined;
    output?.push(line);
    const [, name, result] = RUST_TEST.exec(line) ?? [];
    if (name === undefined || result === undefined) continue;
    unended -= 1;
    places.set(`${binary}\0${name}`, cases.length);
    const status = result === 'ok' ? 'passed' : result === 'FAILED' ? 'failed' : 'skipped';
    cases.push(testCase({ names: [binary, name], status }));
  }
  const told = cases.map((one, at) => {
    const message = outputs.get(at)?.join('\n');
    return message === undefined ? one : testCase({ names: [one.name], status: one.status, message });
  });
  const failed = cases.filter(({ status }) => status === 'failed').length;
  return { cases: told, countedFailures: failed + Math.max(0, unended) };
}

/** `target/debug/deps/shop-0123abcd` is of the crate `shop`; its integration tests have their file's name. */
const binaryName = (source: string, file: string | undefined): string => {
  const name = file
    ?.split('/')
    .at(-1)
    ?.replace(/-[0-9a-f]{8,}(?:\.exe)?$/, '');
  return name ?? source;
};

const MINITEST = /^(\S.*#\S.*?) = (\d+(?:\.\d+)?) s = ([.FES])$/;

/** Whether a text is what minitest prints with `--verbose`. */
export const isMinitest = (text: string): boolean => text.split('\n').some((line) => MINITEST.test(line));

/** What minitest prints with `--verbose`. @throws ReportError if its own count is missing: then it never ended */
export function parseMinitest(text: string): ParsedReport {
  const cases = text.split(/\r?\n/).flatMap((line) => {
    const [, name, seconds, result] = MINITEST.exec(line) ?? [];
    if (name === undefined) return [];
    const status = result === '.' ? 'passed' : result === 'S' ? 'skipped' : 'failed';
    return [testCase({ names: name.split('#'), status, seconds: Number(seconds) })];
  });
  const counted = /^\d+ (?:runs|tests), \d+ assertions, (\d+) failures, (\d+) errors/m.exec(text);
  if (counted === null) throw new ReportError('it ends before minitest has counted its tests');
  return { cases, countedFailures: Number(counted[1]) + Number(counted[2]) };
}
