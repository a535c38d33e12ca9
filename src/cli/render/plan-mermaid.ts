import type { Forecast } from '../../domain/forecast.ts';
import { minutesText } from '../../domain/plan-words.ts';
import { oneLine } from '../../domain/visible.ts';

/** Text in quotes, in which Mermaid and the HTML that it makes know nothing but entities of these. */
const quoted = (text: string): string =>
  oneLine(text).replace(/[^\p{L}\p{N} ,.-]/gu, (character) => `#${character.codePointAt(0)};`);

/**
 * A plan as a Mermaid flowchart: solid arrows for hard dependencies, dotted ones for soft, thick borders for the
 * critical path, grey for what has ended. Ids stand in quotes behind names of our own, since `end` and others
 * mean something to Mermaid.
 */
export function planMermaid({ packets }: Forecast): string {
  const names = new Map(packets.map(({ id }, index) => [id, `p${index + 1}`]));
  const all = (which: readonly { readonly id: string }[], style: string) =>
    which.length > 0 ? [`  class ${which.map(({ id }) => names.get(id)).join(',')} ${style}`] : [];
  const ended = packets.filter(({ status }) => status === 'merged' || status === 'dropped');
  return [
    'flowchart LR',
    ...packets.map(({ id, size, status }) => {
      const state = status === undefined ? '' : `, ${status}`;
      return `  ${names.get(id)}["${quoted(id)}<br/>${quoted(`${minutesText(size)}${state}`)}"]`;
    }),
    ...packets.flatMap(({ id, dependencies }) =>
      dependencies.flatMap(({ packet, type }) => {
        const from = names.get(packet);
        return from === undefined ? [] : [`  ${from} ${type === 'soft' ? '-.->' : '-->'} ${names.get(id)}`];
      }),
    ),
    '  classDef critical stroke-width:3px',
    '  classDef ended fill:#ddd,stroke:#999,color:#555',
    ...all(
      packets.filter(({ critical }) => critical),
      'critical',
    ),
    ...all(ended, 'ended'),
  ].join('\n');
}
