import { z } from 'zod';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const WANTED = 'must be a duration with its unit, such as 30s, 5m or 1h';

/** `"250ms"`, `"5m"`, `"1h"` as milliseconds; a bare number is refused, since nobody knows its unit. */
export const durationSchema = z
  .string(WANTED)
  .regex(/^\d{1,9}(?:\.\d+)?(?:ms|s|m|h|d)$/, WANTED)
  .transform((value) => {
    const [, amount = '0', unit = 'ms'] = /^([\d.]+)(ms|s|m|h|d)$/.exec(value) ?? [];
    return Math.round(Number(amount) * UNITS[unit as keyof typeof UNITS]); // timers count whole milliseconds
  });

/**
 * The longest time, in days, after which a process of ours ends something. A timer of Node counts 2^31 - 1 ms, which is
 * 24.8 days, and ends at once what is to take longer.
 */
export const LONGEST_LIMIT_DAYS = 24;

/** Milliseconds in words, at most two units: `1 h 5 min`, `12.3 s`, `340 ms`. */
export function durationText(ms: number): string {
  // Each unit is rounded before the next is chosen, or 59.96 s would read as 60.0 s.
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
