/** A feature's state as Markdown, for the Web UI's current details. Pure. */
import type { AttentionItem } from './attention.ts';
import type { FeatureStatus, PacketView } from './messages.ts';

const MARKS: Readonly<Record<PacketView['status'], string>> = {
  waiting: '⚪ Waiting',
  ready: '⚪ Ready',
  running: '🟢 Running',
  blocked: '🔴 Blocked',
  submitted: '🔵 Submitted',
  merging: '🔵 Merging',
  merged: '✅ Merged',
  dropped: '⚫ Dropped',
};

/** Text that can't break a table's cell or start markup of its own. */
const cell = (text: string) =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replace(/([|\\`*_<>[\]])/g, '\\$1')
    .slice(0, 120);

const clock = (iso: string | undefined) => (iso === undefined ? '' : iso.slice(11, 16));

/** The signal that decides an item, as JSON to paste. */
export const decisionJson = (item: AttentionItem): string =>
  JSON.stringify({
    item: item.id,
    choice: item.recommended ?? item.options[0] ?? 'your answer',
    by: 'your name',
  });

const itemText = (item: AttentionItem) =>
  [
    `**${item.id}**${item.packet === undefined ? '' : ` (packet ${item.packet})`}: ${item.prompt.slice(0, 1500)}`,
    item.options.length > 0
      ? `Choices: ${item.options.map((option) => `\`${option}\`${option === item.recommended ? ' (recommended)' : ''}`).join(', ')}`
      : 'Any text answers it.',
    `Send the signal \`decide\` with:\n\`\`\`json\n${decisionJson(item)}\n\`\`\``,
  ].join('\n\n');

/** Open items first, since text below a table may not be seen; then the packets, gates and release. */
export function dashboard(status: FeatureStatus): string {
  const head = `**${status.phase === 'done' ? 'Done' : `Phase: ${status.phase}`}** · ${status.activity}${status.paused ? ' · **paused**' : ''}`;
  const packets =
    status.packets.length === 0
      ? ''
      : [
          '| ID | Worktree | Packet | Status | Last Check | Progress |',
          '|----|----------|--------|--------|------------|----------|',
          ...status.packets.map(
            (packet, index) =>
              `| ${index + 1} | ${cell(`${status.feature}/${packet.id}`)} | ${cell(packet.id)} | ${MARKS[packet.status]} | ${clock(packet.lastCheck)} | ${packet.status === 'merged' ? '100%' : packet.percent === undefined ? '' : `~${Math.round(packet.percent)}%`} ${cell(packet.note ?? '')} |`,
          ),
        ].join('\n');
  const gates =
    status.gates.length === 0
      ? ''
      : `Gates: ${status.gates
          .map(({ name, outcome, figures }) => {
            const values = Object.entries(figures).map(([key, value]) => `${key} ${value ?? 'unknown'}`);
            return `${name} **${outcome}**${values.length > 0 ? ` (${values.join(', ')})` : ''}`;
          })
          .join(' · ')}`;
  const release =
    status.releaseSteps.length === 0 ? '' : `Release: ${status.releaseSteps.slice(-6).join(' → ')}`;
  const dropped =
    status.dropped.length === 0
      ? ''
      : `Dropped messages: ${status.dropped
          .slice(-3)
          .map(({ signal, reason }) => `${signal}: ${cell(reason)}`)
          .join(' · ')}`;
  return [head, ...status.attention.map(itemText), dropped, release, gates, packets]
    .filter((part) => part !== '')
    .join('\n\n');
}
