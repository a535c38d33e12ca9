import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../app.ts';
import { ApiError } from './errors.ts';

/** What a limiter says of one more request. */
export interface Allowance {
  allowed: boolean;
  remaining: number;
  /** Seconds until a refused caller may try again. */
  retryAfter: number;
}

export type RateLimiter = (key: string) => Allowance;

//#if sweeps
/** Keys kept before ended windows are swept out. */
const MAX_KEYS = 10_000;

//#endif
/**
 * Allows `limit` requests a key within a window that the key's first request opens. It counts in this
 * process: several processes allow each key so many.
 */
export function createRateLimiter(options: {
  limit: number;
  windowMs: number;
//#if sweeps
  maxKeys?: number;
//#endif
  now?: () => number;
}): RateLimiter {
  const { limit, windowMs, now = Date.now } = options;
  const windows = new Map<string, { endsAt: number; used: number }>();

//#if sweeps
  const sweep = (time: number) => {
    if (windows.size < (options.maxKeys ?? MAX_KEYS)) return;
    for (const [key, window] of windows) {
      if (window.endsAt > time) continue;
      windows.delete(key);
    }
  };

//#endif
  return (key) => {
    const time = now();
    let window = windows.get(key);
    if (!window || window.endsAt <= time) {
//#if sweeps
      sweep(time);
//#endif
      window = { endsAt: time + windowMs, used: 0 };
      windows.set(key, window);
    }
    window.used += 1;
    return {
      allowed: window.used <= limit,
      remaining: Math.max(0, limit - window.used),
      retryAfter: Math.ceil((window.endsAt - time) / 1_000),
    };
  };
}

/** Answers 429 to a signed-in user who asks more often than the limiter allows. */
export function rateLimit(limiter: RateLimiter): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const { allowed, remaining, retryAfter } = limiter(c.get('user').id);
    c.header('X-RateLimit-Remaining', String(remaining));
    if (!allowed) {
      c.header('Retry-After', String(retryAfter));
      throw new ApiError(429, 'too_many_requests', `Too many requests: try again in ${retryAfter} seconds.`);
    }
    await next();
  };
}
