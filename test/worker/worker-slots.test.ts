import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { workerAgents, workerChecks } from '../../src/worker/worker-slots.ts';

describe.each([
  { what: 'agents', variable: 'BATON_WORKER_AGENTS', slots: workerAgents, least: 4 },
  { what: 'checks', variable: 'BATON_WORKER_CHECKS', slots: workerChecks, least: 2 },
])('how many $what a worker runs at once', ({ variable, slots, least }) => {
  it(`is one a core, and at least ${least}, if nothing says otherwise`, () => {
    const expected = Math.max(least, availableParallelism());
    expect(slots(undefined)).toBe(expected);
    expect(slots('')).toBe(expected);
  });

  it(`is what ${variable} says`, () => {
    expect(slots('1')).toBe(1);
    expect(slots('100')).toBe(100);
  });

  it.each(['0', '101', '-1', '2.5', 'three', '1e1'])('is not %s', (text) => {
    expect(() => slots(text)).toThrow(`${variable} is "${text}". It is a whole number from 1 to 100.`);
  });
});
