import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { releaseWorkflowId } from '../../../src/domain/ids.ts';
import { reset } from '../../support/reset.ts';
import { StubHome, stubProduction } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const packets = [tinyPacket('one', { criteria: [] })];
const releasing = () => new StubHome({ ...unattended, release: { production: stubProduction } });
const operationIds = (home: StubHome) => home.inputs('releaseStep').map(({ operationId }) => operationId);
/** Of one release: all its steps, each under a name of its own. */
const STEPS = ['current', 'deploy', 'shift 10', 'probe 10', 'shift 100', 'probe 100'];

/** Two releases were made, and no command of the second could take an effect of the first for its own. */
const expectTwoReleases = (steps: readonly string[], ids: readonly string[]) => {
  expect(steps).toEqual([...STEPS, ...STEPS]);
  expect(new Set(ids).size).toBe(ids.length);
};

describe.concurrent('the operation ids of a release', () => {
  it('are others when its feature is started again under its id', async () => {
    const [first, second] = [releasing(), releasing()];
    expect((await (await features.feature('again', packets, first)).report()).outcome).toBe('rolled-out');
    expect((await (await features.feature('again', packets, second)).report()).outcome).toBe('rolled-out');
    expectTwoReleases(
      [...first.steps(), ...second.steps()],
      [...operationIds(first), ...operationIds(second)],
    );
  });

  it('are others after a reset of its feature to before it', async () => {
    const home = releasing();
    const feature = await features.feature('reset-before', packets, home);
    await feature.report();
    await reset(features.client, feature.handle.workflowId, 'first');
    expect((await feature.report()).outcome).toBe('rolled-out');
    expectTwoReleases(home.steps(), operationIds(home));
  });

  it('are others after a reset of the release itself', async () => {
    const home = releasing();
    await (await features.feature('reset-release', packets, home)).report();
    const release = features.client.workflow.getHandle(releaseWorkflowId('reset-release'));
    await reset(features.client, release.workflowId, 'first');
    expect(await release.result()).toMatchObject({ outcome: 'rolled-out' });
    expectTwoReleases(home.steps(), operationIds(home));
  });

  it('name feature and step, and can name a file', async () => {
    const home = releasing();
    const id = 'x'.repeat(48);
    const report = await (await features.feature(id, packets, home)).report();
    const ids = operationIds(home);
    expect(ids.map((each) => each.replace(/[0-9a-f]{8}$/, ''))).toEqual(
      ['current', 'deploy', 'shift', 'probe', 'shift', 'probe'].map(
        (step, index) => `${id}-1-${index + 1}-${step}-`,
      ),
    );
    expect(ids.every((each) => /^[a-z0-9-]{1,90}$/.test(each))).toBe(true);
    expect(report.release?.steps.map(({ operationId }) => operationId)).toEqual(ids);
  });
});
