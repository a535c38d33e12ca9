import type { Handoff } from '../../domain/handoff.ts';
import { inLines, visibleJson } from '../../domain/visible.ts';
import { quoted } from './items.ts';
import type { Style } from './style.ts';

const WIDTH = 110;

const list = (title: string, entries: readonly string[]) =>
  entries.length === 0 ? [] : [`  ${title}:`, ...entries.map((entry) => `    - ${entry}`)];

const object = (title: string, value: unknown) =>
  value === undefined || value === null
    ? []
    : [
        `  ${title}:`,
        ...visibleJson(value, 2)
          .split('\n')
          .map((line) => `    ${line}`),
      ];

/** A handoff for a person; its JSON is what agents get. */
export function handoffLines(given: Handoff, style: Style): string[] {
  // Not shown here, and of any depth.
  const { data_model: _model, api_spec: _spec, message, rollback, ...rest } = given;
  const handoff = inLines(rest);
  const next = handoff.next_agent === null ? '' : ` → ${handoff.next_agent}`;
  return [
    `${style.bold(handoff.name)}  ${handoff.phase}, ${handoff.current_agent}${next}, ${handoff.timestamp.slice(0, 19).replace('T', ' ')} UTC`,
    ...quoted(message, WIDTH),
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
    ...(rollback === undefined ? [] : ['  rollback:', ...quoted(rollback, WIDTH)]),
  ];
}
