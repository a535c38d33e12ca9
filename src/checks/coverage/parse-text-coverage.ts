import { ReportError } from '../reports/test-report.ts';
import { type Coverage, type FileCoverage, hit } from './model.ts';

/** Hits of one file while its record is read. */
interface Record {
  readonly file: string;
  readonly lines: Map<string, boolean>;
  readonly functions: Map<string, boolean>;
  readonly branches: Map<string, boolean>;
}

/** LCOV's tracefile, of lcov, c8, node:test, coverage.py, cargo-llvm-cov and many others. */
export function parseLcov(text: string): Coverage {
  const files: FileCoverage[] = [];
  let record: Record | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('SF:')) {
      if (record !== undefined) throw cutOff(record.file);
      record = { file: line.slice(3), lines: new Map(), functions: new Map(), branches: new Map() };
    } else if (line === 'end_of_record') {
      if (record !== undefined) files.push(withKinds(record));
      record = undefined;
    } else if (record !== undefined) addTo(record, line, index + 1);
  }
  if (record !== undefined) throw cutOff(record.file);
  if (files.length === 0) throw new ReportError('it has no file: nothing was measured');
  return { files };
}

const cutOff = (file: string) => new ReportError(`it is cut off: its record of ${file} has no end`);

/** A tool that counts no branches has none anywhere. */
const withKinds = ({ file, lines, functions, branches }: Record): FileCoverage => ({
  file,
  lines,
  ...(functions.size > 0 ? { functions } : {}),
  ...(branches.size > 0 ? { branches } : {}),
});

function addTo({ lines, functions, branches }: Record, line: string, number: number): void {
  const colon = line.indexOf(':');
  const [kind, rest] = [line.slice(0, colon), line.slice(colon + 1)];
  const parts = rest.split(',');
  const last = parts.at(-1) ?? '';
  if (kind === 'DA') hit(lines, parts[0] ?? '', countIn(parts[1], line, number));
  else if (kind === 'FNDA') hit(functions, parts.slice(1).join(','), countIn(parts[0], line, number));
  else if (kind === 'FNA')
    hit(functions, `${parts[0]} ${parts.slice(2).join(',')}`, countIn(parts[1], line, number));
  // `-`: the line itself was never reached.
  else if (kind === 'BRDA')
    hit(branches, parts.slice(0, -1).join(','), last === '-' ? 0 : countIn(last, line, number));
}

function countIn(text: string | undefined, line: string, number: number): number {
  const count = Number(text);
  if (text === undefined || text === '' || Number.isNaN(count))
    throw new ReportError(`its line ${number} has no count: ${line.slice(0, 100)}`);
  return count;
}

const BLOCK = /^(.+):(\d+)\.(\d+),(\d+)\.(\d+) (\d+) (\d+)$/;
/** No block has more; a figure above it is no number of statements. */
const MOST_STATEMENTS = 100_000;
/** No block is longer. */
const MOST_LINES = 1_000_000;

/**
 * The profile of `go test -coverprofile`. Go counts statements, in blocks; lines are those that a block stands on,
 * covered if one of their blocks is. A package that several test binaries ran stands in it several times.
 */
export function parseGoCover(text: string): Coverage {
  const files = new Map<string, { lines: Map<string, boolean>; statements: Map<string, boolean> }>();
  const all = text.split('\n').map((line) => line.trim());
  for (const [index, line] of all.entries()) {
    if (line === '' || line.startsWith('mode:')) continue;
    const [, file = '', from, , to, toColumn, statements, count] = BLOCK.exec(line) ?? [];
    if (file === '' || Number(statements) > MOST_STATEMENTS || Number(to) > MOST_LINES)
      throw new ReportError(
        `its line ${index + 1} is no block of a profile: ${line.slice(0, 100)}${index >= all.length - 2 ? '; it may be cut off' : ''}`,
      );
    const known = files.get(file) ?? { lines: new Map(), statements: new Map() };
    files.set(file, known);
    const times = Number(count);
    for (let one = 0; one < Number(statements); one += 1)
      hit(known.statements, `${line.slice(file.length + 1).split(' ')[0]} ${one}`, times);
    // A block that ends with its brace in the first columns has no code on that line.
    const last = Number(toColumn) <= 2 ? Number(to) - 1 : Number(to);
    for (let one = Number(from); one <= last; one += 1) hit(known.lines, String(one), times);
  }
  if (files.size === 0) throw new ReportError('it has no block: no package was measured');
  return { files: [...files].map(([file, kinds]) => ({ file, ...kinds })) };
}
