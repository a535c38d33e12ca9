/** The text of a pull request: the report, in Markdown. Pure. */
import type { CheckResult, GateResult, TestCounts } from './checks.ts';
import { type Config, checkNames } from './config.ts';
import { code, quote } from './markdown.ts';
import type { Packet } from './packet.ts';
import { evidenceSections, redLines } from './pull-request-evidence.ts';
import { inlineText, markdownTable, section, still } from './pull-request-table.ts';
import type { FeatureReport } from './report.ts';
import { cut, shortLine, visible } from './visible.ts';

/** The service takes 65,536 characters; half of it is more than anybody reads, and leaves room for its own marks. */
export const LONGEST_BODY = 30_000;
/** What lists of requests show of a title; the service takes 256. */
const LONGEST_TITLE = 100;
const LONGEST_REQUEST = 4000;
const LONGEST_LINE = 300;

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

/** What the text is made of. */
export interface PullRequestFacts {
  readonly report: FeatureReport;
  readonly packets: readonly Packet[];
  readonly checks: Config['checks'];
  /** Known to be red on the base, where a person chose to go on with that. */
  readonly knownRed: readonly Pick<CheckResult, 'name'>[];
  readonly base: string;
  readonly baseCommit: string;
  readonly branch: string;
  readonly commit: string;
}

const counted = (tests: TestCounts | null) =>
  tests === null
    ? 'unknown'
    : `${tests.passing} of ${tests.total} pass${tests.failing > 0 ? `, ${tests.failing} fail` : ''}${tests.skipped > 0 ? `, ${tests.skipped} skipped` : ''}`;

const packetLines = ({ report, packets }: PullRequestFacts) => {
  const told = new Map(packets.map(({ id, objective }) => [id, objective]));
  const rows = report.packets.map(({ id, status, why, files, merge }) => [
    code(id),
    inlineText(told.get(id) ?? ''),
    `${status}${why === undefined ? '' : `: ${inlineText(why)}`}`,
    String(files.length),
    merge === undefined ? '' : code(merge.new.slice(0, 12)),
  ]);
  const head = ['Packet', 'What', 'Status', 'Files', 'Merged as'];
  return markdownTable(head, rows);
};

const rounded = (value: number | null) =>
  value === null ? 'unknown' : String(Math.round(value * 100) / 100);

const gateLines = (gates: readonly GateResult[]) =>
  markdownTable(
    ['Gate', 'Outcome', 'Measured'],
    gates.map(({ name, outcome, figures, problems, waivedBy }) => [
      code(name),
      outcome === 'absent' ? 'absent (not configured)' : `**${outcome}**`,
      [
        ...Object.entries(figures).map(([key, value]) => `${inlineText(key)} ${rounded(value)}`),
        ...problems.map((problem) => inlineText(problem)),
        ...(waivedBy === undefined ? [] : [`waived by ${inlineText(waivedBy)}`]),
      ].join('; '),
    ]),
  );

const decisionLines = ({ decisions }: FeatureReport) => {
  const rows = decisions.map(({ item, choice, by, note, automatic, asIn }) => [
    code(item),
    inlineText(choice),
    asIn === undefined && automatic
      ? 'by itself (recommended choice)'
      : `${inlineText(by)}${asIn === undefined ? '' : ` (as in ${code(asIn)})`}`,
    note === undefined ? '' : inlineText(note),
  ]);
  const head = ['Decision', 'Choice', 'By', 'Note'];
  return markdownTable(head, rows);
};

/** Longer than any backticks inside, so that nothing ends the block early. */
const block = (lines: readonly string[]) => {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length)),
  );
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...lines, fence];
};

const verifyLines = ({ checks, branch, commit }: PullRequestFacts) => {
  const run = ['setup', ...checkNames({ checks } as Config)].flatMap((name) => {
    const check = checks[name];
    return check === undefined ? [] : [cut(visible(check.run), LONGEST_LINE)];
  });
  return block([`git fetch origin ${branch} && git switch --detach ${commit}`, ...run]);
};

/** The title and the text of a feature's pull request. */
export function pullRequestText(facts: PullRequestFacts): PullRequestText {
  const { report, base, baseCommit, commit, knownRed } = facts;
  const title = shortLine(report.request, LONGEST_TITLE);
  const { tests, humanInterventions, automaticDecisions } = report.figures;
  const parts = [
    ...redLines(
      report,
      knownRed.map(({ name }) => name),
    ),
    quote(report.request, LONGEST_REQUEST, still),
    `Commit ${code(commit)}${report.tree === undefined ? '' : `, tree ${code(report.tree)}`}, on ${code(base)} at ${code(baseCommit)}.`,
    ...section('Tests', [`Run by Baton on exactly this tree: ${counted(tests)}.`]),
    ...section('Packets', packetLines(facts)),
    ...evidenceSections(report),
    ...section('Gates', gateLines(report.gates)),
    ...section(
      `Decisions (${humanInterventions} by people, ${automaticDecisions} by themselves)`,
      decisionLines(report),
    ),
    ...section('How to verify', verifyLines(facts)),
    `Made by Baton, feature ${code(report.feature)}; ${code(`baton report ${report.feature}`)} tells all of it.`,
  ];
  return { title: title === '' ? report.feature : title, body: fitting(parts) };
}

const LEFT_OUT = '(Too long to be shown here: see the report.)';

/** Whole parts only: half a table or an open block would garble what follows. */
function fitting(parts: readonly string[]): string {
  // Room for every part's being left out.
  let left = LONGEST_BODY - parts.length * (LEFT_OUT.length + 2);
  const kept = parts.map((part) => {
    if (part.length > left) return LEFT_OUT;
    left -= part.length;
    return part;
  });
  return `${kept.join('\n\n')}\n`;
}
