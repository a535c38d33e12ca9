import type { RunRecord } from '../../src/homes/runs.ts';

/** Seconds after a moment that all runs of a test are counted from. */
export const at = (second: number) =>
  new Date(Date.parse('2026-03-01T10:00:00Z') + second * 1000).toISOString();

/** What a home keeps of a run that began then. */
export const begun = (packet: string, run: number, second: number): RunRecord => ({
  packet,
  run,
  role: 'tdd-typescript',
  runner: 'command',
  startedAt: at(second),
});
