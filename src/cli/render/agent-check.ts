import { durationText } from '../../domain/duration.ts';
import { counted } from '../../domain/plan-words.ts';
import { inLines, oneLine } from '../../domain/visible.ts';
import type { AgentCheck } from '../agent-check/check-agent.ts';
import type { Style } from './style.ts';

/** A line for each run that was played, what was found under it, and what it comes to. */
export function agentCheckLines(check: AgentCheck, style: Style): string[] {
  const { ok, steps, unseen } = inLines(check);
  const lines = steps.flatMap(({ step, outcome, durationMs, events, findings }) => {
    const told = Object.entries(events).map(([type, count]) => `${count} ${oneLine(type)}`);
    const counted = told.length === 0 ? 'no events' : told.join(', ');
    return [
      `${style.bold(step)}: ${outcome} after ${durationText(durationMs)} (${counted})`,
      ...findings.map(
        ({ level, text }) =>
          `  ${level === 'problem' ? style.red('problem') : style.yellow('remark')} ${oneLine(text)}`,
      ),
    ];
  });
  const problems = steps
    .flatMap(({ findings }) => findings)
    .filter(({ level }) => level === 'problem').length;
  return [
    ...lines,
    ...unseen.map((text) => `${style.yellow('not seen')}: ${text}`),
    ok
      ? style.green('The agent keeps to the protocol.')
      : style.red(`${counted(problems, 'problem')} found.`),
  ];
}
