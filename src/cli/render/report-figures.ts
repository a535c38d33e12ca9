import { durationText } from '../../domain/duration.ts';
import type { FeatureReport, PartialTotal } from '../../domain/report.ts';
import { figure } from './gates.ts';

const runs = (count: number) => `${count} run${count === 1 ? '' : 's'}`;

/** A total with what isn't in it: unknown is said, never taken as zero. */
export function partial(total: PartialTotal, all: number, unit: (value: number) => string): string {
  if (all === 0) return 'no run';
  if (total.unknownRuns >= all) return 'unknown';
  return total.unknownRuns === 0
    ? unit(total.known)
    : `${unit(total.known)}, and ${runs(total.unknownRuns)} unknown`;
}

export const tokens = (value: number) => value.toLocaleString('en-US');
export const dollars = (value: number) => `$${value.toFixed(2)}`;

/** The walkthroughs' figures, as rows of name and value. */
export function reportFigures({ figures, packets, runs: all }: FeatureReport): string[][] {
  const coverage = figures.finalCoverage;
  const tests = figures.tests;
  const share = figures.wallMs > 0 ? (figures.agentMs / figures.wallMs).toFixed(2) : 'unknown';
  const people = figures.humanInterventions;
  const completed = packets.filter(({ status }) => status === 'merged');
  return [
    ['packets completed', `${completed.length} of ${packets.length}`],
    ['agents involved', `${figures.agentsInvolved} (most at once: ${figures.mostAgentsAtOnce})`],
    ['execution rounds', String(figures.executionRounds)],
    ['integration rounds', String(figures.integrationRounds)],
    ['handoffs', String(figures.handoffs)],
    [
      'human interventions',
      people === 0 ? '0' : `${people}, waited for ${durationText(figures.waitedForPeopleMs)}`,
    ],
    ['taken by itself', `${figures.automaticDecisions} recommended choices`],
    ['agent time', `${durationText(figures.agentMs)} in ${runs(all.length)}`],
    ['wall time', `${durationText(figures.wallMs)} (agent time is ${share} of it)`],
    [
      'tokens',
      `in ${partial(figures.inputTokens, all.length, tokens)}; out ${partial(figures.outputTokens, all.length, tokens)}`,
    ],
    ['cost', partial(figures.costUsd, all.length, dollars)],
    [
      'final coverage',
      coverage === null
        ? 'unknown'
        : `lines ${figure(coverage.line)} %, branches ${figure(coverage.branch)} %, functions ${figure(coverage.function)} %`,
    ],
    [
      'tests',
      tests === null
        ? 'unknown'
        : `${tests.passing} of ${tests.total} pass, ${tests.failing} fail, ${tests.skipped} skipped`,
    ],
  ];
}
