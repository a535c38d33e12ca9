import { z } from 'zod';
import type { TestCase } from '../../domain/checks.ts';
import { type Attempt, foldReruns } from './fold-reruns.ts';
import { type ParsedReport, ReportError, testCase } from './test-report.ts';

const goEvent = z.object({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Output: z.string().optional(),
  Elapsed: z.number().optional(),
  FailedBuild: z.string().optional(),
});
type GoEvent = z.infer<typeof goEvent>;

/** Of what a test or a build printed, for its message. */
const MOST_LINES = 20;
const STATUS: Readonly<Record<string, TestCase['status']>> = {
  pass: 'passed',
  fail: 'failed',
  skip: 'skipped',
};
/** What `go test` prints of its own around a test's words. */
const FRAME = /^\s*(?:=== (?:RUN|PAUSE|CONT|NAME)|--- (?:PASS|FAIL|SKIP):|FAIL\b|PASS$|exit status \d+$)/;

/**
 * The events of `go test -json`, also of several runs behind each other, as `gotestsum --rerun-fails --jsonfile` writes
 * them. A package that didn't build, panicked or failed outside of its tests is a failed test of its name.
 */
export function parseGoTest(text: string): ParsedReport {
  const run = new GoRun();
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('{')) continue;
    const event = readEvent(line);
    if (event !== undefined) run.add(event);
    else if (index >= lines.length - 2) run.problems.push('it is cut off: its last line is no whole event');
    else throw new ReportError(`line ${index + 1} is no event of \`go test -json\``);
  }
  return run.end();
}

function readEvent(line: string): GoEvent | undefined {
  try {
    const read = goEvent.safeParse(JSON.parse(line));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** What is known of a package while its tests run. */
interface Package {
  readonly running: Set<string>;
  failed: boolean;
}

class GoRun {
  readonly problems: string[] = [];
  readonly #attempts: Attempt[] = [];
  readonly #output = new Map<string, string[]>();
  readonly #packages = new Map<string, Package>();
  /** Failures of whole packages, until the package passes in a later run. */
  readonly #broken = new Map<string, TestCase>();

  add(event: GoEvent): void {
    const name = event.Package ?? event.ImportPath ?? '';
    const key = `${name}\0${event.Test ?? ''}`;
    if (event.Action === 'output' || event.Action === 'build-output') this.#print(key, event.Output ?? '');
    if (event.Package === undefined) return;
    const status = STATUS[event.Action];
    if (event.Test === undefined) this.#package(name, event, status);
    else if (event.Action === 'run') this.#at(name).running.add(event.Test);
    else if (status !== undefined) this.#ended(name, event.Test, status, event.Elapsed);
  }

  end(): ParsedReport {
    for (const name of this.#packages.keys()) {
      this.problems.push(`it is cut off: the tests of ${name} have no end in it`);
      this.#neverEnded(name);
    }
    const cases = [...foldReruns(this.#attempts), ...this.#broken.values()];
    if (cases.length === 0 && this.problems.length === 0) return { cases, countedFailures: 0 };
    return { cases, countedFailures: 0, problems: this.problems };
  }

  #package(name: string, event: GoEvent, status: TestCase['status'] | undefined): void {
    if (event.Action === 'start') {
      this.#at(name);
      return;
    }
    if (status === undefined) return;
    this.#neverEnded(name);
    const anyFailed = this.#packages.get(name)?.failed ?? false;
    this.#packages.delete(name);
    this.#broken.delete(name);
    if (status === 'failed' && !anyFailed) {
      const build = event.FailedBuild === undefined ? [] : this.#take(`${event.FailedBuild}\0`);
      const message = [...build, ...this.#take(`${name}\0`)].join('\n');
      this.#broken.set(name, testCase({ names: [name], status, message, seconds: event.Elapsed }));
    }
    this.#output.delete(`${name}\0`);
  }

  #ended(name: string, test: string, status: TestCase['status'], seconds: number | undefined): void {
    const own = this.#at(name);
    own.running.delete(test);
    own.failed ||= status === 'failed';
    const message = this.#take(`${name}\0${test}`).join('\n');
    this.#attempts.push({
      test: JSON.stringify([name, test]),
      case: testCase({
        names: [name, test],
        status,
        seconds,
        message: status === 'failed' ? message : undefined,
      }),
    });
  }

  /** A test that hung or ended the process has no end of its own. */
  #neverEnded(name: string): void {
    for (const test of this.#packages.get(name)?.running ?? []) this.#ended(name, test, 'failed', undefined);
  }

  #at(name: string): Package {
    const known = this.#packages.get(name) ?? { running: new Set<string>(), failed: false };
    this.#packages.set(name, known);
    return known;
  }

  #print(key: string, text: string): void {
    const line = text.replace(/\n$/, '');
    if (FRAME.test(line) || line.trim() === '') return;
    const lines = this.#output.get(key) ?? [];
    if (lines.length < MOST_LINES) this.#output.set(key, [...lines, line]);
  }

  #take(key: string): string[] {
    const lines = this.#output.get(key) ?? [];
    this.#output.delete(key);
    return lines;
  }
}
