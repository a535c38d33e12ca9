import stringWidth from 'string-width';
import { durationText } from '../../domain/duration.ts';
import { utcTime } from '../../domain/moments.ts';
import { PHASES } from '../../domain/phase.ts';
import { type FeatureReport, keptAndAgain } from '../../domain/report.ts';
import { dollars, partial } from '../../domain/spending.ts';
import { inLines } from '../../domain/visible.ts';
import { decidedBy } from './compare.ts';
import { figuresText, gateOutcome } from './gates.ts';
import { evidenceLines, leftBehindLines, listed } from './report-evidence.ts';
import { handOverRows, reportFigures, spendingRows } from './report-figures.ts';
import { headLines, type ReportOptions } from './report-head.ts';
import { nextLines } from './report-next.ts';
import type { Style } from './style.ts';
import { pad, table, wrap } from './table.ts';

/** Gates that every service should have: one that isn't configured is shown as absent, never left out. */
const USUAL_GATES = ['coverage', 'performance', 'security', 'accessibility'] as const;

const section = (title: string, lines: readonly string[], style: Style) =>
  lines.length === 0 ? [] : ['', style.bold(title), ...lines.map((line) => `  ${line}`)];

/** A table in the width that there is, whose last column goes on below. */
const fitted = (rows: string[][], { width = 200 }: ReportOptions): string[] =>
  table(rows, { width: width - 2, wraps: true });

/** Below this width packets are shown without what stands in other sections too. */
const NARROW = 110;

/** A finished feature's report, for a person. */
export function reportLines(given: FeatureReport, options: ReportOptions): string[] {
  const { style } = options;
  const report = inLines(given);
  return [
    ...headLines(report, options),
    ...section('Packets', packetLines(report, options), style),
    ...section('Taken over', takenOverLines(report, options), style),
    ...section('Evidence', evidenceLines(report, options), style),
    ...section('In other hands', fitted(handOverRows(report), options), style),
    ...section('Gates', gateLines(report, options), style),
    ...section('Left in the tree', leftBehindLines(report, options), style),
    ...section('Release', releaseLines(report, options), style),
    ...section('Decisions', decisionLines(report, options), style),
    ...section('Figures', fitted(reportFigures(report), options), style),
    ...section('Spent', spentLines(report, options), style),
    ...section('Phases', phaseLines(report), style),
    ...section('Next', nextLines(report, options), style),
  ];
}

function packetLines({ packets }: FeatureReport, { style, width = 200 }: ReportOptions): string[] {
  if (packets.length === 0) return ['none'];
  const narrow = width < NARROW;
  const rows = packets.map((packet) => [
    packet.id,
    ...(narrow ? [] : [packet.kind]),
    packet.status,
    String(packet.files.length),
    packet.tests === null ? 'unknown' : `${packet.tests.passing}/${packet.tests.total}`,
    `${packet.red}/${packet.green}`,
    String(packet.runs),
    String(packet.submissions),
    ...(narrow ? [] : [packet.merge?.new.slice(0, 12) ?? '']),
  ]);
  const head = [
    'Packet',
    ...(narrow ? [] : ['Kind']),
    ...['Status', 'Files', 'Tests', 'Red/green', 'Runs', 'Submitted'],
    ...(narrow ? [] : ['Merged as']),
  ];
  return table([head, ...rows], {
    width: width - 2,
    paint: (cell, _, row) => (row === 0 ? style.dim(cell) : cell),
  });
}

/** Of a fork: what was kept of the earlier execution, and what was run again and why. */
function takenOverLines({ from, packets, runs, reused }: FeatureReport, { width = 200 }: ReportOptions) {
  if (from === undefined) return [];
  const design = keptAndAgain(runs.filter(({ packet }) => packet === 'design'));
  const one = (
    name: string,
    { kept = 0, again = [] }: Pick<FeatureReport['packets'][number], 'kept' | 'again'>,
  ) => [name, `${kept} kept`, again.length === 0 ? '' : `run again: ${again.join('; ')}`];
  const cost = reused === undefined ? 'nothing' : partial(reused.costUsd, reused.runs, dollars);
  return [
    `from ${from.feature} before ${from.before}; what was kept had cost ${cost} there, and nothing here`,
    ...table([one('design', design), ...packets.map((packet) => one(packet.id, packet))], {
      width: width - 2,
      wraps: true,
    }),
  ];
}

function gateLines({ gates }: FeatureReport, { style, width = 200 }: ReportOptions): string[] {
  const named = new Set(gates.map(({ name }) => name));
  const rows = [
    ...gates.map((gate) => [
      gate.name,
      gate.outcome,
      [
        gate.outcome === 'absent' ? 'not configured' : figuresText(gate.figures),
        ...gate.problems,
        gate.waivedBy ? `waived by ${gate.waivedBy}` : '',
        gate.changed?.length ? `changed, and put back: ${listed(gate.changed)}` : '',
      ]
        .filter((part) => part !== '')
        .join('; '),
    ]),
    ...USUAL_GATES.filter((name) => !named.has(name)).map((name) => [name, 'absent', 'not configured']),
  ];
  return table(rows, {
    width: width - 2,
    wraps: true,
    paint: (cell, column, row) =>
      column === 1 ? gateOutcome((rows[row]?.[1] ?? 'absent') as 'met', style) : cell,
  });
}

function releaseLines({ release }: FeatureReport, { style, width = 200 }: ReportOptions): string[] {
  if (release === undefined) return [];
  const steps = table(
    release.steps.map((step) => [
      utcTime(step.at),
      step.environment,
      `${step.step}${step.percent === undefined ? '' : ` ${step.percent} %`}`,
      step.ok ? 'ok' : 'failed',
    ]),
    {
      paint: (cell, column) =>
        column === 3 ? (cell.startsWith('ok') ? style.green(cell) : style.red(cell)) : cell,
    },
  );
  const start = Math.max(0, ...steps.map((line) => stringWidth(line))) + 2;
  const details = release.steps.map((step) =>
    [figuresText(step.figures ?? {}), ...(step.problems ?? [])].filter((part) => part !== '').join('; '),
  );
  const now =
    release.figures === undefined
      ? []
      : wrap(`what serves now measured: ${figuresText(release.figures)}`, width - 2);
  return [
    `version ${release.version} over ${release.previous}: ${release.outcome}`,
    ...steps.flatMap((line, at) =>
      // Beside its step, and what doesn't fit below.
      wrap(details[at] ?? '', width - 2 - start).map((text, row) =>
        `${row === 0 ? pad(line, start) : ' '.repeat(start)}${text}`.trimEnd(),
      ),
    ),
    ...release.problems.map((problem) => style.red(problem)),
    ...now,
  ];
}

function decisionLines({ decisions }: FeatureReport, { width = 200 }: ReportOptions): string[] {
  return table(
    decisions.map((one) => [
      one.item,
      one.choice,
      one.automatic
        ? one.asIn === undefined
          ? 'taken by itself (recommended choice)'
          : decidedBy(one)
        : `by ${one.by} after ${durationText(one.waitedMs)}`,
      one.note ?? '',
    ]),
    { width: width - 2, wraps: true },
  );
}

function spentLines(report: FeatureReport, { style, width = 200 }: ReportOptions): string[] {
  return table(spendingRows(report), {
    width: width - 2,
    wraps: true,
    paint: (cell, _, row) => (row === 0 ? style.dim(cell) : cell),
  });
}

function phaseLines({ phaseMs, figures }: FeatureReport): string[] {
  const rows = PHASES.flatMap((phase) =>
    phaseMs[phase] === undefined ? [] : [[phase, durationText(phaseMs[phase])]],
  );
  return table([...rows, ['all', durationText(figures.wallMs)]]);
}
