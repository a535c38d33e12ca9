import { TestWorkflowEnvironment } from '@temporalio/testing';

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
  return await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
}
