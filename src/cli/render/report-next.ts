import type { FeatureReport } from '../../domain/report.ts';
import { shellWord } from './items.ts';
import type { ReportOptions } from './report-head.ts';
import { wrap } from './table.ts';

/** What there is to do after a feature's end. */
export function nextLines(report: FeatureReport, { width = 200 }: ReportOptions): string[] {
  return stepsOf(report).flatMap(([command, why]) => [command, ...wrap(why, width - 4, '  ')]);
}

/** Commands, and what each is for. */
function stepsOf({ feature, outcome, branch, pullRequest, packets }: FeatureReport): [string, string][] {
  const name = shellWord(feature);
  if (outcome === 'landed' || outcome === 'rolled-out') {
    if (pullRequest !== undefined) return [[pullRequest, 'Review it, and merge it there.']];
    if (branch === undefined) return [];
    const word = shellWord(branch);
    if (!branch.startsWith('feature/'))
      return [[`git pull origin ${word}`, 'The work is on the base: get it.']];
    return [
      [
        `git fetch origin ${word}`,
        'Get the work. In a repository without a remote the branch is there already.',
      ],
      [`git diff HEAD...${word}`, 'Look at it, then merge it as you are used to.'],
    ];
  }
  const unmerged = packets.some(({ status }) => status !== 'merged');
  const unfinished: [string, string][] = unmerged
    ? [[`baton diff ${name}`, 'What there is of the work: nothing unmerged is thrown away.']]
    : [];
  return [
    ...unfinished,
    [
      `baton rewind ${name} --before design --fork ${name}-2`,
      'Begin once more beside it; what is the same is not paid for again. Name another point to keep more.',
    ],
  ];
}
