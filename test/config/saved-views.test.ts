import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { webUiList } from '../../src/cli/server/web-ui.ts';
import { prepareStart, startFeature } from '../../src/cli/start/start-feature.ts';
import { searchAttributes } from '../../src/dev-server/server-arguments.ts';
import type { AgentRunEnd } from '../../src/domain/activities.ts';
import { OUTCOMES } from '../../src/domain/report.ts';
import { until } from '../support/engine.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, tinyRepository, unattended } from '../support/tiny-repository.ts';
import { document } from './docs.ts';

const views = [...document('reading-a-run.md').matchAll(/^\| ([^|]+) \| `(WorkflowType = [^`]+)` \|$/gm)].map(
  ([, name = '', query = '']) => [name, query] as const,
);

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
  const { connection, options } = features.client;
  // Keyword and Int, as the server numbers them.
  const types = { Keyword: 2, Int: 3 };
  await connection.operatorService.addSearchAttributes({
    namespace: options.namespace,
    searchAttributes: Object.fromEntries(
      Object.entries(searchAttributes).map(([name, type]) => [name, types[type]]),
    ),
  });
});
afterAll(() => features?.stop());

const blocked: AgentRunEnd = { kind: 'blocked', question: { text: 'Which?' } };
const failed: AgentRunEnd = { kind: 'failed', reason: 'no idea' };
/** Which features each view has to find, of those below. */
const FOUND: Readonly<Record<string, readonly string[]>> = {
  'waits for me': ['to-approve', 'asks'],
  'features at work': ['to-approve', 'asks', 'works'],
  'goes on by itself': ['works'],
  'in design': ['to-approve'],
  'landed or rolled out': ['landed'],
  'of one repository': ['of-shop'],
  'came to nothing': ['rejected', 'stopped', 'cancelled'],
};

it('each view that the page recommends finds the features it is named for on a server, and no others', async () => {
  const ask = { ...unattended, approvals: { design: 'ask' as const } };
  const one = [tinyPacket('one', { criteria: [] })];
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const start = (id: string, home: StubHome) =>
    features.feature(id, one, home, false, undefined, { searchAttributes: true });
  const ends = (end: AgentRunEnd) =>
    new StubHome(unattended, ({ phase }) => (phase === 'implement' ? end : undefined));

  const running = [
    await start('to-approve', new StubHome(ask)),
    await start('asks', ends(blocked)),
    await start(
      'works',
      new StubHome(
        unattended,
        () => undefined,
        ({ phase }) => (phase === 'implement' ? released : Promise.resolve()),
      ),
    ),
  ];
  const landed = await start('landed', new StubHome(unattended));
  const rejected = await start('rejected', new StubHome(ask));
  const stopped = await start('stopped', ends(failed));
  const cancelled = await start('cancelled', ends(blocked));
  // As `baton start` does it; where it was started on stays with what has ended.
  const { client } = features;
  const server = {
    client,
    settings: {
      address: inject('temporalAddress'),
      namespace: client.options.namespace,
      source: 'configured' as const,
    },
    close: async () => undefined,
  };
  const { repo } = await tinyRepository({});
  const request = await prepareStart({ request: 'Add it', repo, id: 'of-shop', yes: false });
  await startFeature(server, { ...request, repo: 'git@github.com:acme/shop.git' });
  await client.workflow.getHandle('feature:of-shop').terminate();
  await rejected.decide('design-approval', 'reject');
  await stopped.decide('failing-packet-one', 'stop');
  await cancelled.item('question-one');
  await cancelled.handle.cancel();
  await Promise.allSettled([landed, rejected, stopped, cancelled].map((feature) => feature.report()));

  expect(views.map(([name]) => name).sort()).toEqual(Object.keys(FOUND).sort());
  for (const [name, query] of views) {
    const expected = (FOUND[name] ?? []).map((id) => `feature:${id}`).sort();
    let found: string[] = [];
    // What a server finds is there a moment after it happened.
    await until(`the view "${name}" finds ${expected}`, async () => {
      found = [];
      for await (const { workflowId } of features.client.workflow.list({ query })) found.push(workflowId);
      return found.sort().join() === expected.join() ? true : undefined;
    }).catch(() => expect(found, name).toEqual(expected));
  }
  release();
  for (const feature of running) await feature.handle.terminate();
});

it('the links to the list ask what the page recommends', () => {
  const settings = { uiUrl: 'http://127.0.0.1:8233', namespace: 'default' };
  const queryOf = (url = '') => new URL(url).searchParams.get('query') ?? '';
  const plain = (query: string) => query.replace(/ ?(=|>) ?/g, '$1');
  expect(queryOf(webUiList(settings, 'waiting'))).toBe(plain(new Map(views).get('waits for me') ?? ''));
  expect(webUiList(settings, 'features')).toBe(
    'http://127.0.0.1:8233/namespaces/default/workflows?query=WorkflowType%3D%27featureWorkflow%27',
  );
  expect(webUiList({ namespace: 'default' }, 'features')).toBeUndefined();
});

it('the views name every outcome', () => {
  const named = views.map(([, query]) => query).join();
  for (const outcome of OUTCOMES) expect(named).toContain(`'${outcome}'`);
});
