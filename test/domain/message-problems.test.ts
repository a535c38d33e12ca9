import { describe, expect, it } from 'vitest';
import {
  instructionProblem,
  progressProblem,
  reportProblem,
  ticketProblem,
} from '../../src/domain/message-problems.ts';
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
    { child: 'one', type: 'asks', ask: { kind: 'boundary', prompt: 'May I?', options: [] } } as never,
    { child: 'one', type: 'asks', ask: { kind: 'boundary', prompt: 'May I?', options: ['yes'] } } as never,
    { child: 'one', type: 'submitted', commit: 'c' } as never,
    { child: 'one', type: 'step', step: 'probe' } as never,
    { child: 'one', type: 'waits', why: 'overloaded', untilMs: 8.64e15 },
    { child: 'one', type: 'waits', why: 'overloaded', untilMs: -8.64e15 },
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
    ...['packet', 'role', 'runner', 'outcome', 'startedAt', 'run', 'durationMs'].map((key) => ({
      child: 'one',
      type: 'ran',
      runs: [run, { ...run, [key]: null }],
    })),
    ...['inputTokens', 'cachedInputTokens', 'outputTokens', 'costUsd'].map((key) => ({
      child: 'one',
      type: 'ran',
      runs: [{ ...run, [key]: Number.NaN }],
    })),
    { child: 'one', type: 'ran', runs: { every: 'one' } },
    { child: 'one', type: 'waits', why: 'overloaded', untilMs: 8.64e15 + 2 },
    { child: 'one', type: 'waits', why: 'overloaded', untilMs: -8.64e15 - 2 },
    { child: 'one', type: 'waits', why: 'overloaded', untilMs: '5' },
    { child: 'one', type: 'asks' },
    { child: 'one', type: 'asks', ask: null },
    { child: 'one', type: 'asks', ask: { kind: 'boundary', options: [] } },
    { child: 'one', type: 'asks', ask: { prompt: 'May I?', options: [] } },
    { child: 'one', type: 'asks', ask: { kind: 'boundary', prompt: 'May I?' } },
    { child: 'one', type: 'asks', ask: { kind: 'boundary', prompt: 'May I?', options: ['yes', 3] } },
    { child: 'one', type: 'submitted' },
    { child: 'one', type: 'returned', reason: 3 },
    { child: 'one', type: 'step' },
    { type: 'wants-run' },
    { child: 'one' },
    { child: 'one', type: 'dances' },
    { child: 'one', type: 'constructor' },
    'wants-run',
    undefined,
  ])('%j is refused', (report) => expect(reportProblem(report)).toMatch(/report/));
});

it('a report’s problem names its type, but not at any length', () => {
  expect(reportProblem({ child: 'one', type: 'x'.repeat(99) })).toBe(
    `a report of the type "${'x'.repeat(40)}" is not complete, or there is none such`,
  );
  expect(reportProblem({ type: 'checks' })).toBe(
    'a report is sent by packets and releases: it names child and type',
  );
});

describe('progress', () => {
  it.each([
    { packet: 'one', note: 'x' },
    { packet: 'one', note: '', percent: 0 },
  ])('%j can be used', (progress) => expect(progressProblem(progress)).toBeUndefined());
  it.each([
    undefined,
    null,
    {},
    { packet: 'one' },
    { note: 'x' },
    { packet: 'one', note: 'x', percent: '5' },
  ])('%j is refused', (progress) =>
    expect(progressProblem(progress)).toMatch(/^progress is sent by activities: /),
  );
});

describe('a ticket', () => {
  const ticket = { resource: 'a', holder: 'b', ticket: 'c' };
  it('names three things', () => {
    expect(ticketProblem(ticket)).toBeUndefined();
    for (const key of Object.keys(ticket))
      expect(ticketProblem({ ...ticket, [key]: 1 })).toBe('a ticket names resource, holder and ticket');
  });
});

describe('an instruction', () => {
  it.each([
    ...['continue', 'merge', 'pause', 'resume'].map((type) => ({ type })),
    { type: 'advice', message: 'x', by: 'y' },
    { type: 'amend', packet: { id: 'a', objective: 'x' } },
    { type: 'drop', why: 'x' },
  ])('%j can be followed', (instruction) => expect(instructionProblem(instruction)).toBeUndefined());
  it.each([
    [undefined, 'an instruction names its type'],
    ['merge', 'an instruction names its type'],
    [{ type: 3 }, 'an instruction names its type'],
    [{ type: 'dance' }, 'there is no instruction "dance"'],
    [{ type: 'toString' }, 'there is no instruction "toString"'],
    [{ type: 'y'.repeat(99) }, `there is no instruction "${'y'.repeat(40)}"`],
    [{ type: 'advice', message: 'x' }, 'advice names message and by'],
    [{ type: 'advice', by: 'y' }, 'advice names message and by'],
    [{ type: 'amend' }, 'amend carries the packet'],
    [{ type: 'amend', packet: { id: 'a' } }, 'amend carries the packet'],
    [{ type: 'amend', packet: { objective: 'a' } }, 'amend carries the packet'],
    [{ type: 'drop' }, 'drop says why'],
  ])('%j is refused', (instruction, problem) => expect(instructionProblem(instruction)).toBe(problem));
});
