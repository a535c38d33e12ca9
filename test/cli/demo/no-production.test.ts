import { chmod, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { WORKFLOWS } from '../../../src/domain/messages.ts';
import { ownNamespace } from '../../support/namespace.ts';
import { runBaton } from '../run-baton.ts';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), 'baton-no-production-')));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** An `npm` that fails, once this has come true. */
async function failingNpm(condition: string): Promise<string> {
  const npm = path.join(folder, 'npm');
  await writeFile(npm, `#!/bin/sh\nuntil ${condition}; do sleep 0.05; done\necho no registry >&2\nexit 1\n`);
  await chmod(npm, 0o755);
  return `${folder}:${process.env.PATH}`;
}

it.each([
  ['before its feature began', () => 'true', []],
  // The feature's first tree is there.
  ['while its feature is at work', (home: string) => `[ -n "$(ls ${home}/t 2>&-)" ]`, ['TERMINATED']],
])('a demo whose production fails %s ends, and leaves nothing', async (_, when, left) => {
  const { client, namespace } = await ownNamespace(inject('temporalAddress'));
  const home = path.join(folder, 'home');
  const { exitCode, stdout, stderr } = await runBaton(['demo', '--yes', '--home', home], {
    PATH: await failingNpm(when(home)),
    TMPDIR: folder,
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TEMPORAL_NAMESPACE: namespace,
  });
  expect(stderr).toContain("installing the example's dependencies failed");
  expect(stderr).toContain('no registry');
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  const states: string[] = [];
  for await (const { status } of client.workflow.list({ query: `WorkflowType = '${WORKFLOWS.feature}'` }))
    states.push(status.name);
  expect(states).toEqual(left);
  expect((await readdir(folder)).filter((name) => name.startsWith('baton-demo-'))).toEqual([]);
});
