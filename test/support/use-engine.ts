import { afterAll, beforeAll, expect, inject } from 'vitest';
import { Engine } from './engine.ts';

/** Gives the tests of a file or group an engine of their own, and expects that nothing failed a workflow task in it. */
export function useEngine(started: (engine: Engine) => void): void {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'));
    started(engine);
  });
  afterAll(async () => {
    const failed = await engine.failedWorkflowTasks();
    await engine.stop();
    expect(failed).toEqual([]);
  });
}
