import type { AgentFinding } from '../../agents/examine.ts';
import type { MeasuringPath } from '../../config/measuring-files.ts';
import { inLines, oneLine, shortLine } from '../../domain/visible.ts';
import type { Finding } from '../doctor/finding.ts';
import { measuringLines } from './measuring.ts';
import type { Style } from './style.ts';
import { hanging } from './table.ts';

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
  width = 200,
): string[] {
  const files = `${measuring.length} file${measuring.length === 1 ? '' : 's'}`;
  return [
    ...agentLines(inLines(examined), style, width),
    ...(copies === undefined ? [] : ['', `${style.yellow('note')} worktrees.installed: ${oneLine(copies)}`]),
    ...(builds.length > 0 ? [...(builds[0] === '' ? [] : ['']), ...builds] : []),
    ...(measuring.length > 0
      ? ['', ...measuringLines(`Protected: what measures (${files})`, measuring, style)]
      : []),
  ];
}

function agentLines(examined: readonly Examined[], style: Style, width: number): string[] {
  return examined.flatMap(({ roles, runner, model, findings }, index) => [
    ...(index === 0 ? [] : ['']),
    `${style.bold(runner)}${model === undefined ? '' : ` (${model})`} for ${roles.join(', ')}`,
    ...(findings.length === 0 ? ['  a person: nothing to look at'] : []),
    ...findings.flatMap(({ what, state, text }) =>
      hanging(`  ${stateMark(state, style)} ${WORDS[what].padEnd(9)} `, text, width),
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

/** As wide as the longest, "search attributes". */
const WHAT = 17;

/** A block an area; under what is not well stand why it matters and what to do. */
export function findingLines(all: readonly Finding[], style: Style, width = 200): string[] {
  const areas = [...new Set(all.map(({ area }) => area))];
  return areas.flatMap((wanted, index) => [
    ...(index === 0 ? [] : ['']),
    style.bold(AREAS[wanted]),
    ...all
      .filter(({ area }) => area === wanted)
      .flatMap(({ what, state, text, why, todo }) => [
        ...hanging(
          `  ${stateMark(state, style)} ${shortLine(what, WHAT).padEnd(WHAT)} `,
          oneLine(text),
          width,
        ),
        ...(why === undefined ? [] : hanging(`       ${''.padEnd(WHAT)} why: `, oneLine(why), width)),
        ...(todo === undefined ? [] : hanging(`       ${''.padEnd(WHAT)} do:  `, oneLine(todo), width)),
      ]),
  ]);
}
