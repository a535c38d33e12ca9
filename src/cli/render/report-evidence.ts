import type { FeatureReport, PacketReport } from '../../domain/report.ts';
import { ALLOWED_WHAT, changesByCheck, evidenceAlone, NAMED_BY } from '../../domain/report-words.ts';
import { oneLine } from '../../domain/visible.ts';
import type { ReportOptions } from './report-head.ts';
import { pad, wrap } from './table.ts';

/** Names on a screen; `baton report --json` has all of them. */
const MOST_NAMES = 12;
/** Labels are at most this wide. */
const LABEL = 'allowed'.length;

interface Entry {
  readonly label: 'merged' | 'met' | 'allowed' | 'flaky' | 'changed';
  readonly text: string;
  /** It weakens what the report shows. */
  readonly doubtful: boolean;
}

/**
 * What was merged of each packet, what shows that it is done, and what weakens that: allowances, flaky tests, files
 * that checks changed.
 */
export function evidenceLines({ packets }: FeatureReport, { style, width = 200 }: ReportOptions): string[] {
  return packets.flatMap((packet) => {
    const entries = entriesOf(packet);
    if (entries.length === 0) return [];
    return [
      packet.id,
      ...entries.flatMap(({ label, text, doubtful }) =>
        // Two for the section, two for the packet, two between label and text.
        wrap(text, width - LABEL - 6).map((line, row) => {
          const paint = doubtful ? style.yellow : style.green;
          return `  ${row === 0 ? paint(pad(label, LABEL)) : ' '.repeat(LABEL)}  ${line}`;
        }),
      ),
    ];
  });
}

/** Commits and trees at this length are found by git, and compared by eye. */
const short = (id: string): string => id.slice(0, 12);

const entriesOf = (packet: PacketReport): readonly Entry[] => {
  const { merge, criteria = [], allowances = [], flaky = [], changedByChecks } = packet;
  const entries: Entry[] = [];
  const add = (label: Entry['label'], text: string, doubtful = true) =>
    entries.push({ label, text, doubtful });
  if (merge !== undefined)
    add('merged', `as ${short(merge.new)} on ${short(merge.old)}, tree ${short(merge.tree)}`, false);
  for (const criterion of criteria) {
    const { text, namedBy, heldBefore } = criterion;
    const since = heldBefore ? ['held before this packet'] : [];
    const facts = [oneLine(evidenceAlone(criterion)), NAMED_BY[namedBy], ...since];
    add('met', `${oneLine(text)}: ${facts.filter((fact) => fact !== '').join('; ')}`, heldBefore);
  }
  for (const { what, names, by } of allowances)
    add('allowed', `by ${oneLine(by)}, ${ALLOWED_WHAT[what]}: ${listed(names)}`);
  if (flaky.length > 0) add('flaky', `failed and passed on the same tree: ${listed(flaky)}`);
  for (const [check, files] of changesByCheck(changedByChecks))
    add('changed', `by ${oneLine(check)}, and put back: ${listed(files)}`);
  return entries;
};

/** What set-up and checks leave in the tree, and what to do about it. */
export function leftBehindLines(
  { leftBehind = [] }: FeatureReport,
  { width = 200 }: ReportOptions,
): string[] {
  if (leftBehind.length === 0) return [];
  const advice = 'Nothing ignores them, so Baton keeps them out of its commits: add them to .gitignore.';
  return [...wrap(listed(leftBehind), width - 2), ...wrap(advice, width - 2)];
}

/** Harmless names beside each other, as many as a screen takes. */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMES;
  const shown = names.slice(0, MOST_NAMES).map(oneLine).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
