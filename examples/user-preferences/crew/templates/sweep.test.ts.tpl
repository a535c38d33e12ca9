import { describe, expect, it } from 'vitest';
import { createRateLimiter } from '../../src/http/rate-limit.ts';

describe('rate limit over many users', () => {
  it('forgets ended windows and keeps open ones', () => {
    let time = 0;
    const limiter = createRateLimiter({ limit: 1, windowMs: 1_000, maxKeys: 2, now: () => time });
    limiter('ada');
    time = 900;
    limiter('grace');
    time = 1_500;
    expect(limiter('linus').allowed).toBe(true);
    expect(limiter('grace').allowed).toBe(false);
    expect(limiter('ada').allowed).toBe(true);
  });
});
