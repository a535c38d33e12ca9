import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endTree } from '../../src/processes/end-tree.ts';
import { startTimeOf } from '../../src/processes/process-table.ts';
import { type ReleaseCommandToRun, runReleaseCommand } from '../../src/release/run-release-command.ts';
import { pidIn, temporaryFolder, temporaryStore } from '../processes/helpers.ts';

const release = (command: string, more: Partial<ReleaseCommandToRun> = {}) =>
  runReleaseCommand({
    step: 'probe',
    command,
    cwd: temporaryFolder(),
    values: { BATON_VERSION: 'v2; touch hacked', BATON_PERCENT: '10' },
    credentials: [],
    timeoutMs: 20_000,
    store: temporaryStore(),
    ...more,
  });

test('values reach a release command through its environment, and its last JSON is read', async () => {
  const result = await release(
    `echo "to $BATON_VERSION"; printf '{"error_rate": 0.01,\\n "requests": %s}\\n' "$BATON_PERCENT"`,
  );
  expect(result).toMatchObject({ step: 'probe', ok: true, exitCode: 0, text: '"requests": 10}' });
  expect(result.json).toEqual({ error_rate: 0.01, requests: 10 });
  expect(result.tail).toContain('to v2; touch hacked');
});

test('without JSON the last line is the text', async () => {
  expect(await release(`echo one; echo " v1 "; echo; exit 4`)).toMatchObject({
    ok: false,
    exitCode: 4,
    json: null,
    text: 'v1',
  });
});

test('credentials reach it by their names only and are blotted out of everything', async () => {
  const store = temporaryStore();
  const from = {
    PATH: process.env.PATH,
    DEPLOY_KEY: 'key-abcdef',
    OTHER_KEY: 'other-abcdef',
    TEMPORAL_API_KEY: 't',
  };
  const result = await release(`env; echo "{\\"k\\": \\"$DEPLOY_KEY\\"}"; echo "$DEPLOY_KEY" >&2`, {
    credentials: ['DEPLOY_KEY'],
    from,
    store,
  });
  expect(result.json).toEqual({ k: '[DEPLOY_KEY]' });
  const log = result.log && (await store.get(result.log)).toString();
  expect(log).toContain('DEPLOY_KEY=[DEPLOY_KEY]');
  expect(JSON.stringify(result) + log).not.toMatch(/abcdef|TEMPORAL/);
  await expect(release('env', { credentials: ['TEMPORAL_API_KEY'], from })).rejects.toThrow(
    /never handed on/,
  );
});

test('a service that it starts is left alone, also when the service keeps its output', async () => {
  const cwd = temporaryFolder();
  const result = await release(`sleep 60 & echo $! > service.pid; echo up`, { cwd, step: 'deploy' });
  const pid = await pidIn(join(cwd, 'service.pid'));
  const startTime = await startTimeOf(pid);
  onTestFinished(async () => void (await endTree({ pid, startTime, env: {} })));
  expect(result).toMatchObject({ ok: true, text: 'up' });
  expect(startTime).toBeDefined();
});

test('after its timeout it is ended and not ok', async () => {
  expect(await release('echo waiting; sleep 30', { timeoutMs: 400 })).toMatchObject({
    ok: false,
    timedOut: true,
    exitCode: -1,
    text: 'waiting',
  });
});
