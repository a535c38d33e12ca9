import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';

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
