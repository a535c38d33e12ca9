import { describe, expect, it } from 'vitest';
import { reportProblem } from '../../src/domain/message-problems.ts';
import type { ChildReport } from '../../src/domain/messages.ts';

const run = {
  packet: 'one',
  role: 'coder',
  runner: 'command',
  run: 1,
  outcome: 'done' as const,
  startedAt: '2026-03-01T10:00:00.000Z',
  durationMs: 5,
  resumed: false,
};

describe('a report of a packet', () => {
  it.each<ChildReport>([
    { child: 'one', type: 'waits', why: 'rate-limit', untilMs: 1_800_000_000_000 },
    { child: 'one', type: 'ran', runs: [run, { ...run, costUsd: 0.5, inputTokens: 3 }] },
    { child: 'one', type: 'ran', runs: [] },
    { child: 'one', type: 'wants-run' },
    { child: 'one', type: 'returned', reason: 'conflict' },
    { child: 'one', type: 'awaits-swap' },
    { child: 'one', type: 'checks' },
  ])('%j can be used', (report) => expect(reportProblem(report)).toBeUndefined());

  it.each<unknown>([
    { child: 'one', type: 'waits', why: 'rate-limit' },
    { child: 'one', type: 'waits', why: 'tired', untilMs: 5 },
    // No date holds it.
    { child: 'one', type: 'waits', why: 'rate-limit', untilMs: 1e300 },
    { child: 'one', type: 'ran' },
    { child: 'one', type: 'ran', runs: [{ packet: 'one' }] },
    { child: 'one', type: 'ran', runs: [null] },
    { child: 'one', type: 'ran', runs: [{ ...run, costUsd: 'much' }] },
    { child: 'one', type: 'ran', runs: [{ ...run, startedAt: 'yesterday' }] },
    { type: 'wants-run' },
    { child: 'one', type: 'dances' },
    'wants-run',
    undefined,
  ])('%j is refused', (report) => expect(reportProblem(report)).toMatch(/report/));
});
