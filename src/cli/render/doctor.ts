import type { AgentFinding } from '../../agents/examine.ts';
import type { MeasuringPath } from '../../config/measuring-files.ts';
import { inLines, oneLine } from '../../domain/visible.ts';
import type { Finding } from '../doctor/finding.ts';
import { measuringLines } from './measuring.ts';
import type { Style } from './style.ts';

/** What was found about one agent, and which roles it serves. */
export interface Examined {
  /** As `crew` names them, e.g. `design`, `test (fallback)`. */
  readonly roles: readonly string[];
  readonly runner: string;
  readonly model?: string | undefined;
  readonly findings: readonly AgentFinding[];
}

const WORDS: Readonly<Record<AgentFinding['what'], string>> = {
  installed: 'installed',
  version: 'version',
  login: 'login',
  sandbox: 'sandbox',
  wrapper: 'wrapper',
  smoke: 'smoke',
};

/**
 * One block an agent, a line a finding; then why what is installed can't be copied, which builds of Baton work on
 * features, and what is protected in the repository.
 */
export function doctorLines(
  examined: readonly Examined[],
  style: Style,
  measuring: readonly MeasuringPath[] = [],
  copies?: string,
  builds: readonly string[] = [],
): string[] {
  const files = `${measuring.length} file${measuring.length === 1 ? '' : 's'}`;
  return [
    ...agentLines(inLines(examined), style),
    ...(copies === undefined ? [] : ['', `${style.yellow('note')} worktrees.installed: ${oneLine(copies)}`]),
    ...(builds.length > 0 ? ['', ...builds] : []),
    ...(measuring.length > 0
      ? ['', ...measuringLines(`Protected: what measures (${files})`, measuring, style)]
      : []),
  ];
}

function agentLines(examined: readonly Examined[], style: Style): string[] {
  return examined.flatMap(({ roles, runner, model, findings }, index) => [
    ...(index === 0 ? [] : ['']),
    `${style.bold(runner)}${model === undefined ? '' : ` (${model})`} for ${roles.join(', ')}`,
    ...(findings.length === 0 ? ['  a person: nothing to look at'] : []),
    ...findings.map(
      ({ what, state, text }) => `  ${stateMark(state, style)} ${WORDS[what].padEnd(9)} ${text}`,
    ),
  ]);
}

/** How a finding is, in four letters. */
export const stateMark = (state: AgentFinding['state'], style: Style): string =>
  state === 'ok' ? style.green('ok  ') : state === 'warn' ? style.yellow('note') : style.red('bad ');

const AREAS: Readonly<Record<Finding['area'], string>> = {
  machine: 'Machine',
  home: 'Home',
  repository: 'Repository',
  server: 'Server',
};

/** A block an area; under what is not well stand why it matters and what to do. */
export function findingLines(all: readonly Finding[], style: Style): string[] {
  const areas = [...new Set(all.map(({ area }) => area))];
  return areas.flatMap((wanted, index) => [
    ...(index === 0 ? [] : ['']),
    style.bold(AREAS[wanted]),
    ...all
      .filter(({ area }) => area === wanted)
      .flatMap(({ what, state, text, why, todo }) => [
        `  ${stateMark(state, style)} ${oneLine(what).padEnd(14)} ${oneLine(text)}`,
        ...(why === undefined ? [] : [`       ${''.padEnd(14)} why: ${oneLine(why)}`]),
        ...(todo === undefined ? [] : [`       ${''.padEnd(14)} do:  ${oneLine(todo)}`]),
      ]),
  ]);
}
