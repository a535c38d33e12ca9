import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import type { AppEnv } from '../../src/app.ts';
import type { User } from '../../src/domain/user.ts';
import { onError } from '../../src/http/errors.ts';
import { createRateLimiter, rateLimit } from '../../src/http/rate-limit.ts';

describe('rate limit', () => {
  it('allows {{limit}} requests in a window and refuses the next', () => {
    const limiter = createRateLimiter({ limit: {{limit}}, windowMs: 60_000, now: () => 0 });
    const answers = Array.from({ length: {{requestsSent}} }, () => limiter('ada').allowed);
    expect(answers.filter(Boolean)).toHaveLength({{limit}});
    expect(answers.lastIndexOf(true)).toBe({{limit}} - 1);
  });

  it('counts each user apart', () => {
    const limiter = createRateLimiter({ limit: 1, windowMs: 60_000, now: () => 0 });
    expect([limiter('ada').allowed, limiter('grace').allowed, limiter('ada').allowed]).toEqual([true, true, false]);
  });

  it('opens a new window when the last one ended', () => {
    let time = 0;
    const limiter = createRateLimiter({ limit: 1, windowMs: 60_000, now: () => time });
    limiter('ada');
    time = 45_000;
    expect(limiter('ada')).toEqual({ allowed: false, remaining: 0, retryAfter: 15 });
    time = 60_000;
    expect(limiter('ada').allowed).toBe(true);
  });

  it('answers 429 and says when to come back', async () => {
    const app = new Hono<AppEnv>();
    app.onError(onError(() => {}));
    app.use(async (c, next) => {
      c.set('user', { id: 'ada' } as User);
      await next();
    });
    app.get('/', rateLimit(createRateLimiter({ limit: 1, windowMs: 60_000 })), (c) => c.json({}));
    expect((await app.request('/')).status).toBe(200);
    const refused = await app.request('/');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
