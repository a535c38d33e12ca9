import { durationText } from '../../domain/duration.ts';
import type { FeatureReport } from '../../domain/report.ts';
import { shellWord } from './items.ts';
import type { Style } from './style.ts';
import { table } from './table.ts';

export interface DemoEnd {
  readonly report: FeatureReport;
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
  const { report, repo } = end;
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
