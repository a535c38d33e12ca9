import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { FeatureReport } from '../../src/domain/report.ts';
import { Engine, type Feature, until } from '../support/engine.ts';
import { Service } from '../support/service.ts';
import {
  plainWork,
  type Script,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';

const script: Script = { design: [tinyDesign([])], one: [plainWork('one')] };
const held = (file: string) => until(`${file} is there`, async () => existsSync(file) || undefined);

let engine: Engine;
let service: Service;
let merging: TinyRepository;
let bare: string;
let requested: { readonly repo: string; readonly bare: string };
let features: { readonly merge: Feature; readonly request: Feature };
let reports: { readonly merge: FeatureReport; readonly request: FeatureReport };

/** Kills the worker when both have taken effect at the other side, and neither has been told so. */
beforeAll(async () => {
  service = await Service.create('stand-in-token-0123456789');
  engine = await Engine.start(inject('temporalAddress'), { worker: false });
  merging = await tinyRepository(script, { ...unattended, land: 'merge' });
  bare = path.join(merging.dir, 'bare.git');
  await merging.git('clone', '-q', '--bare', '.', bare);
  const at = path.join(merging.dir, 'pushed');
  const hook = `#!/bin/sh\necho >> ${at}\nwhile [ ! -e ${at}.release ]; do sleep 0.1; done\n`;
  await writeFile(path.join(bare, 'hooks', 'post-receive'), hook, { mode: 0o755 });
  const requesting = await tinyRepository(script, { ...unattended, land: 'pull-request' });
  requested = await service.host(requesting, 'killed');
  await writeFile(service.gh.at('hold'), '');
  const killed = await engine.workerProcess(service.env);
  const packets = [tinyPacket('one')];
  features = {
    merge: await engine.feature({ ...merging, repo: bare }, { id: 'killed-merge', packets }),
    request: await engine.feature({ ...requesting, repo: requested.repo }, { id: 'killed-request', packets }),
  };
  await Promise.all([held(at), held(service.gh.at('held'))]);
  killed.kill('SIGKILL');
  await killed.ended;
  await engine.workerProcess(service.env);
  const [merge, request] = await Promise.all([features.merge.report(), features.request.report()]);
  reports = { merge, request };
}, 180_000);

afterAll(async () => {
  await merging?.release('pushed');
  if (service) await writeFile(service.gh.at('release'), '');
  await engine?.stop();
});

const activities = async (feature: Feature) => {
  const { events } = await feature.handle.fetchHistory();
  return (events ?? []).flatMap(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
  );
};

it('a landing whose push was not told of is found and not made again', async () => {
  expect(reports.merge).toMatchObject({ outcome: 'landed', branch: 'main' });
  expect(await merging.git('--git-dir', bare, 'rev-parse', 'main')).toBe(reports.merge.commit);
  expect(await merging.read('pushed')).toBe('\n');
  expect((await activities(features.merge)).filter((name) => name === 'land')).toHaveLength(1);
});

it('a pull request that was not told of is found and not opened again', async () => {
  const requests = await service.gh.requests();
  expect(requests).toMatchObject([{ state: 'OPEN', headRefOid: reports.request.commit }]);
  expect(reports.request.pullRequest).toBe(requests[0]?.url);
  const calls = await service.gh.calls();
  expect(calls.filter(({ command }) => command === 'pr create')).toHaveLength(1);
  expect((await activities(features.request)).filter((name) => name === 'openPullRequest')).toHaveLength(1);
});
