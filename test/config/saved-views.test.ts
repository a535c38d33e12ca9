import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { expect, inject, it } from 'vitest';
import { OUTCOMES } from '../../src/domain/report.ts';

const page = readFileSync(new URL('../../docs/reading-a-run.md', import.meta.url), 'utf8');
const views = [...page.matchAll(/^\| ([^|]+) \| `(WorkflowType = [^`]+)` \|$/gm)].map(
  ([, name = '', query = '']) => [name, query] as const,
);

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
