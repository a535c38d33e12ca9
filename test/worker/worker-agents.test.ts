import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { workerAgents } from '../../src/worker/worker-agents.ts';

describe('how many agents a worker runs at once', () => {
  it('is one a core, and at least 4, where nothing says otherwise', () => {
    const least = Math.max(4, availableParallelism());
    expect(workerAgents(undefined)).toBe(least);
    expect(workerAgents('')).toBe(least);
  });

  it('is what BATON_WORKER_AGENTS says', () => {
    expect(workerAgents('1')).toBe(1);
    expect(workerAgents('100')).toBe(100);
  });

  it.each(['0', '101', '-1', '2.5', 'three', '1e1'])('is not %s', (text) => {
    expect(() => workerAgents(text)).toThrow(
      `BATON_WORKER_AGENTS is "${text}". It is a whole number from 1 to 100.`,
    );
  });
});
