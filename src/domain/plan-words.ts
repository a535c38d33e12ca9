/** A plan's parts in words, the same in a terminal, in the Web UI and in Markdown. Pure. */
import type { Criterion, Evidence } from './packet.ts';

/** What proves a criterion, in words. */
export function describeEvidence(evidence: Evidence | undefined): string {
  if (evidence === undefined) return 'its agent names what proves it';
  if ('test' in evidence) return `test: ${evidence.test}`;
  if ('file' in evidence) return `file: ${evidence.file}`;
  if ('command' in evidence) return `command: ${evidence.command}`;
  return 'a person ticks it';
}

export const describeCriterion = ({ text, evidence }: Criterion): string =>
  `${text} [${describeEvidence(evidence)}]`;

/** Minutes as a packet's `**Size:**` is written, to the minute: `30m`, `2h`, `1h 05m`. */
export function minutesText(minutes: number): string {
  if (minutes > 0 && minutes < 0.5) return '<1m';
  const whole = Math.round(minutes);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  if (hours === 0) return `${rest}m`;
  return rest === 0 ? `${hours}h` : `${hours}h ${String(rest).padStart(2, '0')}m`;
}

/** A number and what it counts, with the plural where it is not one. */
export const counted = (count: number, what: string, several = `${what}s`): string =>
  `${count} ${count === 1 ? what : several}`;
