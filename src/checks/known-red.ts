import type { CheckResult } from '../domain/checks.ts';

/** What a check showed on the base. */
export interface BaseFailures {
  /** Names of all tests that failed, however many. */
  readonly failing: readonly string[];
  /** Whether it wrote a report that could be read. */
  readonly hasReport: boolean;
}

/**
 * Whether a red check is red only by what was red on the base. A name counts as often as it stands there. A check that
 * crashed, so that its report shows no failing test or there is none, has to have crashed in the same way on the base.
 *
 * @param failing - the names of all tests that fail now; empty without a report. Fewer than the result itself counts:
 * the list is not complete, so nothing is known.
 */
export function isKnownRed(
  result: Pick<CheckResult, 'failing' | 'tests'>,
  failing: readonly string[],
  base: BaseFailures,
): boolean {
  if (failing.length < Math.max(result.failing.length, result.tests?.failing ?? 0)) return false;
  if (failing.length === 0 || base.failing.length === 0)
    return failing.length === base.failing.length && (result.tests !== null) === base.hasReport;
  const left = new Map<string, number>();
  for (const name of base.failing) left.set(name, (left.get(name) ?? 0) + 1);
  return failing.every((name) => {
    const times = left.get(name) ?? 0;
    left.set(name, times - 1);
    return times > 0;
  });
}
