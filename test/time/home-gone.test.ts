import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { timeSkippingEnvironment } from '../support/time-skipping.ts';
import type { callGoneHome } from './home-gone-workflow.ts';

const MINUTE_MS = 60_000;

describe('a home whose worker is gone', () => {
  let environment: TestWorkflowEnvironment;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    environment = await timeSkippingEnvironment();
    const workflows = fileURLToPath(new URL('home-gone-workflow.ts', import.meta.url));
    const worker = await Worker.create({
      connection: environment.nativeConnection,
      taskQueue: 'gone',
      workflowsPath: workflows,
      interceptors: { workflowModules: [workflows] },
    });
    const run = worker.run();
    stop = async () => {
      worker.shutdown();
      await run;
    };
  });
  afterAll(async () => {
    await stop?.();
    await environment?.teardown();
  });

  const call = async (goneForMs: number, goneAfterMs?: number) => {
    const from = await environment.currentTimeMs();
    const end = await environment.client.workflow.execute<typeof callGoneHome>('callGoneHome', {
      taskQueue: 'gone',
      workflowId: `gone-${goneForMs}-${goneAfterMs}`,
      args: [{ goneForMs, ...(goneAfterMs !== undefined && { goneAfterMs }) }],
    });
    return { ...end, tookMs: (await environment.currentTimeMs()) - from };
  };

  it('is waited for ten minutes, then the work goes on in another one under a higher epoch', async () => {
    const { place, asked, tookMs } = await call(60 * MINUTE_MS);
    expect(place).toEqual({ home: 'fresh', epoch: 2 });
    expect(asked).toEqual([]);
    expect(tookMs).toBeGreaterThan(10 * MINUTE_MS);
    expect(tookMs).toBeLessThan(14 * MINUTE_MS);
  });

  it('is waited for as long as baton.yaml says, and its work goes to one with a free slot', async () => {
    const { place, tookMs } = await call(60 * MINUTE_MS, 3000);
    expect(place).toEqual({ home: 'free', epoch: 2 });
    expect(tookMs).toBeGreaterThan(3000);
    expect(tookMs).toBeLessThan(MINUTE_MS);
  });

  it('is waited for longer where baton.yaml says so', async () => {
    const { place, tookMs } = await call(60 * MINUTE_MS, 30 * MINUTE_MS);
    expect(place).toEqual({ home: 'free', epoch: 2 });
    expect(tookMs).toBeGreaterThan(30 * MINUTE_MS);
    expect(tookMs).toBeLessThan(34 * MINUTE_MS);
  });

  it('keeps its work where it is back within that', async () => {
    const { place, asked } = await call(8 * MINUTE_MS);
    expect(place).toEqual({ home: 'old', epoch: 1 });
    expect(asked).toEqual([]);
  });
});
