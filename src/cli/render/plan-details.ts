import type { Packet } from '../../domain/packet.ts';
import { planDifference } from '../../domain/plan-diff.ts';
import type { WholePlan } from '../../domain/plan-markdown.ts';
import { planRemarks } from '../../domain/plan-review.ts';
import { describeEvidence, minutesText } from '../../domain/plan-words.ts';
import { oneLine, visible } from '../../domain/visible.ts';
import type { Style } from './style.ts';
import { wrap } from './table.ts';

export interface DetailOptions {
  readonly style: Style;
  /** Columns of the terminal; a pipe has none. */
  readonly width?: number;
}

/** Lines longer than this are hard to read, however wide a terminal is. */
const WIDEST = 120;

/** What a person approves of each packet, what a reviewer would ask, and what changed since the last version. */
export function planDetailLines(plan: WholePlan, { style, width = WIDEST }: DetailOptions): string[] {
  const room = Math.min(width, WIDEST);
  return [
    ...plan.packets.flatMap((packet) => ['', ...packetLines(packet, plan, room, style)]),
    ...section('Changed since the last version', differenceLines(plan, room, style), style),
    ...section('A reviewer would ask', remarkLines(plan, room), style),
  ];
}

const section = (title: string, lines: readonly string[], style: Style): string[] =>
  lines.length === 0 ? [] : ['', style.bold(title), ...lines];

/** Text behind a mark. Its further lines are marked as more of it, so that none can be taken for one of Baton's. */
function hung(mark: string, text: string, width: number): string[] {
  const further = `${' '.repeat(Math.max(2, mark.length - 2))}│ `;
  return wrap(text, width - further.length).map((line, at) =>
    `${at === 0 ? mark : further}${line}`.trimEnd(),
  );
}

function packetLines(packet: Packet, { measuring = [] }: WholePlan, width: number, style: Style): string[] {
  const {
    id,
    kind,
    size,
    role,
    branch,
    objective,
    criteria,
    boundaries,
    dependencies,
    contract,
    instructions,
  } = packet;
  const after = dependencies.map((one) => `${oneLine(one.packet)}${one.type === 'soft' ? ' (soft)' : ''}`);
  const head = [kind, minutesText(size), ...(role === undefined ? [] : [`role ${role}`])];
  const field = (name: string, text: string) => hung(`  ${name.padEnd(10)}`, text, width);
  const block = (name: string, text: string | undefined) =>
    text?.trim() ? [`  ${name}`, ...wrap(visible(text).trim(), width, '    │ ')] : [];
  const scope =
    boundaries.inScope.length === 0 ? 'the whole repository' : boundaries.inScope.map(oneLine).join(', ');
  return [
    `${style.bold(oneLine(id))} ${style.dim(`(${head.join(', ')})`)}`,
    ...hung('  ', oneLine(objective), width),
    ...(criteria.length === 0 ? field('criteria', 'none') : []),
    ...criteria.flatMap(({ text, evidence }, at) => [
      ...hung(`  ${`${at + 1}.`.padStart(3)} `, oneLine(text), width),
      ...hung(
        '      ',
        `${evidence === undefined || 'person' in evidence ? '? ' : '✓ '}${oneLine(describeEvidence(evidence))}`,
        width,
      ).map((line) => style.dim(line)),
    ]),
    ...field('may write', scope),
    ...(boundaries.outOfScope.length > 0
      ? field('but not', boundaries.outOfScope.map(oneLine).join(', '))
      : []),
    ...measuring
      .filter((one) => one.packet === id)
      .flatMap(({ path, why }) => field('measures', `${oneLine(path)} (${oneLine(why)})`).map(style.yellow)),
    ...field('after', after.length === 0 ? 'nothing' : after.join(', ')),
    ...(branch === undefined ? [] : field('branch', oneLine(branch))),
    ...block('notes on the scope', boundaries.notes),
    ...block('contract', contract),
    ...block('instructions', instructions),
  ];
}

const remarkLines = ({ packets, measuring }: WholePlan, width: number): string[] =>
  planRemarks(packets, measuring).flatMap(({ text }) => hung('  ? ', text, width));

function differenceLines({ before, packets }: WholePlan, width: number, style: Style): string[] {
  if (before === undefined) return [];
  return planDifference(before, packets).flatMap((one) => {
    const name = oneLine(one.packet);
    if (one.change !== 'changed') {
      const paint = one.change === 'added' ? style.green : style.red;
      return [`  ${paint(`${one.change === 'added' ? '+' : '-'} ${name}`)} ${one.change}`];
    }
    return [
      `  ~ ${name}`,
      ...one.fields.flatMap(({ field, removed, added }) => [
        `    ${field}`,
        ...removed.flatMap((line) => hung('      - ', oneLine(line), width).map(style.red)),
        ...added.flatMap((line) => hung('      + ', oneLine(line), width).map(style.green)),
      ]),
    ];
  });
}
