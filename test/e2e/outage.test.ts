import { rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, inject, it } from 'vitest';
import { liveDetails } from '../../src/cli/watch/live-details.ts';
import { outagesOf } from '../../src/domain/outage.ts';
import { Engine, type Feature, until } from '../support/engine.ts';
import { plainWork, tinyDesign, tinyPacket, tinyRepository, unattended } from '../support/tiny-repository.ts';
import { bareHub } from '../support/two-workers.ts';

let engine: Engine;
afterEach(() => engine?.stop());

/** An activity of the feature, or of one of its packets, is tried again. */
const triedAgain = (feature: Feature, name: string) =>
  until(`${name} is tried again`, async () => {
    const { workflowId } = feature.handle;
    for (const id of [workflowId, `${workflowId}:packet:one`, `${workflowId}:packet:two`]) {
      const { raw } = await engine.client.workflow
        .getHandle(id)
        .describe()
        .catch(() => ({ raw: undefined }));
      const found = raw?.pendingActivities?.some(
        ({ activityType, attempt }) => activityType?.name === name && (attempt ?? 1) > 1,
      );
      if (found) return true;
    }
    return false;
  });

it.skipIf(process.platform !== 'linux')(
  'a hub that takes nothing for a moment, or whose branch is locked, asks nobody',
  async () => {
    const hub = await bareHub();
    const objects = path.join(hub, 'objects');
    const lock = path.join(hub, 'refs/heads/baton/tiny/integration.lock');
    engine = await Engine.start(inject('temporalAddress'), { worker: false });
    // Git makes a folder there for what comes, which not even root can.
    await rename(objects, `${objects}.away`);
    await symlink('/proc/self/fdinfo', objects);
    await engine.worker(engine.home, hub);
    const packets = ['one', 'two'].map((id) => tinyPacket(id));
    const tiny = await tinyRepository(
      {
        design: [tinyDesign(packets)],
        one: [plainWork('one', { exec: `touch ${lock}` })],
        two: [plainWork('two')],
      },
      unattended,
    );
    const feature = await engine.feature(tiny);
    await triedAgain(feature, 'openFeature');
    // Said long before anybody is asked.
    const live = await liveDetails({ client: engine.client }, await feature.status());
    expect(outagesOf(live)).toMatchObject([{ where: `the hub ${hub}`, since: expect.any(String) }]);
    await rm(objects);
    await rename(`${objects}.away`, objects);
    await triedAgain(feature, 'moveBranch');
    await rm(lock);
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      figures: { humanInterventions: 0 },
    });
    expect((await feature.status()).decisions.map(({ kind }) => kind)).toEqual(['design-approval']);
  },
);
