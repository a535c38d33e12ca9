import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { until } from './until.ts';

/**
 * A server on which waiting costs no time. Its launcher's path comes in `BATON_TEST_TIME_SERVER`, set by
 * `npm run test:time`.
 */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const path = process.env.BATON_TEST_TIME_SERVER;
  if (!path) {
    throw new Error(
      'BATON_TEST_TIME_SERVER is not set. Run these tests by `npm run test:time`, which sets it.',
    );
  }
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await TestWorkflowEnvironment.createTimeSkipping({
        server: { executable: { type: 'existing-path', path } },
      });
    } catch (error) {
      // The SDK gives the JVM five seconds, which a busy machine of two cores may not keep.
      if (attempt === 3 || !/did not start within/.test(String(error))) throw error;
    }
  }
}

/**
 * Waits until a workflow has no timer open. To be called before time may skip after something that cancels one: if the
 * cancel meets the skip, the test server refuses the workflow's task and never gives out another
 * (github.com/temporalio/sdk-java, issue 3088), and every later test on that server hangs too.
 */
export const untilNoTimer = ({ client }: TestWorkflowEnvironment, workflowId: string): Promise<true> =>
  until(`${workflowId} has no timer`, async () => {
    const handle = client.workflow.getHandle(workflowId);
    const events = (await handle.fetchHistory()).events ?? [];
    const started = events.filter((event) => event.timerStartedEventAttributes);
    const ended = events.filter(
      (event) => event.timerFiredEventAttributes ?? event.timerCanceledEventAttributes,
    );
    const isOver = started.length === ended.length || (await handle.describe()).status.name !== 'RUNNING';
    return isOver || undefined;
  });
