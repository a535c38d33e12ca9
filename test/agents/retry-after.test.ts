import { expect, test } from 'vitest';
import { retryAfterIn } from '../../src/agents/retry-after.ts';

const now = Date.parse('2026-11-29T12:00:00Z');
const MIN = 60_000;
const HOUR = 60 * MIN;

test.for([
  ['429, retry in 37m', 37 * MIN],
  ['rate limited, try again in 2h 5m', 125 * MIN],
  ['Please try again in 1 hour and 30 minutes.', 90 * MIN],
  ['try again in 45 seconds', 45_000],
  ['Please retry after 7 seconds', 7000],
  ['try again in 1 m 20 s', 80_000],
  ['"retryDelay": "7s"', 7000],
  ['"retryDelay": "7.5s"', 7500],
  ['wait an hour', HOUR],
  ['available again in 500 ms', 500],
  ['Retry-After: 120', 120_000],
  ['retry-after-ms: 1500', 1500],
  ['{"retry_after":30}', 30_000],
  ['{"retry_after_seconds": 30}', 30_000],
  ['Retry-After: Sun, 29 Nov 2026 12:30:00 GMT', 30 * MIN],
  ['limit reached until 2026-11-29T13:00:00Z', HOUR],
  ['retry at 2026-11-29 14:00:00 +01:00', HOUR],
  ['retry at 2026-11-29 13:00 UTC', HOUR],
  ['2026-11-29T11:59:00Z ERROR 429: resets at 2026-11-29T12:10:00.5Z', 10 * MIN + 500],
  ['quota exceeded, resets at 14:30 UTC', 150 * MIN],
  ['try again at 11:00 (UTC)', 23 * HOUR],
  ['try again at 11:58 UTC', 0],
  ['5-hour limit reached ∙ resets 3pm (Europe/Berlin)', 2 * HOUR],
  ['resets at 2:15 p.m. UTC', 135 * MIN],
  ['resets 12am (UTC)', 12 * HOUR],
  [`Claude AI usage limit reached|${now / 1000 + 600}`, 10 * MIN],
  [`x-ratelimit-reset: ${now + 5000}`, 5000],
  ['retry in 1:30:00', 90 * MIN],
  ['retry at 2020-01-01T00:00:00Z', 0],
  ['429 too many requests', undefined],
  ['retry at 99:99', undefined],
  ['resets 3pm (Nowhere/Atall)', undefined],
  ['request 1764390000 failed', undefined],
  ['2026-11-29T14:00:00Z ERROR 429', undefined],
  ['tests ran in 37m', undefined],
] as const)('%s asks for a wait of %s ms', ([words, ms]) => {
  expect(retryAfterIn(words, now)).toBe(ms);
});

test('a time of day without a zone is that of this machine', () => {
  const later = new Date(now + 2 * HOUR);
  const clock = `${String(later.getHours()).padStart(2, '0')}:${String(later.getMinutes()).padStart(2, '0')}`;
  expect(retryAfterIn(`try again at ${clock}`, now)).toBe(2 * HOUR);
});
