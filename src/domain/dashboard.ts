/** A feature's state as Markdown, for the Web UI's current details. Pure. */
import type { AttentionItem } from './attention.ts';
import { CUT_OFF, code, link, quote, verbatim } from './markdown.ts';
import type { FeatureStatus, PacketView } from './messages.ts';
import { spanText } from './moments.ts';
import type { PlanStatus } from './plan-edit.ts';
import { planMarkdown } from './plan-markdown.ts';
import { spentText } from './spending.ts';
import { shortLine, visibleJson } from './visible.ts';

/** A packet's status as people see it, in the Web UI and the terminal alike. */
export const MARKS: Readonly<Record<PacketView['status'], string>> = {
  waiting: '⚪ Waiting',
  ready: '⚪ Ready',
  running: '🟢 Running',
  blocked: '🔴 Blocked',
  submitted: '🔵 Submitted',
  merging: '🔵 Merging',
  merged: '✅ Merged',
  dropped: '⚫ Dropped',
};

/** A question may hold a design's summary; all of it is in the query `attention`. */
const MAX_PROMPT = 1500;
const MAX_CELL = 120;

/** Text that can't break a table's cell. */
const cell = (text: string) => verbatim(shortLine(text, MAX_CELL));

/** Ids have nothing that could be markup; what has is none. */
const isId = (text: string) => /^[a-z0-9][a-z0-9/-]*$/.test(text);
const name = (text: string) => (isId(text) ? text : cell(text));
/** The Web UI's renderer takes a backslash before the end of bold text for a part of that end. */
const boldName = (text: string) => (isId(text) ? `**${text}**` : cell(text));

const clock = (iso = '') => /^[\d-]+T(\d\d:\d\d):/.exec(iso)?.[1] ?? '';

/** Agents' options have at most 200 characters. */
const isShort = (choice: string | undefined) => choice !== undefined && choice.length <= 300;

/** The signal that decides an item, as JSON to paste. */
export const decisionJson = (item: AttentionItem): string =>
  visibleJson({
    item: item.id,
    choice: [item.recommended, item.options[0]].find(isShort) ?? 'your answer',
    by: 'your name',
  });

const choices = ({ options, recommended }: AttentionItem) =>
  options.length === 0
    ? 'Any text answers it.'
    : `Choices: ${options.map((option) => `${code(option)}${option === recommended ? ' (recommended)' : ''}`).join(', ')}`;

/** A page is only rendered anew when somebody loads it, so a moment is told, and not how long ago it was. */
const sinceWhen = (iso: string | undefined) => {
  const [, day, time] = /^([\d-]+)T(\d\d:\d\d):/.exec(iso ?? '') ?? [];
  return day === undefined ? '' : `, waits for a decision since ${day} ${time} UTC`;
};

const itemText = (item: AttentionItem) =>
  [
    `${boldName(item.id)}${item.packet === undefined ? '' : ` (packet ${name(item.packet)})`}${sinceWhen(item.openedAt)}`,
    quote(item.prompt, MAX_PROMPT),
    choices(item),
    `Answer it by More Actions, Send a Signal, ${code('decide')}, with this as data:`,
    `\`\`\`json\n${decisionJson(item)}\n\`\`\``,
  ].join('\n\n');

/** A packet's status, and since when it has it. */
const statusText = ({ status, since, waitsForSlot }: PacketView) => {
  const mark = status === 'running' && waitsForSlot === true ? '⚪ Waits for a slot' : MARKS[status];
  return since === undefined ? mark : `${mark} since ${clock(since)}`;
};

const progress = ({ status, percent, note }: PacketView) => {
  const share =
    status === 'merged' ? '100%' : percent === undefined ? undefined : `\\~${Math.round(percent)}%`;
  // What an agent said last is history once its work is merged.
  const said = note === undefined || status === 'merged' ? undefined : cell(note);
  return [share, said].filter((part) => part !== undefined).join(' ');
};

const packetTable = ({ feature, packets }: FeatureStatus) => {
  if (packets.length === 0) return '';
  const rows = packets.map((packet, index) => [
    String(index + 1),
    name(`${feature}/${packet.id}`),
    name(packet.id),
    statusText(packet),
    clock(packet.lastCheck),
    progress(packet),
  ]);
  const head = ['ID', 'Worktree', 'Packet', 'Status', 'Last Check', 'Progress'];
  return [head, head.map((title) => '-'.repeat(title.length)), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};

const gateText = ({ name: gate, outcome, figures }: FeatureStatus['gates'][number]) => {
  const values = Object.entries(figures).map(
    ([key, value]) => `${cell(key)} ${value === null ? 'unknown' : Math.round(value * 100) / 100}`,
  );
  return `${cell(gate)} **${outcome}**${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
};

const listed = (title: string, parts: readonly string[], between: string) =>
  parts.length === 0 ? '' : `${title}: ${parts.join(between)}`;

/** When it began, and how long it took if it has ended. */
const timesText = ({ startedAt, packets, report }: FeatureStatus) => {
  const [, day, time] = /^([\d-]+)T(\d\d:\d\d):/.exec(startedAt) ?? [];
  if ((packets.length === 0 && report === undefined) || day === undefined) return '';
  const took = report === undefined ? '' : `, took ${spanText(report.figures.wallMs)}`;
  return `Started ${day} ${time}${took}; all times are UTC.`;
};

/** A page of the Web UI takes this much of a plan; `baton plan` shows all of it. */
const MAX_PLAN = 12_000;

/** The plan that people are asked to approve, whole as far as there is room. */
function planText({ feature, attention }: FeatureStatus, plan: PlanStatus | undefined): string {
  if (plan?.proposed === undefined || !attention.some(({ kind }) => kind === 'design-approval')) return '';
  return planMarkdown(
    {
      packets: plan.packets.map(({ packet }) => packet),
      slots: plan.concurrency,
      ...plan.proposed,
    },
    { title: 'The plan to be approved', limit: MAX_PLAN, more: `baton plan ${feature}` },
  );
}

/** Open items first, since text below a table may not be seen; then the packets, gates and release. */
export function dashboard(status: FeatureStatus, plan?: PlanStatus): string {
  const head = `**${status.phase === 'done' ? 'Done' : `Phase: ${status.phase}`}** · ${verbatim(status.activity)}${status.paused ? ' · **paused**' : ''}`;
  const dropped = status.dropped.slice(-3).map(({ signal, reason }) => `${cell(signal)}: ${cell(reason)}`);
  return [
    head,
    ...status.attention.map(itemText),
    planText(status, plan),
    listed('Dropped messages', dropped, ' · '),
    listed('Release', status.releaseSteps.slice(-6).map(cell), ' → '),
    listed(
      'Pull request',
      status.report?.pullRequest === undefined ? [] : [link(status.report.pullRequest)],
      '',
    ),
    listed('Gates', status.gates.map(gateText), ' · '),
    packetTable(status),
    listed('Merges next', (status.mergesNext ?? []).map(name), ', then '),
    timesText(status),
    listed(
      'Spent',
      [verbatim(spentText(status.spent))].filter((text) => text !== ''),
      '',
    ),
    CUT_OFF,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
