import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ReleaseStepInput, ReleaseStepResult } from '../../../src/domain/activities.ts';
import type { ConfigDraft } from '../../../src/domain/config.ts';
import { featureWorkflowId, releaseWorkflowId } from '../../../src/domain/ids.ts';
import { until } from '../../support/engine.ts';
import { eventCounts, rests, told } from '../../support/history.ts';
import { StubHome, stubProduction } from '../../support/stub-home.ts';
import { StubFeatures } from '../../support/stub-workers.ts';
import { tinyPacket, unattended } from '../../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

type Answer = Partial<ReleaseStepResult> | undefined;

const packets = [tinyPacket('one', { criteria: [] })];
const releasing = (production: object = {}, more: Partial<ConfigDraft> = {}): Partial<ConfigDraft> => ({
  ...unattended,
  release: {
    production: { ...stubProduction, ...production },
  },
  ...more,
});
/** A home whose release commands answer so; where nothing else is said the old version is `v1`, and all is good. */
const answering = (
  answer: (input: ReleaseStepInput) => Answer | Promise<Answer>,
  config: Partial<ConfigDraft> = releasing(),
) => {
  const home = new StubHome(config);
  home.override.releaseStep = async (input) => ({
    ok: true,
    exitCode: 0,
    figures: input.step === 'probe' ? { error_rate: 0 } : {},
    url: null,
    text: input.step === 'current' ? 'v1' : '',
    tail: '',
    log: null,
    ...(await answer(input)),
  });
  return home;
};
const red = (tail: string): Answer => ({ ok: false, exitCode: 4, tail });
const figures = (error_rate: number): Answer => ({ figures: { error_rate } });
/** What is probed before it has served: the new version. */
const isNew = ({ step, percent }: ReleaseStepInput) => step === 'probe' && percent !== undefined;
const isOld = ({ step, percent }: ReleaseStepInput) => step === 'probe' && percent === undefined;
const releaseOf = (id: string) => features.client.workflow.getHandle(releaseWorkflowId(id));
/** Whether a release asked for its turn, and hasn't got it: it was told nothing. */
const waits = async (id: string) => {
  const counts = await eventCounts(releaseOf(id)).catch(() => undefined);
  return counts !== undefined && counts.of('activityTaskCompleted') > 1;
};
const versions = (home: StubHome, step: string) =>
  home
    .inputs('releaseStep')
    .filter((input) => input.step === step)
    .map(({ version }) => version);

/** Pauses a feature while it lands, where there is no release yet that could be told. */
const pausedAtLanding = async (id: string, home: StubHome) => {
  let land = async () => {};
  home.override.land = async ({ commit }) => {
    await land();
    return { branch: `feature/${id}`, commit };
  };
  const feature = await features.feature(id, packets, home);
  land = async () => {
    await feature.signal('pause');
    await until('the feature knows of it', async () => (await feature.status()).paused);
  };
  return feature;
};

describe.concurrent('the version before, once it serves again,', () => {
  it.each<{ id: string; old: Answer; says: string }>([
    { id: 'old-good', old: figures(0.002), says: 'v1 serves again and was verified: error_rate 0.002.' },
    {
      id: 'old-bad',
      old: figures(0.3),
      says: 'v1 should serve again, but its probe says: error_rate is 0.3, allowed at most 0.01.',
    },
    {
      id: 'old-unmeasured',
      old: { figures: {} },
      says: 'v1 should serve again, but its probe says: error_rate was not measured.',
    },
    {
      id: 'old-red',
      old: { ...red('no answer'), figures: {} },
      says: 'v1 should serve again, but its probe says: the probe failed: no answer.',
    },
  ])('is judged by the same figures, and a person is told: $id', async ({ id, old, says }) => {
    const home = answering((input) => (isNew(input) ? figures(0.2) : isOld(input) ? old : undefined));
    const feature = await features.feature(id, packets, home);
    const { prompt, options, recommended } = await feature.item('rolled-back');
    const version = home.inputs('releaseStep')[1]?.commit.slice(0, 12);
    expect(prompt).toBe(
      `Release ${version} was taken back at 10 %: error_rate is 0.2, allowed at most 0.01. ${says}`,
    );
    expect([options, recommended]).toEqual([['fix', 'retry', 'stop'], 'stop']);
    expect(versions(home, 'probe')).toEqual([version, 'v1']);
    await feature.decide('rolled-back', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'rolled-back',
      reason: 'error_rate is 0.2, allowed at most 0.01',
      release: { previous: 'v1', version },
    });
  });

  it('is judged too where a person chose to roll back, and the report says what is wrong with it', async () => {
    const home = answering(
      (input) => (isOld(input) ? figures(0.3) : undefined),
      releasing({}, { approvals: { design: 'auto', release: 'ask' } }),
    );
    const feature = await features.feature('chosen-back', packets, home);
    await feature.decide('promotion', 'roll-back');
    expect(await feature.report()).toMatchObject({
      outcome: 'rolled-back',
      reason:
        'a person chose to roll back; v1 should serve again, but its probe says: error_rate is 0.3, allowed at most 0.01',
    });
  });

  it('is the base where the command that names the current one fails, whatever it printed', async () => {
    const home = answering(({ step }) =>
      step === 'current' ? { ...red(''), text: 'login required' } : step === 'shift' ? red('') : undefined,
    );
    const feature = await features.feature('current-fails', packets, home);
    await feature.decide('rolled-back', 'stop');
    const base = '1'.repeat(12);
    expect((await feature.report()).release).toMatchObject({ previous: base });
    expect(versions(home, 'probe')).toEqual([base]);
  });

  it('is the base where the command that names the current one names none', async () => {
    const home = answering(({ step }) =>
      step === 'current' ? { text: '' } : step === 'shift' ? red('') : undefined,
    );
    const feature = await features.feature('current-silent', packets, home);
    await feature.decide('rolled-back', 'stop');
    expect((await feature.report()).release).toMatchObject({ previous: '1'.repeat(12) });
  });
});

describe.concurrent('a rollback that fails', () => {
  it('is not tried again once a person did it by hand: the version before is probed, and people go on', async () => {
    const home = answering((input) =>
      isNew(input) ? figures(0.2) : input.step === 'rollback' ? red('no such host') : undefined,
    );
    const feature = await features.feature('by-hand-back', packets, home);
    const { prompt, options, recommended } = await feature.item('environment');
    expect(prompt).toMatch(
      /^ROLLBACK FAILED \(exit code 4\); production may still serve [0-9a-f]{12}: no such host$/,
    );
    expect([options, recommended]).toEqual([['retry', 'done-by-hand'], undefined]);
    await feature.decide('environment', 'done-by-hand');
    expect((await feature.item('rolled-back')).prompt).toContain('v1 serves again and was verified');
    await feature.decide('rolled-back', 'stop');
    expect((await feature.report()).outcome).toBe('rolled-back');
    expect(home.steps()).toEqual(['current', 'deploy', 'shift 10', 'probe 10', 'rollback', 'probe']);
  });

  it('is tried as often as a person says so', async () => {
    let tries = 0;
    const home = answering((input) =>
      isNew(input) ? figures(0.2) : input.step === 'rollback' && ++tries < 3 ? red('busy') : undefined,
    );
    const feature = await features.feature('tried-again', packets, home);
    await feature.decide('environment-1', 'retry');
    await feature.decide('environment-2', 'retry');
    await feature.decide('rolled-back', 'stop');
    await feature.report();
    expect(home.steps().slice(4)).toEqual(['rollback', 'rollback', 'rollback', 'probe']);
    const ids = home.inputs('releaseStep').map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe.concurrent('a release that is cancelled', () => {
  it('while traffic is being shifted takes it back, since some of it may be there', async () => {
    const id = 'cancelled-shifting';
    const home = answering(async ({ step }) => {
      if (step !== 'shift') return;
      await features.client.workflow.getHandle(featureWorkflowId(id)).cancel();
      await until('the release knows of it', async () => {
        const { of } = await eventCounts(releaseOf(id));
        return of('workflowExecutionCancelRequested') > 0;
      });
    });
    const feature = await features.feature(id, packets, home);
    await expect(feature.report()).rejects.toThrow();
    expect((await feature.handle.describe()).status.name).toBe('CANCELLED');
    expect(home.steps()).toEqual(['current', 'deploy', 'shift 10', 'rollback', 'probe']);
  });

  it('before any traffic was shifted takes nothing back', async () => {
    const id = 'cancelled-deployed';
    const home = answering(() => undefined);
    const feature = await pausedAtLanding(id, home);
    await until('it is deployed', async () => home.steps().includes('deploy'));
    await rests(releaseOf(id));
    await feature.handle.cancel();
    await expect(feature.report()).rejects.toThrow();
    expect(home.steps()).toEqual(['current', 'deploy']);
  });
});

describe.concurrent('a release that is paused', () => {
  it('shifts no traffic until it goes on: not at first, and not after a step that was judged good', async () => {
    const id = 'paused-shifts';
    let pause = async () => {};
    const home = answering(async (input) => {
      if (!isNew(input) || input.percent !== 10) return;
      await pause();
      await told(releaseOf(id), 'pause');
    });
    const feature = await pausedAtLanding(id, home);
    pause = () => feature.signal('pause');
    await until('it is deployed', async () => home.steps().includes('deploy'));
    await rests(releaseOf(id));
    expect(home.steps()).toEqual(['current', 'deploy']);
    await feature.signal('resume');
    await until('it is probed', async () =>
      (await feature.status()).releaseSteps.join().includes('probe 10 %'),
    );
    await rests(releaseOf(id));
    expect(home.steps()).toEqual(['current', 'deploy', 'shift 10', 'probe 10']);
    await feature.signal('resume');
    expect((await feature.report()).outcome).toBe('rolled-out');
  });

  it('stands still while it bakes, and bakes for what was left', async () => {
    const id = 'paused-bakes';
    const home = answering(() => undefined, releasing({ steps: [100], bake: '3s' }));
    const feature = await features.feature(id, packets, home);
    const bakes = () => eventCounts(releaseOf(id)).catch(() => undefined);
    await until('it bakes', async () => (await bakes())?.of('timerStarted') === 1);
    await feature.signal('pause');
    await told(releaseOf(id), 'pause');
    await rests(releaseOf(id));
    expect(home.steps().at(-1)).toBe('shift 100');
    await feature.signal('resume');
    expect((await feature.report()).outcome).toBe('rolled-out');
    const { events } = await releaseOf(id).fetchHistory();
    const timers = (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
      timer?.startToFireTimeout ? [timer.startToFireTimeout] : [],
    );
    const ms = timers.map(({ seconds, nanos }) => Number(seconds ?? 0) * 1000 + (nanos ?? 0) / 1e6);
    expect(ms[0]).toBe(3000);
    expect(ms).toHaveLength(2);
    expect(ms[1]).toBeLessThan(3000);
  });
});

describe.concurrent('two releases to one production', () => {
  it('wait for each other: the second begins when the first has ended', async () => {
    const order: string[] = [];
    const of = (id: string, config?: Partial<ConfigDraft>) => {
      const home = answering((input) => {
        order.push(`${id} ${input.environment} ${input.step}`);
        return undefined;
      }, config);
      const given = home.activities().openFeature;
      home.override.openFeature = async (input) => ({ ...(await given(input)), repositoryKey: 'shared' });
      return home;
    };
    const production = releasing({ steps: [100] }).release?.production;
    const first = await features.feature(
      'first-out',
      packets,
      of('first', releasing({ steps: [100] }, { approvals: { design: 'auto', release: 'ask' } })),
    );
    await first.item('promotion');
    const staged = {
      ...unattended,
      release: { staging: { deploy: 'deploy' }, ...(production && { production }) },
    };
    const second = await features.feature('second-out', packets, of('second', staged));
    await until('the second waits', () => waits('second-out'));
    await rests(releaseOf('second-out'));
    expect(order).toEqual(['first production current', 'first production deploy', 'second staging deploy']);
    await first.decide('promotion', 'promote');
    expect((await first.report()).outcome).toBe('rolled-out');
    expect((await second.report()).outcome).toBe('rolled-out');
    expect(order.indexOf('second production current')).toBeGreaterThan(
      order.indexOf('first production probe'),
    );
  });
});
