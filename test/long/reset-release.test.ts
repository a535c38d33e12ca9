import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReleaseStepInput, ReleaseStepResult } from '../../src/domain/activities.ts';
import { configSchema } from '../../src/domain/config.ts';
import { featureWorkflowId, releaseWorkflowId } from '../../src/domain/ids.ts';
import type { Feature } from '../support/engine.ts';
import { event } from '../support/event.ts';
import { reset } from '../support/reset.ts';
import { StubHome, stubProduction } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyConfig, tinyPacket, unattended } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const packets = [tinyPacket('one', { criteria: [] })];
const config = (bake: string) => ({
  ...tinyConfig,
  ...unattended,
  release: { production: { ...stubProduction, bake } },
});
const WHOLE = ['current', 'deploy', 'shift 10', 'probe 10', 'shift 100', 'probe 100'];
/** A canary until it bakes, and back: what the release of before does. */
const BACK = ['current', 'deploy', 'shift 10', 'rollback'];
const red: Partial<ReleaseStepResult> = { ok: false, exitCode: 4, tail: 'no such host' };

/** A home whose rollbacks answer so; the first execution's canary bakes for ever, those of later ones are good at once. */
function baking(id: string, rollback: (n: number) => Promise<Partial<ReleaseStepResult>>): StubHome {
  const home = new StubHome();
  let opened = 0;
  let rollbacks = 0;
  home.override.openFeature = async () => {
    opened += 1;
    return { config: configSchema.parse(config(opened === 1 ? '10h' : '1ms')), repositoryKey: `stub-${id}` };
  };
  home.override.releaseStep = async ({ step }: ReleaseStepInput) => ({
    ok: true,
    exitCode: 0,
    figures: step === 'probe' ? { error_rate: 0 } : {},
    url: null,
    text: step === 'current' ? 'v1' : '',
    tail: '',
    log: null,
    ...(step === 'rollback' && (await rollback(++rollbacks))),
  });
  return home;
}

/** The execution of the release that is live, once its canary bakes. */
async function canary(id: string, feature: Feature) {
  await until('the canary bakes', async () =>
    (await feature.status()).releaseSteps.some((step) => step.startsWith('10 %: baking')),
  );
  const { runId } = await features.client.workflow.getHandle(releaseWorkflowId(id)).describe();
  return features.client.workflow.getHandle(releaseWorkflowId(id), runId);
}
const statusOf = async (release: Awaited<ReturnType<typeof canary>>) =>
  (await release.describe()).status.name;

/** Seconds that the present execution of a feature has waited by timers that fired. */
async function waitedSeconds(id: string): Promise<number> {
  const { events } = await features.client.workflow.getHandle(featureWorkflowId(id)).fetchHistory();
  const lengths = new Map(
    (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
      timer ? [[timer.timerId, Number(timer.startToFireTimeout?.seconds ?? 0)] as const] : [],
    ),
  );
  return (events ?? []).reduce(
    (sum, { timerFiredEventAttributes: fired }) => sum + (fired ? (lengths.get(fired.timerId) ?? 0) : 0),
    0,
  );
}

const resetToFirst = ({ handle }: Feature) => reset(features.client, handle.workflowId, 'first');

describe.concurrent('the release of a feature that is reset to before it', { timeout: 240_000 }, () => {
  it('takes its traffic back before the next one begins, and asks where that fails', async () => {
    const id = 'asks-after-reset';
    const home = baking(id, async (n) => (n === 1 ? red : {}));
    const feature = await features.feature(id, packets, home);
    const before = await canary(id, feature);
    await resetToFirst(feature);
    const { prompt, options } = await feature.item('environment');
    expect(prompt).toMatch(/^ROLLBACK FAILED \(exit code 4\); production may still serve .*: no such host$/);
    expect(options).toEqual(['retry', 'done-by-hand']);
    expect(await statusOf(before)).toBe('RUNNING');
    expect(home.steps()).toEqual(BACK);
    await feature.decide('environment', 'retry');
    const report = await feature.report();
    expect(report.outcome).toBe('rolled-out');
    expect(await statusOf(before)).toBe('CANCELLED');
    expect(home.steps()).toEqual([...BACK, 'rollback', 'probe', ...WHOLE]);
    expect(report.decisions.filter(({ kind }) => kind === 'environment')).toMatchObject([
      { choice: 'retry' },
    ]);
  });

  it('is given all the time that its rollback takes', async () => {
    const id = 'slow-after-reset';
    const gone = event();
    const home = baking(id, async () => {
      await gone.happened;
      return {};
    });
    const feature = await features.feature(id, packets, home);
    const before = await canary(id, feature);
    await resetToFirst(feature);
    await until('its rollback has begun', async () => home.steps().includes('rollback'));
    await until('it was waited for longer than a minute', async () => (await waitedSeconds(id)) > 60);
    expect(await statusOf(before)).toBe('RUNNING');
    gone.happen();
    expect((await feature.report()).outcome).toBe('rolled-out');
    expect(await statusOf(before)).toBe('CANCELLED');
    expect(home.steps()).toEqual([...BACK, 'probe', ...WHOLE]);
  });

  it('asks the next execution what it had asked one that was reset too', async () => {
    const id = 'asks-again-after-reset';
    const home = baking(id, async (n) => (n === 1 ? red : {}));
    const feature = await features.feature(id, packets, home);
    const before = await canary(id, feature);
    await resetToFirst(feature);
    await feature.item('environment');
    await resetToFirst(feature);
    await until('the third execution lands', async () => home.inputs('land')[2]);
    await feature.decide('environment', 'done-by-hand');
    expect((await feature.report()).outcome).toBe('rolled-out');
    expect(await statusOf(before)).toBe('CANCELLED');
    expect(home.steps()).toEqual([...BACK, 'probe', ...WHOLE]);
  });

  it('is waited for, and asks, if the feature is cancelled meanwhile', async () => {
    const id = 'cancelled-after-reset';
    const home = baking(id, async (n) => (n === 1 ? red : {}));
    const feature = await features.feature(id, packets, home);
    const before = await canary(id, feature);
    await resetToFirst(feature);
    await feature.item('environment');
    await feature.handle.cancel();
    await until('it is cancelled', async () => {
      const { events } = await feature.handle.fetchHistory();
      return events?.some((each) => each.workflowExecutionCancelRequestedEventAttributes != null);
    });
    await feature.decide('environment', 'retry');
    await expect(feature.report()).rejects.toThrow();
    expect((await feature.handle.describe()).status.name).toBe('CANCELLED');
    expect(await statusOf(before)).toBe('CANCELLED');
    expect(home.steps()).toEqual([...BACK, 'rollback', 'probe']);
  });

  it('is ended too, and asks, where the feature ends before it comes to a release', async () => {
    const id = 'ends-before-release';
    const home = baking(id, async (n) => (n === 1 ? red : {}));
    const held = event();
    let merges = 0;
    home.override.prepareMerge = async (input) => {
      merges += input.name === 'one' ? 1 : 0;
      if (merges === 2) await held.happened;
      return home.mergeable(input);
    };
    const feature = await features.feature(id, packets, home);
    const before = await canary(id, feature);
    await resetToFirst(feature);
    await until('the packet is merged anew', async () => merges === 2);
    await feature.handle.cancel();
    held.happen();
    await feature.decide('environment', 'retry');
    await expect(feature.report()).rejects.toThrow();
    expect(await statusOf(before)).toBe('CANCELLED');
    expect(home.steps()).toEqual([...BACK, 'rollback', 'probe']);
  });
});
