/** A plan as Markdown: for the Web UI's current details, for a file, and for a comment. Pure. */

import { type Forecast, forecast } from './forecast.ts';
import { code, quote, verbatim } from './markdown.ts';
import type { MeasuringScope } from './measuring-scope.ts';
import type { Packet } from './packet.ts';
import { type PacketChange, planDifference } from './plan-diff.ts';
import { planRemarks } from './plan-review.ts';
import { counted, describeEvidence, minutesText } from './plan-words.ts';

/** What is known of a plan, whole. */
export interface WholePlan {
  readonly packets: readonly Packet[];
  readonly slots: number;
  /** What its packets may change of what measures the work. */
  readonly measuring?: readonly Pick<MeasuringScope, 'packet' | 'path' | 'why' | 'isNew'>[] | undefined;
  /** The version that people saw before this one. */
  readonly before?: readonly Packet[] | undefined;
}

export interface PlanMarkdownOptions {
  readonly title: string;
  /** Characters of the packets together; absent: all of them. */
  readonly limit?: number;
  /** The command that shows the whole, if something is left out. */
  readonly more?: string;
}

/** No single text of a packet takes more than this where there is a limit. */
const MAX_TEXT = 1_500;
const MOST_REMARKS = 20;
const MOST_CHANGES = 30;

/** Packets with all that a person approves, what a reviewer would ask, and what changed since the last version. */
export function planMarkdown(plan: WholePlan, { title, limit, more }: PlanMarkdownOptions): string {
  const expected = forecast(plan.packets, Math.max(1, plan.slots));
  const bounded = limit !== undefined;
  const blocks = plan.packets.map((packet) => packetBlock(packet, plan, expected, bounded));
  const shown: string[] = [];
  let used = 0;
  for (const block of blocks) {
    used += block.length;
    if (limit !== undefined && used > limit) break;
    shown.push(block);
  }
  const left = blocks.length - shown.length;
  return [
    `### ${verbatim(title)}`,
    summary(plan.packets, expected),
    listed('A reviewer would ask', remarkLines(plan), bounded ? MOST_REMARKS : undefined),
    listed('Changed since the last version', changeLines(plan), bounded ? MOST_CHANGES : undefined),
    ...shown,
    left > 0
      ? `${counted(left, 'more packet')} not shown here${more === undefined ? '' : `: ${code(more)}`}`
      : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** One below the other. No list, since a list in these pages is something that somebody wrote into them. */
const inLines = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('  \n');

function summary(packets: readonly Packet[], { makespan, slots, work, criticalPath }: Forecast): string {
  const path = criticalPath.packets.map(code).join(' → ');
  return (
    `${counted(packets.length, 'packet')}. Expected: **${minutesText(makespan)}** with ${counted(slots, 'agent')} at once, ` +
    `for ${minutesText(work)} of work; checks, merges and people come on top. ` +
    `Critical path: ${path} (${minutesText(criticalPath.length)}).`
  );
}

const remarkLines = ({ packets, measuring }: WholePlan): string[] =>
  planRemarks(packets, measuring).map(({ text }) => verbatim(text));

function changeLines({ before, packets }: WholePlan): string[] {
  return before === undefined ? [] : planDifference(before, packets).flatMap(changeText);
}

function changeText(change: PacketChange): string[] {
  const name = code(change.packet);
  if (change.change !== 'changed') return [`${name} ${change.change}`];
  return change.fields.map(({ field, removed, added }) => {
    const parts = [
      ...removed.map((line) => `− ${verbatim(line)}`),
      ...added.map((line) => `\\+ ${verbatim(line)}`),
    ];
    return `${name}, ${field}: ${parts.join('; ')}`;
  });
}

function listed(title: string, lines: readonly string[], most = lines.length): string {
  if (lines.length === 0) return '';
  const more = lines.length - most;
  const shown = [...lines.slice(0, most), ...(more > 0 ? [`and ${more} more`] : [])];
  return `**${title}**\n\n${inLines(shown)}`;
}

function packetBlock(packet: Packet, plan: WholePlan, { packets }: Forecast, bounded: boolean): string {
  const {
    id,
    kind,
    size,
    role,
    branch,
    objective,
    boundaries,
    dependencies,
    criteria,
    contract,
    instructions,
  } = packet;
  const at = packets.find((one) => one.id === id);
  const times =
    at?.start === undefined || at.end === undefined
      ? ''
      : `, from ${minutesText(at.start)} to ${minutesText(at.end)}${at.critical ? ', on the critical path' : ''}`;
  const after = dependencies.map((one) => `${code(one.packet)}${one.type === 'soft' ? ' (soft)' : ''}`);
  const measures = (plan.measuring ?? []).filter((one) => one.packet === id);
  const length = bounded ? MAX_TEXT : Number.POSITIVE_INFINITY;
  const globs = (all: readonly string[]) => all.map(code).join(', ');
  const facts = [
    `**Size**: ${minutesText(size)}${times}`,
    `**After**: ${after.length === 0 ? 'nothing' : after.join(', ')}`,
    `**May write**: ${boundaries.inScope.length === 0 ? 'the whole repository' : globs(boundaries.inScope)}`,
    ...(boundaries.outOfScope.length > 0 ? [`**May not write**: ${globs(boundaries.outOfScope)}`] : []),
    ...measures.map(
      ({ path, why }) => `**May change what measures the work**: ${code(path)} (${verbatim(why)})`,
    ),
    ...(role === undefined ? [] : [`**Role**: ${code(role)}`]),
    ...(branch === undefined ? [] : [`**Branch**: ${code(branch)}`]),
  ];
  const numbered = criteria.map(
    ({ text, evidence }, index) =>
      `${index + 1}\\. ${verbatim(text)} (${verbatim(describeEvidence(evidence))})`,
  );
  const text = (name: string, words: string | undefined) =>
    words?.trim() ? `**${name}**\n\n${quote(words.trim(), length)}` : '';
  return [
    `#### ${verbatim(id)} · ${kind}`,
    quote(objective, length),
    inLines(facts),
    numbered.length === 0 ? 'No criteria.' : `**Criteria**\n\n${numbered.join('  \n')}`,
    text('Notes on the scope', boundaries.notes),
    text('Contract', contract),
    text('Instructions', instructions),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
