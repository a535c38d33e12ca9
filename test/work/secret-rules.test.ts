import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { secretByRules } from '../../src/work/secret-rules.ts';

/** As services make them, of no account anywhere. */
const TOKEN = `ghp_${'a1B2c3D4e5'.repeat(4).slice(0, 36)}`;
const nothing = async () => undefined;

it('looking through files leaves nothing behind in a worker that lives for months', async () => {
  const kept = () => performance.getEntriesByType('mark').length;
  const before = kept();
  for (let n = 0; n < 5; n += 1) {
    expect(await secretByRules(`src/${n}.txt`, `token: ${TOKEN}\n`, nothing)).toMatch(/github.*line 1$/i);
    expect(await secretByRules(`src/${n}.txt`, 'no token\n', nothing)).toBeUndefined();
  }
  expect(kept()).toBe(before);
});
