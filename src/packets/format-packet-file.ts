import { DEFAULT_PACKET_SIZE, type Packet } from '../domain/packet.ts';
import { escapeBlock } from './blocks.ts';
import { joinEvidence } from './criteria.ts';
import { scopeText } from './scope.ts';

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/**
 * The Markdown form of a packet, which `parsePacketFile` reads back. Objective and criteria become one line
 * each; white space around blocks is not kept.
 */
export function formatPacketFile(packet: Packet): string {
  const { boundaries, dependencies, criteria } = packet;
  const field = (name: string, value: string | undefined) =>
    value === undefined ? [] : [`**${name}:** ${value}`];
  const section = (name: string, lines: readonly string[]) => [`## ${name}`, ...lines].join('\n');
  const block = (name: string, text: string | undefined) =>
    text?.trim() ? [section(name, ['', escapeBlock(text.trim())])] : [];
  const paragraphs = [
    `# Work Packet: ${packet.id}`,
    `**Objective:** ${oneLine(packet.objective)}`,
    [
      ...field('Branch', packet.branch === undefined ? undefined : `\`${packet.branch}\``),
      ...field('Kind', packet.kind === 'implementation' ? undefined : packet.kind),
      ...field('Size', packet.size === DEFAULT_PACKET_SIZE ? undefined : `${packet.size}m`),
      ...field('Role', packet.role),
    ].join('\n'),
    section(
      'Acceptance Criteria',
      criteria.map((criterion) => `- [ ] ${joinEvidence({ ...criterion, text: oneLine(criterion.text) })}`),
    ),
    section('Boundaries', [
      ...scope('In Scope', boundaries.inScope),
      ...scope('Out of Scope', boundaries.outOfScope),
      ...(boundaries.notes?.trim() ? ['**Notes:**', '', escapeBlock(boundaries.notes.trim())] : []),
    ]),
    ...(dependencies.length > 0
      ? [
          section(
            'Dependencies',
            dependencies.map(({ type, packet: id }) => `- ${type}: ${id}`),
          ),
        ]
      : []),
    ...block('Interface Contract', packet.contract),
    ...block('Instructions', packet.instructions),
  ];
  return `${paragraphs.filter((text) => text !== '').join('\n\n')}\n`;
}

const scope = (name: string, globs: readonly string[]) =>
  globs.length > 0 ? [`**${name}:** ${globs.map(scopeText).join(', ')}`] : [];
