import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import { webUiList } from '../../src/cli/server/web-ui.ts';
import { OUTCOMES } from '../../src/domain/report.ts';

const page = readFileSync(new URL('../../docs/reading-a-run.md', import.meta.url), 'utf8');
const views = [...page.matchAll(/^\| ([^|]+) \| `(WorkflowType = [^`]+)` \|$/gm)].map(
  ([, name = '', query = '']) => [name, query] as const,
);

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

it('the views that the page recommends are taken by a server, and name every outcome', async () => {
  expect(views.map(([name]) => name)).toContain('waits for me');
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  const client = new Client({ connection });
  for (const [name, query] of views)
    expect((await client.workflow.count(query)).count, name).toBeGreaterThanOrEqual(0);
  await connection.close();
  const named = views.map(([, query]) => query).join();
  for (const outcome of OUTCOMES) expect(named).toContain(`'${outcome}'`);
});
