import { type Problem, sortProblems } from '../config/problem.ts';
import { type Packet, packetSchema } from '../domain/packet.ts';
import { schemaProblems } from '../domain/schema-findings.ts';
import type { SchemaIssue } from '../domain/schema-words.ts';
import { linesOf, unescapeBlock } from './blocks.ts';
import { parseCriteria } from './criteria.ts';
import { type PlacedDependency, parseDependencies } from './dependencies.ts';
import { FileProblems } from './file-problems.ts';
import { parseHeader } from './header.ts';
import { parseScope, type ScopeEntry } from './scope.ts';
import { cutSections } from './sections.ts';

/** A dependency whose packet the person left open: the designer names it. */
export interface UnnamedDependency {
  readonly type: 'hard' | 'soft';
  readonly text: string;
  readonly line: number;
}

/** A packet with the lines it came from. */
export interface PacketFile {
  readonly ok: true;
  readonly packet: Packet;
  readonly unnamed: readonly UnnamedDependency[];
  readonly warnings: readonly Problem[];
  /** Line of a part: `id`, `branch`, `dependencies.0`, `boundaries.inScope.2`, …; of the title if unknown. */
  lineOf(part: string): number;
}

export type ParsedPacketFile = PacketFile | { readonly ok: false; readonly problems: readonly Problem[] };

/** Ten times the longest packet its schema allows. */
const LARGEST_FILE = 256 * 1024;

/** A work packet in the Markdown form of docs/packets.md, or everything that is wrong in it, by line. */
export function parsePacketFile(text: string, file: string): ParsedPacketFile {
  const report = new FileProblems(file);
  if (text.length > LARGEST_FILE) {
    report.problem(1, `is larger than ${LARGEST_FILE / 1024} KiB: a packet is a few pages`);
    return { ok: false, problems: report.problems };
  }
  const { id, titleLine, header, sections } = cutSections(linesOf(text), report);
  const { values, lines } = parseHeader(header, titleLine, report);
  const body = (name: Parameters<typeof sections.get>[0]) => sections.get(name)?.body ?? [];
  const criteria = parseCriteria(body('Acceptance Criteria'), report);
  const scope = parseScope(body('Boundaries'), report);
  const dependencies = parseDependencies(body('Dependencies'), report);
  const named = dependencies.filter((one) => one.packet !== undefined);
  const contract = unescapeBlock(body('Interface Contract'));
  const notes = [words('In scope', scope.inScope), words('Out of scope', scope.outOfScope), scope.notes];
  const allNotes = notes.filter(Boolean).join('\n');
  const instructions = [unescapeBlock(body('Instructions')), ...dependencies.map(dependencyText)]
    .filter(Boolean)
    .join('\n\n');

  const places = new Map([...lines, ['id', titleLine]]);
  const mark = (part: string, entries: readonly { readonly line: number }[]) => {
    for (const [index, { line }] of entries.entries()) places.set(`${part}.${index}`, line);
  };
  mark('criteria', criteria);
  mark(
    'boundaries.inScope',
    scope.inScope.filter((entry) => entry.isPath),
  );
  mark(
    'boundaries.outOfScope',
    scope.outOfScope.filter((entry) => entry.isPath),
  );
  mark('dependencies', named);
  if (scope.notesLine > 0) places.set('boundaries.notes', scope.notesLine);
  for (const [part, name] of [
    ['criteria', 'Acceptance Criteria'],
    ['boundaries', 'Boundaries'],
    ['dependencies', 'Dependencies'],
    ['contract', 'Interface Contract'],
    ['instructions', 'Instructions'],
  ] as const)
    places.set(part, sections.get(name)?.line ?? titleLine);
  const lineOf = (part: string): number => {
    for (let at = part; ; at = at.slice(0, at.lastIndexOf('.'))) {
      const line = places.get(at);
      if (line !== undefined) return line;
      if (!at.includes('.')) return titleLine;
    }
  };

  const value = {
    id,
    ...values,
    criteria: criteria.map(({ line: _line, ...criterion }) => criterion),
    boundaries: {
      inScope: paths(scope.inScope),
      outOfScope: paths(scope.outOfScope),
      ...(allNotes !== '' && { notes: allNotes }),
    },
    dependencies: named.map(({ packet, type }) => ({ packet, type })),
    ...(contract !== '' && { contract }),
    ...(instructions !== '' && { instructions }),
  };
  const parsed = packetSchema.safeParse(value);
  if (!parsed.success)
    for (const issue of parsed.error.issues) {
      const part = issue.path.join('.');
      // A field that isn't there was complained of already, in better words.
      if (part === 'objective' && values.objective === undefined) continue;
      report.problem(lineOf(part), issueText(issue, part, value));
    }
  if (criteria.length === 0 && sections.has('Acceptance Criteria'))
    report.warn(lineOf('criteria'), 'no criterion: the packet is done when the checks are green');
  if (!parsed.success || report.problems.length > 0)
    return { ok: false, problems: sortProblems(report.problems) };
  const unnamed = dependencies
    .filter((one) => one.packet === undefined)
    .map(({ type, text: why, line }) => ({ type, text: why, line }));
  return { ok: true, packet: parsed.data, unnamed, warnings: sortProblems(report.warnings), lineOf };
}

const paths = (entries: readonly ScopeEntry[]) =>
  entries.filter(({ isPath }) => isPath).map(({ text }) => text);

function words(title: string, entries: readonly ScopeEntry[]): string {
  const prose = entries.filter(({ isPath }) => !isPath).map(({ text }) => text);
  return prose.length > 0 ? `${title}: ${prose.join(', ')}` : '';
}

/** What the person wrote about a dependency has no place of its own in a packet, but its agent needs it. */
function dependencyText({ type, packet, text }: PlacedDependency): string {
  if (text === '') return '';
  const kind = type === 'soft' ? 'Soft dependency' : 'Hard dependency';
  return `${kind}${packet === undefined ? '' : ` on ${packet}`}: ${text}`;
}

/** In the words of a Markdown file, in which a criterion and a boundary have no path. */
function issueText(issue: SchemaIssue, part: string, value: object): string {
  if (issue.code === 'custom') return issue.message;
  const name = part.replaceAll(/\.\d+/g, '');
  if (issue.code === 'too_big')
    return `\`${name}\` is too large: at most ${issue.maximum}${{ string: ' characters', array: ' entries', number: ' minutes' }[issue.origin as string] ?? ''}`;
  if (issue.code === 'too_small')
    return `\`${name}\` ${issue.origin === 'number' ? 'must be more than 0' : 'is empty'}`;
  if (issue.code === 'invalid_union') {
    const inner = issue.errors.flat().find((one) => one.code === 'custom' || one.code === 'too_big');
    if (inner) return issueText(inner, part, value);
  }
  return schemaProblems({ issues: [issue] }, value, packetSchema);
}
