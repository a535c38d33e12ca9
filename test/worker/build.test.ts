import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildOf } from '../../src/worker/build.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';

it('a build knows every change that patches.ts names, and is named by the release and the code', async () => {
  const bundle = await workflowBundle();
  const patches = await readFile(new URL('../../src/workflows/patches.ts', import.meta.url), 'utf8');
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const named = [...patches.matchAll(/patched\('([^']+)'\)/g)].map(([, change]) => change);
  expect(named.length).toBeGreaterThan(10);
  const build = await buildOf(bundle);
  expect(build).toEqual({
    id: `${version}-${bundle.digest.slice(0, 12)}`,
    version,
    changes: named.sort(),
  });
});
