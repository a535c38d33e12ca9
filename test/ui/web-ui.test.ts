import { Client, Connection } from '@temporalio/client';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
});

test("a workflow's static summary stands on its page in the Web UI", async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const { workflow } = new Client({ connection });
  const handle = await workflow.start('shown', {
    taskQueue: 'nobody',
    workflowId: 'shown-in-web-ui',
    staticSummary: 'save the theme of a user',
  });
  const page = await browser.newPage();
  const run = `${handle.workflowId}/${handle.firstExecutionRunId}`;
  await page.goto(`${inject('temporalUiUrl')}/namespaces/default/workflows/${run}/history`);
  await page.getByText('User Metadata').click();
  // The Web UI renders Markdown from workflows in frames of their own.
  await page
    .frameLocator('iframe')
    .first()
    .getByText('save the theme of a user')
    .waitFor({ timeout: 30_000 });
  expect(await page.title()).toContain('shown-in-web-ui');
  await handle.terminate();
  await connection.close();
});
