import type { Detected } from '../../detect/detect.ts';
import type { Tried } from '../../detect/write-config.ts';
import type { CheckResult } from '../../domain/checks.ts';
import { durationText } from '../../domain/duration.ts';
import { counted } from '../../domain/plan-words.ts';
import { cut, inLines, oneLine } from '../../domain/visible.ts';
import type { TriedOut } from '../../work/try-out.ts';
import type { AgentHere } from '../init/crew.ts';
import type { Style } from './style.ts';
import { hanging } from './table.ts';

/** Lines of an output that a person gets to see. */
const MOST_LINES = 8;

/** What was recognised: a line a stack, then what deploys, the agents, and what to know. */
export function foundLines(
  all: Detected,
  here: readonly AgentHere[],
  { style, width = 200 }: { readonly style: Style; readonly width?: number },
): string[] {
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
    ...hanging('  agents  ', agents, width),
    ...notes.flatMap((note) => hanging(`  ${style.yellow('note')} `, note, width)),
  ];
}

/** A command line to copy: where it doesn't fit, it goes on in lines that a shell takes for one. */
export const commandLines = (
  command: string,
  { style, width = 200 }: { style: Style; width?: number },
): string[] =>
  (command.length + 2 <= width
    ? [command]
    : command.split(' && ').map((part, at, all) => (at < all.length - 1 ? `${part} && \\` : part))
  ).map((line, at) => `${at === 0 ? '  ' : '    '}${style.bold(line)}`);

/** What set-up and checks came to: times, cases, what is flaky, what is left behind, what can't be shared. */
export function triedLines(
  { setup, checks, flaky, leftBehind, coverage }: TriedOut,
  { leftOut = new Map(), installed }: Tried,
  style: Style,
): string[] {
  const mark = (passed: boolean) => (passed ? style.green('ok  ') : style.red('red '));
  const lines = [style.bold('Tried, in a tree of its own')];
  if (setup !== undefined) {
    lines.push(`  ${mark(setup.passed)} set-up ${durationText(setup.durationMs)}`);
    if (!setup.passed) lines.push(...tailLines(setup.tail));
  }
  for (const check of checks) {
    lines.push(
      `  ${mark(check.passed)} ${oneLine(check.name)} ${durationText(check.durationMs)}${casesText(check)}`,
    );
    const why = leftOut.get(check.name);
    if (why !== undefined) lines.push(`       left out of the file: ${oneLine(why)}`);
    else if (!check.passed)
      lines.push(
        ...(check.failing.length > 0
          ? check.failing.slice(0, MOST_LINES).map(quoted)
          : tailLines(check.tail)),
      );
  }
  for (const [check, names] of Object.entries(flaky))
    lines.push(
      `  ${style.yellow('note')} flaky in ${oneLine(check)}: ${listed(names)}: it failed once and passed once on the same tree`,
    );
  if (leftBehind.length > 0) lines.push(`  ${style.yellow('note')} left behind: ${listed(leftBehind)}`);
  if (installed !== undefined && 'problem' in installed)
    lines.push(
      `  ${style.yellow('note')} not shared: ${oneLine(installed.problem)}. Every tree runs the set-up`,
    );
  else if (installed !== undefined && installed.paths.length > 0)
    lines.push(
      `  ${style.green('ok  ')} shared: ${listed(installed.paths)}, installed once and copied into every tree`,
    );
  if (coverage !== undefined) lines.push(`  ${style.green('ok  ')} coverage ${coverage.toFixed(1)} %`);
  return lines;
}

function casesText({ tests, timedOut, exitCode, passed }: CheckResult): string {
  const cases = tests === null ? '' : `, ${tests.passing} of ${counted(tests.total, 'test')} passed`;
  const ended = passed ? '' : timedOut ? ', took too long' : `, exit code ${exitCode}`;
  return `${cases}${ended}`;
}

const LONGEST = 200;

const short = (text: string): string => cut(oneLine(text), LONGEST);

const listed = (names: readonly string[]): string => names.slice(0, MOST_LINES).map(short).join(', ');

/** What others wrote, so that none of it looks like a line of Baton's. */
const quoted = (line: string): string => `       │ ${short(line)}`;

const tailLines = (tail: string): string[] => tail.trim().split('\n').slice(-MOST_LINES).map(quoted);
