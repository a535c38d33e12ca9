import type { GateResult } from '../../domain/checks.ts';
import { oneLine } from '../../domain/visible.ts';
import type { Style } from './style.ts';

/** A figure with at most two decimals; one that is not there is unknown, never zero. */
export const figure = (value: number | null | undefined): string =>
  value === null || value === undefined ? 'unknown' : String(Math.round(value * 100) / 100);

/** `lines 94.2, branches unknown`. */
export const figuresText = (figures: Readonly<Record<string, number | null>>): string =>
  Object.entries(figures)
    .map(([name, value]) => `${oneLine(name)} ${figure(value)}`)
    .join(', ');

/** The outcome in its colour. */
export const gateOutcome = (outcome: GateResult['outcome'], style: Style): string =>
  ({ met: style.green, unmet: style.red, waived: style.yellow, absent: style.dim })[outcome](outcome);

/** `coverage met (lines 94.2)`. */
export function formatGate(gate: GateResult, style: Style): string {
  const values = figuresText(gate.figures);
  return `${oneLine(gate.name)} ${gateOutcome(gate.outcome, style)}${values === '' ? '' : ` (${values})`}`;
}
