import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { buildEntries } from '../../src/cli/server/builds.ts';
import type { Build } from '../../src/domain/build.ts';
import { buildOf } from '../../src/worker/build.ts';
import { KeptBuilds } from '../../src/worker/kept-builds.ts';
import { workflowBundle } from '../../src/worker/workflow-bundle.ts';
import { Engine } from '../support/engine.ts';
import { until } from '../support/until.ts';

let engine: Engine;
let builds: KeptBuilds;
let build: Build;

beforeAll(async () => {
  engine = await Engine.start(inject('temporalAddress'), { worker: false });
  builds = new KeptBuilds(engine.client);
  build = await buildOf(await workflowBundle());
});
afterAll(() => engine.stop());

it('a server that had no worker yet tells builds apart, and has none', async () => {
  expect(await builds.unsupported()).toBeUndefined();
  expect(await builds.current()).toEqual({ id: undefined, known: [], token: undefined });
  expect(await builds.read(build.id)).toBeUndefined();
  expect(await builds.write(build)).toBe(false);
  expect(await buildEntries(entriesServer())).toEqual([]);
});

it('a worker makes its build the current one, and writes down what it knows', async () => {
  await engine.worker();
  const current = await until('a current build', async () => {
    const now = await builds.current();
    return now.id !== undefined && now;
  });
  expect(current).toMatchObject({ id: build.id, known: [build.id] });
  expect(await builds.read(build.id)).toEqual(build);
  expect(await builds.unsupported()).toBeUndefined();
  // Somebody else was faster: what was seen before isn't so any more.
  expect(await builds.makeCurrent('another', { ...current, token: Buffer.from('before') })).toBe(false);
  expect(await builds.running()).toEqual([]);
  // The server may be told of the build before it has seen a poll of that worker.
  const entries = await until('its worker polls', async () => {
    const now = await buildEntries(entriesServer());
    return now.some(({ workers }) => workers > 0) && now;
  });
  expect(entries).toEqual([{ build: build.id, current: true, workers: 1, features: 0, held: 0 }]);
});

it('a server that refuses, or knows no builds, says why, unless somebody else made a build the current one', async () => {
  const refusing = (code: number) =>
    new KeptBuilds({
      options: engine.client.options,
      withDeadline: engine.client.withDeadline.bind(engine.client),
      workflowService: {
        describeWorkerDeployment: () => engine.client.workflowService.describeWorkerDeployment(asked),
        setWorkerDeploymentCurrentVersion: () =>
          Promise.reject(Object.assign(new Error('no'), { code, details: 'not here', metadata: {} })),
      },
    } as unknown as typeof engine.client);
  const asked = { namespace: engine.namespace, deploymentName: 'baton' };
  expect(await refusing(7).unsupported()).toBeUndefined();
  asked.deploymentName = 'nobody';
  expect(await refusing(7).unsupported()).toBe('not here');
  expect(await refusing(12).unsupported()).toBe('not here');
  expect(await refusing(9).unsupported()).toBeUndefined();
});

const entriesServer = () => ({ client: engine.client }) as Parameters<typeof buildEntries>[0];
