import { msToTs } from '@temporalio/common/lib/time.js';
import { expect, it } from 'vitest';
import { outageIn, silentSince } from '../../../src/cli/watch/live-details.ts';

const NOW = Date.parse('2026-03-01T10:00:00.000Z');
/** As the server tells moments. */
const ago = (seconds: number) => msToTs(NOW - seconds * 1000);
const activity = (more: object) => ({ state: 2, ...more }) as Parameters<typeof silentSince>[0];
const silentFor = (more: object) => {
  const since = silentSince(activity(more), NOW);
  return since === undefined ? undefined : (NOW - since) / 1000;
};

it('a worker is silent where a beat or a start is overdue, and not before', () => {
  expect(silentFor({ lastStartedTime: ago(300), lastHeartbeatTime: ago(3) })).toBeUndefined();
  expect(silentFor({ lastStartedTime: ago(300), lastHeartbeatTime: ago(40) })).toBe(40);
  // Nobody takes it: never begun, or given up and due again.
  expect(silentFor({ state: 1, scheduledTime: ago(5) })).toBeUndefined();
  expect(silentFor({ state: 1, scheduledTime: ago(60) })).toBe(60);
  const again = { state: 1, scheduledTime: ago(600), lastHeartbeatTime: ago(180) };
  expect(silentFor({ ...again, nextAttemptScheduleTime: ago(170) })).toBe(180);
  // It waits before its next attempt, which is nobody's silence.
  expect(silentFor({ ...again, nextAttemptScheduleTime: ago(-20) })).toBeUndefined();
});

it('something is away while what met it waits for its next try, or has just begun it', () => {
  const where = 'the hub /srv/hub.git';
  const details = { where, since: '2026-03-01T09:59:00.000Z', until: '2026-03-01T10:01:30.000Z' };
  const lastFailure = {
    message: `${where} can't be used now: it is read-only`,
    applicationFailureInfo: { type: 'Outage' },
  };
  const away = (more: object) => outageIn(activity({ lastFailure, ...more }), details, NOW);
  const told = { ...details, why: 'it is read-only' };
  expect(away({ state: 1 })).toEqual(told);
  expect(away({ lastStartedTime: ago(3) })).toEqual(told);
  // It got past it, and works.
  expect(away({ lastStartedTime: ago(90) })).toBeUndefined();
  expect(
    away({ state: 1, lastFailure: { message: 'x', applicationFailureInfo: { type: 'Setup' } } }),
  ).toBeUndefined();
});
