import { ReportError } from '../reports/test-report.ts';
import { attribute, MAX_DEPTH, nodes, nodesAt, numberAt, type XmlNode } from '../reports/xml.ts';
import { type Coverage, type FileCoverage, hit } from './model.ts';

interface Hits {
  readonly lines: Map<string, boolean>;
  readonly functions: Map<string, boolean>;
  readonly branches: Map<string, boolean>;
}
type Files = Map<string, Hits>;

const at = (files: Files, file: string): Hits => {
  const known = files.get(file) ?? { lines: new Map(), functions: new Map(), branches: new Map() };
  files.set(file, known);
  return known;
};

/** Kinds that no file of a report has are not counted by its tool, but for those that it always counts. */
function coverageOf(files: Files, empty: string, always: readonly (keyof Hits)[] = []): Coverage {
  if (files.size === 0) throw new ReportError(empty);
  const all = [...files].map(([file, hits]) => ({ file, ...hits }));
  const has = (kind: keyof Hits) => always.includes(kind) || all.some((one) => one[kind].size > 0);
  const kept = (['lines', 'functions', 'branches'] as const).filter(has);
  return {
    files: all.map(
      (one): FileCoverage => ({
        file: one.file,
        ...Object.fromEntries(kept.map((kind) => [kind, one[kind]])),
      }),
    ),
  };
}

/** Branches, or functions, of which only the number is known, the covered ones first: then reports of several runs can be put together. */
function hitBranches(into: Map<string, boolean>, place: string, covered: number, total: number): void {
  for (let one = 0; one < Math.min(total, MOST_BRANCHES); one += 1)
    hit(into, `${place} ${one}`, one < covered ? 1 : 0);
}
/** Of one file; more is no number of branches. */
const MOST_BRANCHES = 100_000;

/** Cobertura's XML, also of coverage.py, coverlet, istanbul, PHPUnit, gocover-cobertura and cargo-tarpaulin. */
export function parseCobertura(document: XmlNode): Coverage {
  const [root] = nodes(document, 'coverage');
  const sources = nodesAt(root, 'sources', 'source').map((one) => String(one['#text'] ?? '').trim());
  const files: Files = new Map();
  const classes = nodesAt(root, 'packages', 'package', 'classes', 'class');
  for (const one of classes) {
    const hits = at(files, underSource(attribute(one, 'filename') ?? '', sources));
    for (const method of nodesAt(one, 'methods', 'method')) {
      const lines = nodesAt(method, 'lines', 'line');
      const name = [attribute(one, 'name'), attribute(method, 'name'), attribute(method, 'signature')].join(
        ' ',
      );
      if (lines.length > 0)
        hit(hits.functions, name, Math.max(...lines.map((line) => numberAt(line, 'hits'))));
      for (const line of lines) coberturaLine(hits, line);
    }
    for (const line of nodesAt(one, 'lines', 'line')) coberturaLine(hits, line);
  }
  return coverageOf(files, 'it has no class: nothing was measured');
}

function coberturaLine(hits: Hits, line: XmlNode): void {
  const number = attribute(line, 'number') ?? '';
  hit(hits.lines, number, numberAt(line, 'hits'));
  const [, covered, total] = /\((\d+)\/(\d+)\)/.exec(attribute(line, 'condition-coverage') ?? '') ?? [];
  if (total !== undefined) hitBranches(hits.branches, number, Number(covered), Number(total));
}

/** With one source folder the files are below it; of several nobody says which, and the ends of paths tell. */
const underSource = (file: string, [source, ...others]: readonly string[]): string =>
  source && others.length === 0 && !/^(?:\/|[a-z]:)/i.test(file)
    ? `${source.replace(/\/+$/, '')}/${file}`
    : file;

/** JaCoCo's XML. Files are named by their package; where they are in the tree is found later. */
export function parseJacoco(document: XmlNode): Coverage {
  const files: Files = new Map();
  for (const one of jacocoPackages(nodes(document, 'report'), 0)) {
    const folder = attribute(one, 'name') ?? '';
    const pathOf = (name: string) => (folder === '' ? name : `${folder}/${name}`);
    for (const source of nodes(one, 'sourcefile')) {
      const hits = at(files, pathOf(attribute(source, 'name') ?? ''));
      for (const line of nodes(source, 'line')) {
        const number = attribute(line, 'nr') ?? '';
        hit(hits.lines, number, numberAt(line, 'ci'));
        const covered = numberAt(line, 'cb');
        hitBranches(hits.branches, number, covered, covered + numberAt(line, 'mb'));
      }
    }
    for (const type of nodes(one, 'class')) {
      const file = attribute(type, 'sourcefilename');
      if (file === undefined) continue;
      for (const method of nodes(type, 'method')) {
        const name = [attribute(type, 'name'), attribute(method, 'name'), attribute(method, 'desc')].join(
          ' ',
        );
        const counter = nodes(method, 'counter').find((each) => attribute(each, 'type') === 'METHOD');
        hit(at(files, pathOf(file)).functions, name, numberAt(counter, 'covered'));
      }
    }
  }
  return coverageOf(
    files,
    'it has no source file: nothing was measured, or the classes have no debug information',
    ['branches', 'functions'],
  );
}

/** Groups, of several modules, hold packages or groups. */
function jacocoPackages(reports: readonly XmlNode[], depth: number): XmlNode[] {
  if (depth > MAX_DEPTH) throw new ReportError(`its groups are nested deeper than ${MAX_DEPTH}`);
  return reports.flatMap((one) => [
    ...nodes(one, 'package'),
    ...jacocoPackages(nodes(one, 'group'), depth + 1),
  ]);
}

/** Clover's XML, of PHPUnit and istanbul. */
export function parseClover(document: XmlNode): Coverage {
  const files: Files = new Map();
  const projects = nodesAt(document, 'coverage', 'project');
  for (const file of projects.flatMap((one) => [...nodes(one, 'file'), ...nodesAt(one, 'package', 'file')])) {
    const hits = at(files, attribute(file, 'path') ?? attribute(file, 'name') ?? '');
    for (const line of nodes(file, 'line'))
      if (attribute(line, 'type') !== 'method')
        hit(hits.lines, attribute(line, 'num') ?? '', numberAt(line, 'count'));
    // What a line says of its branches differs from tool to tool; the sums of a file mean the same everywhere.
    const [sums] = nodes(file, 'metrics');
    hitBranches(hits.branches, '', numberAt(sums, 'coveredconditionals'), numberAt(sums, 'conditionals'));
    hitBranches(hits.functions, '', numberAt(sums, 'coveredmethods'), numberAt(sums, 'methods'));
  }
  return coverageOf(files, 'it has no file: nothing was measured');
}

/** Which of the three an XML document is. */
export function xmlCoverageFormat(document: XmlNode): 'cobertura' | 'clover' | 'jacoco' | undefined {
  const [coverage] = nodes(document, 'coverage');
  if (coverage !== undefined) return 'project' in coverage ? 'clover' : 'cobertura';
  const [report] = nodes(document, 'report');
  if (report !== undefined && ['package', 'group', 'sessioninfo', 'counter'].some((name) => name in report))
    return 'jacoco';
  return undefined;
}
