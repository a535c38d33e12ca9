import { durationText } from '../../domain/duration.ts';
import type { Unblock } from '../../domain/messages.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { inLines, oneLine } from '../../domain/visible.ts';
import { shellWord } from './items.ts';
import type { Style } from './style.ts';
import { table, wrap } from './table.ts';

const MAX_WIDTH = 110;

export interface DemoEnd {
  readonly report: FeatureReport;
  /** Advice that agents got by `unblock`, as far as this demo sent it. */
  readonly advice: readonly Unblock[];
  /** Steps of the set-up with their milliseconds, in their order; some ran beside each other. */
  readonly steps: readonly { readonly name: string; readonly ms: number }[];
  readonly setUpMs: number;
  readonly repo: string;
  readonly link?: string | undefined;
  /** Reopens server and Web UI on the same history. */
  readonly reopen: string;
}

/** What a demo says after the report. */
export function demoEndLines(end: DemoEnd, style: Style): string[] {
  const { report, repo } = { ...end, report: inLines(end.report) };
  const rows = [
    ...end.steps.map(({ name, ms }) => [name, durationText(ms)]),
    ['set-up in all, steps beside each other', durationText(end.setUpMs)],
    ['the feature', durationText(report.figures.wallMs)],
  ];
  const at = shellWord(repo);
  const tree =
    report.branch === undefined
      ? [`  ${repo} (nothing was landed)`]
      : [
          `  ${repo}, branch ${report.branch}`,
          `  look at it:    git -C ${at} log --stat main..${report.branch}`,
          `  run its tests: git -C ${at} worktree add ../landed ${report.branch} && cd ${at}/../landed && npm ci && npm test`,
        ];
  return [
    ...adviceLines(end, style),
    '',
    style.bold('Times'),
    ...table(rows).map((line) => `  ${line}`),
    '',
    style.bold('The tree'),
    ...tree,
    '',
    style.bold('In the Web UI'),
    ...(end.link === undefined ? [] : [`  ${end.link}`]),
    `  reopen it later: ${end.reopen}`,
    '',
    'The agents of this demo were scripted: they followed a recipe, and no model was called. What they did was real.',
  ];
}

/** Who gave it: the demo in a person's place, or a person. */
function adviceLines({ advice }: DemoEnd, style: Style): string[] {
  if (advice.length === 0) return [];
  const lines = advice.flatMap(({ packet, message, by, automatic }) => [
    `  to ${oneLine(packet)}, by ${oneLine(by)}${automatic ? ", in a person's place" : ''}:`,
    ...wrap(oneLine(message), MAX_WIDTH, '    '),
  ]);
  return ['', style.bold('Advice'), ...lines];
}
