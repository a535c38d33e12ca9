import { suggestion } from '../domain/nearest.ts';
import type { Line } from './blocks.ts';
import type { FileProblems } from './file-problems.ts';

export const SECTIONS = [
  'Acceptance Criteria',
  'Boundaries',
  'Dependencies',
  'Interface Contract',
  'Instructions',
] as const;
export type SectionName = (typeof SECTIONS)[number];

/** A file that lacks one of these is more likely a mistake than a wish. */
const REQUIRED: readonly SectionName[] = ['Acceptance Criteria', 'Boundaries'];

const TITLE = 'Work Packet:';

/** A packet file cut at its headings. */
export interface PacketSections {
  readonly id: string;
  readonly titleLine: number;
  readonly header: readonly Line[];
  readonly sections: ReadonlyMap<SectionName, { readonly line: number; readonly body: readonly Line[] }>;
}

/** Cuts a packet file at its title and headings; headings inside code fences are none. */
export function cutSections(lines: readonly Line[], report: FileProblems): PacketSections {
  let title: { id: string; line: number } | undefined;
  const header: Line[] = [];
  const sections = new Map<SectionName, { line: number; body: Line[] }>();
  let body = header;
  for (const line of lines) {
    const [, marks, text = ''] = (line.fenced ? undefined : /^(#{1,2})\s+(.*\S)\s*$/s.exec(line.text)) ?? [];
    if (marks === undefined) body.push(line);
    else if (marks === '#') {
      if (title)
        report.problem(
          line.number,
          `a second title: the first is in line ${title.line}, and a file holds one packet`,
        );
      else if (!text.toLowerCase().startsWith(TITLE.toLowerCase()))
        report.problem(line.number, `the title must be \`# ${TITLE} <id>\``);
      title ??= { id: text.slice(text.indexOf(':') + 1).trim(), line: line.number };
    } else {
      const name = SECTIONS.find((known) => known.toLowerCase() === text.replace(/:$/, '').toLowerCase());
      body = [];
      if (!name) {
        report.problem(line.number, `unknown section \`${text}\`${suggestion(text, SECTIONS)}`);
        continue;
      }
      const before = sections.get(name);
      if (before)
        report.problem(line.number, `a second section \`${name}\`: the first is in line ${before.line}`);
      else sections.set(name, { line: line.number, body });
    }
  }
  if (!title) report.problem(1, `has no title: a packet begins with \`# ${TITLE} <id>\``);
  for (const name of REQUIRED)
    if (!sections.has(name)) report.problem(title?.line ?? 1, `has no section \`## ${name}\``);
  return { id: title?.id ?? '', titleLine: title?.line ?? 1, header, sections };
}
