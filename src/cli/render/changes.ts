import type { AttentionItem } from '../../domain/attention.ts';
import type { FeatureStatus } from '../../domain/messages.ts';
import { inLines } from '../../domain/visible.ts';
import { formatGate } from './gates.ts';
import { itemLines } from './items.ts';
import type { Style } from './style.ts';

/** What is new in `now`, an entry each, for output that is only appended to. An item takes several lines. */
export function changeLines(
  former: FeatureStatus | undefined,
  present: FeatureStatus,
  options: { readonly style: Style; readonly hints?: (item: AttentionItem) => readonly string[] },
): string[] {
  const { style } = options;
  const before = inLines(former);
  const now = inLines(present);
  const lines: string[] = [];
  const entered = before?.phase !== now.phase || before.activity !== now.activity;
  if (entered && now.phase !== 'done') lines.push(`phase ${now.phase}: ${now.activity}`);
  if ((before?.paused ?? false) !== now.paused) lines.push(now.paused ? 'paused' : 'resumed');
  for (const packet of now.packets) {
    const old = before?.packets.find(({ id }) => id === packet.id);
    const note = packet.note ?? '';
    if (old?.status !== packet.status)
      lines.push(
        `packet ${packet.id}: ${packet.status}${note === '' || packet.status === 'merged' ? '' : ` (${note})`}`,
      );
    else if (note !== '' && old.note !== packet.note) {
      const percent = packet.percent === undefined ? '' : ` ${Math.round(packet.percent)}%`;
      lines.push(`packet ${packet.id}:${percent} ${note}`);
    }
  }
  for (const gate of now.gates) {
    const old = before?.gates.find(({ name }) => name === gate.name);
    if (old === undefined || formatGate(old, style) !== formatGate(gate, style))
      lines.push(`gate ${formatGate(gate, style)}`);
  }
  const steps = now.releaseSteps.slice(before?.releaseSteps.length ?? 0);
  lines.push(...steps.map((step) => `release: ${step}`));
  const taken = now.decisions.slice(before?.decisions.length ?? 0);
  lines.push(
    ...taken.map(
      (one) => `decided ${one.item}: ${one.choice}${one.note ? ` (${one.note})` : ''} by ${one.by}`,
    ),
  );
  const known = new Set(before?.dropped.map(({ at, reason }) => at + reason));
  for (const { signal, reason, at } of now.dropped)
    if (!known.has(at + reason)) lines.push(`dropped ${signal}: ${reason}`);
  // As they are: what is asked may have several lines.
  for (const item of present.attention)
    if (!former?.attention.some(({ id }) => id === item.id)) lines.push(itemLines(item, options).join('\n'));
  // Last, since whatever else is new came before it.
  if (entered && now.phase === 'done') lines.push(`done: ${now.activity}`);
  return lines;
}
