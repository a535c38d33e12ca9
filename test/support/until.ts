import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Longest wait for something a test expects to happen; a test that waits so long has failed, on two busy cores too.
 * Tests have longer (vitest.config.ts), so that what was waited for is what they say.
 */
export const PATIENCE_MS = 100_000;

/** Waits until `look` answers something; throws with `what` when it doesn't. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain: ${what}`);
    await sleep(50);
  }
}
