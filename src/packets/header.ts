import { suggestion } from '../domain/nearest.ts';
import { PACKET_KINDS, type PacketDraft, type PacketKind } from '../domain/packet.ts';
import { bare, fieldOf, isBlank, type Line } from './blocks.ts';
import type { FileProblems } from './file-problems.ts';

const FIELDS = ['Objective', 'Branch', 'Kind', 'Size', 'Role'] as const;
type Field = (typeof FIELDS)[number];

export interface Header {
  readonly values: Partial<Pick<PacketDraft, 'objective' | 'branch' | 'kind' | 'size' | 'role'>>;
  readonly lines: ReadonlyMap<string, number>;
}

/** The fields between the title and the first section. */
export function parseHeader(lines: readonly Line[], titleLine: number, report: FileProblems): Header {
  const found = new Map<Field, { line: number; text: string }>();
  let open: Field | undefined;
  for (const line of lines) {
    const field = fieldOf(line);
    if (field) {
      open = FIELDS.find((name) => name.toLowerCase() === field.name.toLowerCase());
      if (!open)
        report.problem(line.number, `unknown field \`${field.name}\`${suggestion(field.name, FIELDS)}`);
      else if (found.has(open))
        report.problem(line.number, `a second \`${open}\`: the first is in line ${found.get(open)?.line}`);
      else found.set(open, { line: line.number, text: field.value });
    } else if (isBlank(line)) {
      open = undefined;
    } else {
      const before = open && found.get(open);
      // Only an objective is long enough to be broken over lines.
      if (open === 'Objective' && before) before.text = `${before.text} ${line.text.trim()}`.trim();
      else report.warn(line.number, 'is not read: text for the agent goes to `## Instructions`');
    }
  }
  const text = (name: Field) => found.get(name)?.text || undefined;
  for (const [name, { line, text: value }] of found)
    if (value === '') report.problem(line, `\`${name}\` is empty`);
  if (!found.has('Objective')) report.problem(titleLine, 'has no objective: write `**Objective:** …`');

  const objective = text('Objective');
  const branch = text('Branch');
  const role = text('Role');
  const kind = kindOf(text('Kind'), found.get('Kind')?.line ?? titleLine, report);
  const size = sizeOf(text('Size'), found.get('Size')?.line ?? titleLine, report);
  return {
    values: {
      ...(objective !== undefined && { objective }),
      ...(branch !== undefined && { branch: bare(branch) }),
      ...(role !== undefined && { role: bare(role) }),
      ...(kind && { kind }),
      ...(size !== undefined && { size }),
    },
    lines: new Map([...found].map(([name, { line }]) => [name.toLowerCase(), line])),
  };
}

function kindOf(text: string | undefined, line: number, report: FileProblems): PacketKind | undefined {
  if (text === undefined) return undefined;
  const kind = PACKET_KINDS.find((one) => one === bare(text).toLowerCase());
  if (!kind)
    report.problem(line, `\`Kind\` can't be \`${bare(text)}\`${suggestion(bare(text), PACKET_KINDS)}`);
  return kind;
}

const MINUTES = { m: 1, h: 60, d: 24 * 60 } as const;

function sizeOf(text: string | undefined, line: number, report: FileProblems): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d{1,6}(?:\.\d+)?)\s?(m|h|d)$/.exec(bare(text)) ?? [];
  if (amount !== undefined && unit !== undefined)
    return Number(amount) * MINUTES[unit as keyof typeof MINUTES];
  report.problem(
    line,
    `\`Size\` must be a length of time with its unit, such as 30m or 2h, not \`${bare(text)}\``,
  );
  return undefined;
}
