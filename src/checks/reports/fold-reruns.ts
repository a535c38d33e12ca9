import type { TestCase } from '../../domain/checks.ts';

/** A case as it stands in a suite, with what tells one test of the suite from another. */
export interface Attempt {
  readonly test: string;
  readonly case: TestCase;
}

/**
 * The tests of a suite that lists every attempt at a test, as `gotestsum --rerun-fails` does. A test that failed first
 * and passed later passed, and is flaky; one that failed each time is listed once. A failure after a pass stays.
 */
export function foldReruns(attempts: readonly Attempt[]): TestCase[] {
  const kept: TestCase[] = [];
  /** By test: where in `kept` its next attempt stands. */
  const next = new Map<string, number>();
  for (const { test, case: one } of attempts.toReversed()) {
    const index = next.get(test);
    const later = index === undefined ? undefined : kept[index];
    if (one.status !== 'failed' || index === undefined || later === undefined || later.status === 'skipped')
      next.set(test, kept.push(one) - 1);
    else if (later.status === 'passed')
      kept[index] = { ...later, ...(one.message ? { message: one.message } : {}), flaky: true };
  }
  return kept.reverse();
}

/**
 * The tests of a suite in which a test that stands several times was run again, whatever the earlier attempts say:
 * pytest-rerunfailures lists them as if they had passed. The last attempt counts; if it passed, the test is flaky.
 */
export function foldRepeated(attempts: readonly Attempt[]): TestCase[] {
  const last = new Map<string, { readonly case: TestCase; readonly times: number }>();
  for (const { test, case: one } of attempts)
    last.set(test, { case: one, times: (last.get(test)?.times ?? 0) + 1 });
  return [...last.values()].map(({ case: one, times }) =>
    times > 1 && one.status === 'passed' ? { ...one, flaky: true } : one,
  );
}
