import type {
  Both,
  ComparedDecision,
  ComparedFeatures,
  ComparedFigures,
  ComparedGate,
  ComparedPacket,
} from '../../domain/compare.ts';
import { durationText } from '../../domain/duration.ts';
import { dollars, type PartialTotal, partial, runsText, tokensText } from '../../domain/spending.ts';
import { inLines, visible } from '../../domain/visible.ts';
import { figuresText } from './gates.ts';
import type { ReportOptions } from './report-head.ts';
import { table, wrap } from './table.ts';

/** What two features came to, side by side. `diff`: `git diff --stat` from one tree to the other, or why there is none. */
export function compareLines(
  given: ComparedFeatures,
  diff: string,
  { style, width = 200 }: ReportOptions,
): string[] {
  const compared = inLines(given);
  const { a, b } = compared;
  const rows = (title: string, lines: readonly (readonly string[])[]) =>
    lines.length === 0
      ? []
      : [
          '',
          ...table([[title, a, b], ...lines], {
            width,
            paint: (cell, column, row) =>
              row === 0 ? style.bold(cell) : column > 0 && cell === SAME ? style.dim(cell) : cell,
          }),
        ];
  const marked = visible(diff)
    .split('\n')
    .map((line) => `│ ${line.trim()}`);
  const again = compared.packets.flatMap(({ packet, ...both }) =>
    SIDES.flatMap((side) => (both[side]?.again ?? []).map((why) => `${packet} of ${compared[side]}, ${why}`)),
  );
  return [
    ...rows('', headRows(compared)).slice(1),
    ...rows('Packets', compared.packets.map(packetRow)),
    ...rows('Gates', compared.gates.map(gateRow)),
    ...rows('Decisions that differ', compared.decisions.map(decisionRow)),
    ...rows(
      'Criteria that differ',
      compared.criteria.map(({ packet, text, metIn }) => [
        `${packet}: ${text}`,
        metIn === 'a' ? 'met' : 'absent',
        metIn === 'b' ? 'met' : 'absent',
      ]),
    ),
    ...rows('Spent', figureRows(compared.figures.a, compared.figures.b)),
    ...(again.length === 0 ? [] : ['', style.bold('Run again')]),
    ...again.flatMap((line) => wrap(line, width - 2, '  ')),
    ...(compared.sameTree === true || diff === ''
      ? []
      : ['', style.bold('From one tree to the other'), ...marked]),
  ];
}

const SIDES = ['a', 'b'] as const;
const SAME = 'the same';
const ABSENT = 'absent';

function headRows({ outcome, commit, tree, sameTree, tests }: ComparedFeatures): string[][] {
  const short = (id: string | null) => id?.slice(0, 12) ?? 'none';
  const counts = (one: ComparedFeatures['tests']['a']) =>
    one === null ? 'unknown' : `${one.passing} of ${one.total} pass`;
  return [
    ['outcome', outcome.a ?? ABSENT, outcome.b ?? ABSENT],
    ['commit', short(commit.a), short(commit.b)],
    ['tree', short(tree.a), sameTree === true ? SAME : short(tree.b)],
    ['tests', counts(tests.a), counts(tests.b)],
  ];
}

function packetRow({ packet, a, b }: Both<ComparedPacket> & { readonly packet: string }): string[] {
  const text = (one: ComparedPacket | null, other: ComparedPacket | null) => {
    if (one === null) return ABSENT;
    const runs = [
      ...(one.runs > 0 ? [`${runsText(one.runs)}`] : []),
      ...(one.kept > 0 ? [`${one.kept} kept`] : []),
      ...(one.runs + one.kept === 0 ? ['no run'] : []),
    ].join(', ');
    const tree =
      other === null || one.tree === null ? '' : one.tree === other.tree ? ', same tree' : ', other tree';
    return `${one.status}${tree}; ${runs}; ${one.files} files, ${one.criteria} criteria`;
  };
  return [packet, text(a, null), text(b, a)];
}

function gateRow({ name, a, b }: Both<ComparedGate> & { readonly name: string }): string[] {
  const text = (gate: ComparedGate | null) => {
    if (gate === null) return ABSENT;
    const figures = figuresText(gate.figures);
    return figures === '' ? gate.outcome : `${gate.outcome} (${figures})`;
  };
  return [name, text(a), text(b)];
}

function decisionRow({ item, a, b }: Both<ComparedDecision> & { readonly item: string }): string[] {
  const text = (one: ComparedDecision | null) =>
    one === null ? 'not asked' : `${one.choice} (${decidedBy(one)})`;
  return [item, text(a), text(b)];
}

/** Who took a decision, in words. */
export const decidedBy = ({
  asIn,
  automatic,
  by,
}: Pick<ComparedDecision, 'asIn' | 'automatic' | 'by'>): string =>
  asIn !== undefined ? `as in ${asIn}, by ${by}` : automatic ? 'by itself' : `by ${by}`;

function figureRows(a: ComparedFigures, b: ComparedFigures): string[][] {
  const row = (name: string, text: (of: ComparedFigures) => string) => [name, text(a), text(b)];
  const total = (of: PartialTotal | null, runs: number, unit: (value: number) => string) =>
    of === null || runs === 0 ? 'nothing' : partial(of, runs, unit);
  return [
    row('runs of agents', ({ runs, kept }) => `${runs} paid, ${kept} kept`),
    row('cost', ({ costUsd, runs, kept }) => total(costUsd, runs + kept, dollars)),
    row('kept runs had cost', ({ reusedUsd, kept }) => total(reusedUsd, kept, dollars)),
    row('tokens in', ({ inputTokens, runs, kept }) => total(inputTokens, runs + kept, tokensText)),
    row('tokens out', ({ outputTokens, runs, kept }) => total(outputTokens, runs + kept, tokensText)),
    row('agent time', ({ agentMs }) => durationText(agentMs)),
    row('wall time', ({ wallMs }) => durationText(wallMs)),
    row('decisions by people', ({ humanInterventions }) => String(humanInterventions)),
  ];
}
