import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { featureWorkflowId, packetWorkflowId } from '../../src/domain/ids.ts';
import { runBaton } from '../cli/run-baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { Engine, Feature } from '../support/engine.ts';
import { tinyDesign, tinyPacket, tinyRepository, tinyWork, unattended } from '../support/tiny-repository.ts';

/** Longest wait for the Web UI to show something, on a loaded machine. */
const PATIENCE_MS = 30_000;
const WIDTH = 1440;

let browser: Browser;
let engine: Engine;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  engine = await Engine.start(inject('temporalAddress'));
  page = await browser.newPage({ viewport: { width: WIDTH, height: 860 } });
  page.setDefaultTimeout(PATIENCE_MS);
});

afterAll(async () => {
  await browser?.close();
  await engine?.stop();
});

/** Keeps what the page shows for the documentation, where asked to: a run must not change the tree by itself. */
async function keep(name: string, height: number): Promise<void> {
  if (!process.env.BATON_TEST_SCREENSHOTS) return;
  await page.setViewportSize({ width: WIDTH, height });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: new URL(`../../docs/images/${name}.png`, import.meta.url).pathname });
}

/** The newest run of a workflow, on its page with the timeline. */
async function open(workflowId: string): Promise<void> {
  const { runId } = await engine.client.workflow.getHandle(workflowId).describe();
  const { namespace } = engine;
  const path = `/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}/${runId}/history`;
  await page.goto(inject('temporalUiUrl') + path);
}

/** The link that a command printed for a person. */
const linkIn = (said: string) => /Web UI: (\S+)/.exec(said)?.[1] ?? '';

/** The current details, as Markdown made to a page in a frame of its own; the summary and details stand before it. */
async function currentDetails() {
  await page.getByText('Current Details').waitFor();
  const frame = page.locator('iframe').last();
  await frame.contentFrame().getByText('Phase:').waitFor();
  return frame;
}

const question = {
  text: 'Is one a text file?\nIt may be <b>JSON</b>.',
  options: ['text', 'json'],
  recommended: 'text',
};

/** Packets beside each other, of which one asks and one is held at work. */
const startFeature = async () => {
  const packets = [
    tinyPacket('one'),
    tinyPacket('two'),
    tinyPacket('three', { dependencies: [{ packet: 'one' }] }),
  ];
  const tiny = await tinyRepository(
    {
      design: [tinyDesign(packets)],
      one: [
        [
          { progress: { percent: 20, note: 'looks at src | base' } },
          { result: { status: 'blocked', question } },
        ],
        tinyWork('one'),
      ],
      two: [tinyWork('two', { progress: { percent: 40, note: 'its test is red' } }, { hold: '{dir}/two' })],
      three: [tinyWork('three')],
    },
    unattended,
  );
  const args = ['start', 'Add three *files*', '--repo', tiny.repo, '--id', 'shown', '--home', engine.home];
  const env = {
    TEMPORAL_ADDRESS: engine.address,
    TEMPORAL_NAMESPACE: engine.namespace,
    TEMPORAL_UI_URL: inject('temporalUiUrl'),
  };
  const started = await runBaton(args, env);
  expect(started).toMatchObject({ exitCode: 0, stdout: 'shown' });
  const link = linkIn(started.stderr);
  const feature = new Feature(engine.client.workflow.getHandle(featureWorkflowId('shown')));
  return { tiny, feature, link, env };
};

test("a feature is followed in the Web UI, its question answered in the Web UI's form, and it lands", async () => {
  const { tiny, feature, link, env } = await startFeature();
  await feature.item('question-one');
  await tiny.reached('two');

  // The timeline: activities by their summaries, a child by what it is.
  await open(featureWorkflowId('shown'));
  await page.getByText('implementation one (tdd-typescript)').first().waitFor();
  await page.getByText('merge and check design').first().waitFor();
  await page.getByText('implementation two (tdd-typescript)').first().waitFor();
  await keep('web-ui-timeline', 1130);

  // The list by its link has the feature, and neither its packets nor its queues.
  const list = await runBaton(['list', '--home', engine.home], env);
  await page.goto(linkIn(list.stderr));
  await page.getByText('feature:shown', { exact: true }).first().waitFor();
  expect(await page.getByText('feature:shown:packet', { exact: false }).count()).toBe(0);

  // The dashboard, by the link that was printed when the feature was started.
  await page.goto(link);
  const dashboard = await currentDetails();
  const [summary, details] = [page.locator('iframe').first(), page.locator('iframe').nth(1)];
  expect((await summary.contentFrame().locator('main').textContent())?.trim()).toBe('Add three *files*');
  expect(await details.contentFrame().locator('main').textContent()).toContain(tiny.repo);
  const shown = dashboard.contentFrame();
  await shown.getByText('two', { exact: true }).waitFor();
  // As rendered: a line a paragraph or break.
  // biome-ignore lint/performance/useDomNodeTextContent: line breaks are what is looked at
  const text = await shown.locator('main').innerText();
  expect(text.trim().split(/\n+/).slice(0, 4)).toEqual([
    'Phase: implement · packets are worked on',
    expect.stringMatching(/^question-one-1 \(packet one\), waits for a decision since [\d-]+ \d\d:\d\d UTC$/),
    'Is one a text file?',
    'It may be <b>JSON</b>.',
  ]);
  expect(await shown.locator('th').allInnerTexts()).toEqual([
    'ID',
    'Worktree',
    'Packet',
    'Status',
    'Last Check',
    'Progress',
  ]);
  const rows = await shown.locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
  const clock = expect.stringMatching(/^\d\d:\d\d$/);
  const since = (mark: string) => expect.stringMatching(new RegExp(`^${mark} since \\d\\d:\\d\\d$`));
  expect(cells).toEqual([
    ['1', 'shown/one', 'one', since('🔴 Blocked'), clock, '~20% looks at src | base'],
    ['2', 'shown/two', 'two', since('🟢 Running'), clock, '~40% its test is red'],
    ['3', 'shown/three', 'three', since('⚪ Waiting'), '', ''],
  ]);
  // The frame doesn't scroll far enough to be noticed, so everything has to be in sight.
  const last = (await shown.locator('tbody tr').last().boundingBox()) ?? { y: Infinity, height: 0 };
  const box = (await dashboard.boundingBox()) ?? { y: 0, height: 0 };
  expect(last.y + last.height).toBeLessThanOrEqual(box.y + box.height);
  await keep('web-ui-dashboard', 860);
  const json = ((await shown.locator('pre code').first().textContent()) ?? '').trim();
  expect(JSON.parse(json)).toEqual({ item: 'question-one-1', choice: 'text', by: 'your name' });

  // The answer, as the dashboard says it is given.
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: 'Send a Signal' }).click();
  const form = page.locator('dialog[open]');
  await form.getByTestId('signal-select-button').click();
  await form.getByRole('option', { name: 'decide' }).click();
  await form.getByRole('textbox').last().fill(json);
  // Leaving the field lays the JSON out anew, which moves the button.
  await form.getByText('Encoding').click();
  await form.getByText('"by": "your name"').waitFor();
  await form.getByTestId('confirm-modal-button').click();
  await form.waitFor({ state: 'hidden' });

  await tiny.release('two');
  const report = await feature.report();
  expect(report).toMatchObject({
    outcome: 'landed',
    decisions: expect.arrayContaining([
      expect.objectContaining({ item: 'question-one-1', choice: 'text', by: 'your name', automatic: false }),
    ]),
    figures: { humanInterventions: 1 },
  });
  expect((await tiny.tasks('one')).at(1)?.resume?.answer).toBe('text');

  // A packet has a page of its own, and the feature's now says how it ended.
  await open(packetWorkflowId('shown', 'one'));
  await page.getByText('implement one', { exact: false }).first().waitFor();
  await page.getByText('implement one, run 2').first().waitFor();
  await page.getByText('merge and check one').first().waitFor();
  await open(featureWorkflowId('shown'));
  await page.getByText('Completed').first().waitFor();
  const status = await runBaton(['status', 'shown', '--home', engine.home], env);
  await page.goto(linkIn(status.stderr));
  const end = page.locator('iframe').last().contentFrame();
  await end.getByText('Done · landed').waitFor();
  await end.getByText(/^Started .* took /).waitFor();
  expect(await end.locator('td').filter({ hasText: '✅ Merged' }).count()).toBe(3);
}, 240_000);
