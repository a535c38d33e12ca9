import { durationText } from '../../domain/duration.ts';
import { counted } from '../../domain/plan-words.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { dollars, partial, runsText, type Spending, tokensText } from '../../domain/spending.ts';
import { figure } from './gates.ts';

/** A session's figures, as rows of name and value. */
export function reportFigures({ figures, packets, runs: all }: FeatureReport): string[][] {
  const coverage = figures.finalCoverage;
  const tests = figures.tests;
  const share = figures.wallMs > 0 ? (figures.agentMs / figures.wallMs).toFixed(2) : 'unknown';
  const people = figures.humanInterventions;
  const made = all.filter(({ reused }) => reused === undefined);
  const kept = made.length === all.length ? '' : `, ${all.length - made.length} kept`;
  const completed = packets.filter(({ status }) => status === 'merged');
  return [
    ['packets completed', `${completed.length} of ${packets.length}`],
    [
      'agents involved',
      `${counted(figures.agentsInvolved, 'role')} (most at once: ${counted(figures.mostAgentsAtOnce, 'agent')})`,
    ],
    ['execution rounds', String(figures.executionRounds)],
    ['integration rounds', String(figures.integrationRounds)],
    ['handoffs', String(figures.handoffs)],
    [
      'human interventions',
      people === 0 ? '0' : `${people}, waited for ${durationText(figures.waitedForPeopleMs)}`,
    ],
    ['taken by itself', counted(figures.automaticDecisions, 'recommended choice')],
    ['agent time', `${durationText(figures.agentMs)} in ${runsText(made.length)}${kept}`],
    ...runsByReason(all, 'without a sandbox', ({ unconfined }) => unconfined),
    ...runsByReason(all, 'ended after a result with', ({ exit }) => exit),
    ['wall time', `${durationText(figures.wallMs)} (agent time is ${share} of it)`],
    [
      'tokens',
      `in ${partial(figures.inputTokens, all.length, tokensText)}; out ${partial(figures.outputTokens, all.length, tokensText)}`,
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

/** As `partial`, for a narrow column: which runs aren't in it is told by the row's cost and the totals. */
const atLeast = (total: Spending['inputTokens'], runs: number): string =>
  total.unknownRuns === 0 || total.unknownRuns >= runs
    ? partial(total, runs, tokensText)
    : `≥ ${tokensText(total.known)}`;

const spendingRow = (name: string, spent: Spending): string[] => [
  name,
  String(spent.runs),
  atLeast(spent.inputTokens, spent.runs),
  atLeast(spent.outputTokens, spent.runs),
  partial(spent.costUsd, spent.runs, dollars),
];

/** Tokens and cost by role and by packet; empty in reports of before these were measured, and where nothing ran. */
export function spendingRows({ roles = [], packets }: FeatureReport): string[][] {
  const ofPackets = packets.flatMap(({ id, spent }) =>
    spent === undefined || spent.runs === 0 ? [] : [spendingRow(`packet ${id}`, spent)],
  );
  const ofRoles = roles.map((one) => spendingRow(`role ${one.role}`, one));
  if (ofRoles.length + ofPackets.length === 0) return [];
  return [['', 'Runs', 'Tokens in', 'Tokens out', 'Cost'], ...ofRoles, ...ofPackets];
}

/** Work that went from one to another by itself, and what people did by hand. */
export function handOverRows({ handedOver = [], packets }: FeatureReport): string[][] {
  return [
    ...handedOver.map(({ packet, from, to, why }) => [packet, `${from} to ${to}`, why]),
    ...packets.flatMap(({ id, byHand }) => (byHand === undefined ? [] : [[id, 'by hand', byHand]])),
  ];
}

/** A row for each of the reasons that `reasonOf` gives, with the runs that have it. */
const runsByReason = (
  all: FeatureReport['runs'],
  title: string,
  reasonOf: (run: FeatureReport['runs'][number]) => string | undefined,
): string[][] => {
  const reasons = new Map<string, string[]>();
  for (const run of all) {
    const reason = reasonOf(run);
    if (reason !== undefined)
      reasons.set(reason, [...(reasons.get(reason) ?? []), `${run.packet}, run ${run.run}`]);
  }
  return [...reasons].map(([why, runs]) => [title, `${runs.join('; ')} (${why})`]);
};
