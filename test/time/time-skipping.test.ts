import { fileURLToPath } from 'node:url';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { timeSkippingEnvironment } from '../support/time-skipping.ts';
import type { sleepTenDays } from './workflows.ts';

let environment: TestWorkflowEnvironment;

beforeAll(async () => {
  environment = await timeSkippingEnvironment();
});

afterAll(async () => {
  await environment?.teardown();
});

test('ten days of a workflow pass in seconds', async () => {
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue: 'time',
    workflowsPath: fileURLToPath(new URL('workflows.ts', import.meta.url)),
  });
  const started = Date.now();
  const passed = await worker.runUntil(
    environment.client.workflow.execute<typeof sleepTenDays>('sleepTenDays', {
      taskQueue: 'time',
      workflowId: 'ten-days',
    }),
  );
  expect(passed).toBeGreaterThanOrEqual(10 * 24 * 3_600_000);
  expect(Date.now() - started).toBeLessThan(30_000);
});
