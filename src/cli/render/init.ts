import type { Detected } from '../../detect/detect.ts';
import type { Tried } from '../../detect/write-config.ts';
import type { CheckResult } from '../../domain/checks.ts';
import { durationText } from '../../domain/duration.ts';
import { cut, inLines, oneLine } from '../../domain/visible.ts';
import type { TriedOut } from '../../work/try-out.ts';
import type { AgentHere } from '../init/crew.ts';
import type { Style } from './style.ts';

/** Lines of an output that a person gets to see. */
const MOST_LINES = 8;

/** What was recognised: a line a stack, then what deploys, the agents, and what to know. */
export function foundLines(all: Detected, here: readonly AgentHere[], style: Style): string[] {
  const { stacks, deploys, notes } = inLines(all);
  const agents = here.map(({ runner, state }) => `${runner} (${state})`).join(', ');
  return [
    style.bold('Found'),
    ...(stacks.length === 0 ? ['  nothing that is known to build or test'] : []),
    ...stacks.map(
      ({ kind, folder, found }) =>
        `  ${kind.padEnd(7)} ${found.join(', ')}${folder === '' ? '' : `, in ${folder}/`}`,
    ),
    ...(deploys.length > 0 ? [`  deploys ${deploys.join(', ')}`] : []),
    `  agents  ${agents}`,
    ...notes.map((note) => `  ${style.yellow('note')} ${note}`),
  ];
}

/** What set-up and checks came to: times, cases, what is flaky, what is left behind, what can't be shared. */
export function triedLines(out: TriedOut, { leftOut = new Map(), installed }: Tried, style: Style): string[] {
  const mark = (passed: boolean) => (passed ? style.green('ok  ') : style.red('red '));
  const lines = [style.bold('Tried, in a tree of its own')];
  if (out.setup !== undefined) {
    lines.push(`  ${mark(out.setup.passed)} set-up ${durationText(out.setup.durationMs)}`);
    if (!out.setup.passed) lines.push(...tailLines(out.setup.tail));
  }
  for (const check of out.checks) {
    lines.push(`  ${mark(check.passed)} ${check.name} ${durationText(check.durationMs)}${casesText(check)}`);
    const why = leftOut.get(check.name);
    if (why !== undefined) lines.push(`       left out of the file: ${why}`);
    else if (!check.passed)
      lines.push(
        ...(check.failing.length > 0
          ? check.failing.slice(0, MOST_LINES).map((name) => `       ${oneLine(name)}`)
          : tailLines(check.tail)),
      );
  }
  for (const [check, names] of Object.entries(out.flaky))
    lines.push(
      `  ${style.yellow('note')} flaky in ${check}: ${names.slice(0, MOST_LINES).map(oneLine).join(', ')}: it failed once and passed once on the same tree`,
    );
  if (out.leftBehind.length > 0)
    lines.push(
      `  ${style.yellow('note')} left behind: ${out.leftBehind.slice(0, MOST_LINES).map(oneLine).join(', ')}`,
    );
  if (installed !== undefined && 'problem' in installed)
    lines.push(
      `  ${style.yellow('note')} not shared: ${oneLine(installed.problem)}. Every tree runs the set-up`,
    );
  else if (installed !== undefined && installed.paths.length > 0)
    lines.push(
      `  ${style.green('ok  ')} shared: ${installed.paths.map(oneLine).join(', ')}, installed once and copied into every tree`,
    );
  if (out.coverage !== undefined)
    lines.push(`  ${style.green('ok  ')} coverage ${out.coverage.toFixed(1)} %`);
  return lines;
}

function casesText({ tests, timedOut, exitCode, passed }: CheckResult): string {
  const cases =
    tests === null
      ? ''
      : `, ${tests.passing} of ${tests.total} ${tests.total === 1 ? 'test' : 'tests'} passed`;
  const ended = passed ? '' : timedOut ? ', took too long' : `, exit code ${exitCode}`;
  return `${cases}${ended}`;
}

const tailLines = (tail: string): string[] =>
  tail
    .trim()
    .split('\n')
    .slice(-MOST_LINES)
    .map((line) => `       ${cut(oneLine(line), 200)}`);
