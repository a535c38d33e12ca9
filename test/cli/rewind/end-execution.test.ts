import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { CommandError } from '../../../src/cli/command-error.ts';
import { endExecution } from '../../../src/cli/rewind/end-execution.ts';
import { releaseWorkflowId } from '../../../src/domain/ids.ts';
import { StubHome, stubProduction } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';
import { until } from '../../support/until.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

it('a feature that is ended for a rewind keeps its release, which asks since its rollback failed', async () => {
  const id = 'rewound-canary';
  const home = new StubHome({ ...unattended, release: { production: { ...stubProduction, bake: '10h' } } });
  const { releaseStep } = home.activities();
  let rollbacks = 0;
  home.override.releaseStep = async (input) =>
    input.step === 'rollback' && ++rollbacks === 1
      ? { ...(await releaseStep(input)), ok: false, exitCode: 4 }
      : releaseStep(input);
  const feature = await features.feature(id, [tinyPacket('one', { criteria: [] })], home);
  await until('the canary bakes', async () =>
    (await feature.status()).releaseSteps.some((step) => step.startsWith('10 %: baking')),
  );
  const { runId } = await feature.handle.describe();
  const ends = endExecution(features.client, id, runId, 1);
  await expect(ends).rejects.toThrow(CommandError);
  await expect(ends).rejects.toThrow(/its release .* baton status rewound-canary/);
  await feature.decide('environment', 'retry');
  await expect(feature.report()).rejects.toThrow();
  expect((await feature.handle.describe()).status.name).toBe('CANCELLED');
  const release = await features.client.workflow.getHandle(releaseWorkflowId(id)).describe();
  expect(release.status.name).toBe('CANCELLED');
});
