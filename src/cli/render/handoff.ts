import type { Handoff } from '../../domain/handoff.ts';
import { harmless, oneLine, type Style } from './style.ts';
import { wrap } from './table.ts';

const WIDTH = 110;

const list = (title: string, entries: readonly string[]) =>
  entries.length === 0 ? [] : [`  ${title}:`, ...entries.map((entry) => `    - ${oneLine(entry)}`)];

const object = (title: string, value: unknown) =>
  value === undefined || value === null
    ? []
    : [
        `  ${title}:`,
        ...JSON.stringify(value, undefined, 2)
          .split('\n')
          .map((line) => `    ${harmless(line)}`),
      ];

/** A handoff for a person; its JSON is what agents get. */
export function handoffLines(handoff: Handoff, style: Style): string[] {
  const next = handoff.next_agent === null ? '' : ` → ${handoff.next_agent}`;
  return [
    `${style.bold(handoff.name)}  ${handoff.phase}, ${handoff.current_agent}${next}, ${handoff.timestamp.slice(0, 19).replace('T', ' ')} UTC`,
    ...wrap(harmless(handoff.message), WIDTH, '  '),
    ...list('files modified', handoff.files_modified),
    ...list('decisions', handoff.decisions),
    ...list('constraints', handoff.constraints),
    ...list('pending actions', handoff.pending_actions),
    ...object('test results', handoff.test_results),
    ...object('final coverage', handoff.final_coverage),
    ...object('metrics', handoff.metrics),
    ...object('quality gates passed', handoff.quality_gates_passed),
    ...object('deployment', handoff.deployment),
    ...object('monitoring', handoff.monitoring),
    ...(handoff.rollback === undefined
      ? []
      : ['  rollback:', ...wrap(harmless(handoff.rollback), WIDTH, '    ')]),
  ];
}
