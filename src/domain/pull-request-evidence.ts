/** What a pull request says of the evidence for its packets, and of what weakens it. Pure. */
import { code } from './markdown.ts';
import { boundedTable, inlineText, section } from './pull-request-table.ts';
import type { FeatureReport } from './report.ts';
import { ALLOWED_WHAT, changesByCheck, evidenceAlone, howRed, NAMED_BY } from './report-words.ts';

/** Characters of the criteria's table: they are what a reviewer looks for first. */
const LONGEST_CRITERIA = 5000;
const LONGEST_CELL = 160;
/** Names in one cell or line; the report has them all. */
const MOST_NAMES = 8;

const names = (all: readonly string[]): string => {
  const shown = all.slice(0, MOST_NAMES).map((name) => inlineText(name, LONGEST_CELL));
  const more = all.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/**
 * The sentence with which the text begins if checks were red before anything was done.
 *
 * @param accepted - names of checks that a person chose to go on with, for reports that don't say how red they were
 */
export function redLines({ knownRed }: FeatureReport, accepted: readonly string[]): string[] {
  const known = knownRed ?? [];
  const told = new Set(known.map(({ name }) => name));
  const checks = [
    ...known.map((check) => `${code(check.name)} (${howRed(check)})`),
    ...accepted.filter((name) => !told.has(name)).map(code),
  ];
  if (checks.length === 0) return [];
  return [
    `**Red before anything was done: ${checks.join(', ')}.** A person chose to go on with that: what was red then may be red still.`,
  ];
}

/** How criteria were met, what people allowed, flaky tests, and what checks changed or left. */
export function evidenceSections(report: FeatureReport): string[] {
  return [
    ...section('Criteria', criteriaLines(report)),
    ...section('Allowed by people', allowanceLines(report)),
    ...section('Flaky tests', flakyLines(report)),
    ...section('Files that checks changed', changedLines(report)),
    ...section('Left in the tree', leftLines(report)),
  ];
}

const criteriaLines = ({ packets }: FeatureReport) =>
  boundedTable(
    ['Packet', 'Criterion', 'Evidence', 'Named by', 'Held before'],
    packets.flatMap(({ id, criteria = [] }) =>
      criteria.map((criterion) => [
        code(id),
        inlineText(criterion.text, LONGEST_CELL),
        inlineText(evidenceAlone(criterion), LONGEST_CELL),
        NAMED_BY[criterion.namedBy].replace(/^named by /, ''),
        criterion.heldBefore ? '**yes**' : 'no',
      ]),
    ),
    LONGEST_CRITERIA,
  );

const allowanceLines = ({ packets }: FeatureReport) =>
  boundedTable(
    ['Packet', 'What', 'Which', 'By'],
    packets.flatMap(({ id, allowances = [] }) =>
      allowances.map(({ what, names: allowed, by }) => [
        code(id),
        ALLOWED_WHAT[what],
        names(allowed),
        inlineText(by, LONGEST_CELL),
      ]),
    ),
  );

const flakyLines = ({ packets }: FeatureReport) => {
  const rows = packets.flatMap(({ id, flaky = [] }) =>
    flaky.length === 0 ? [] : [[code(id), names(flaky)]],
  );
  if (rows.length === 0) return [];
  return ['They failed and passed on the same tree.', '', ...boundedTable(['Packet', 'Tests'], rows)];
};

const changedLines = ({ packets, gates }: FeatureReport) => {
  const rows = [
    ...packets.flatMap(({ id, changedByChecks }) =>
      changesByCheck(changedByChecks).map(([check, files]) => [inlineText(check), code(id), names(files)]),
    ),
    ...gates.flatMap(({ name, changed = [] }) =>
      changed.length === 0 ? [] : [[inlineText(name), '', names(changed)]],
    ),
  ];
  if (rows.length === 0) return [];
  return ['Baton put them back.', '', ...boundedTable(['Check or gate', 'Packet', 'Files'], rows)];
};

const leftLines = ({ leftBehind = [] }: FeatureReport) =>
  leftBehind.length === 0
    ? []
    : [
        `Set-up and checks leave these, and nothing ignores them: ${names(leftBehind)}. Baton keeps them out of its commits: add them to ${code('.gitignore')}.`,
      ];
