import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { AgentRunEnd, ReleaseStepInput } from '../../src/domain/activities.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import type { FailureType } from '../../src/domain/failures.ts';
import { designOf, StubHome, stubCheck } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

const packets = [tinyPacket('one', { criteria: [] })];
const stopped = (reason: string) => ({ outcome: 'stopped', reason });

describe.concurrent('a design that stays impossible', () => {
  const impossible = (id: string, untilRun: number) => {
    const home = new StubHome(unattended, ({ phase, run }): AgentRunEnd | undefined =>
      phase === 'design' ? (run <= untilRun ? designOf() : designOf(...packets)) : undefined,
    );
    return features.feature(id, [], home).then((feature) => ({ home, feature }));
  };

  it('goes back three times, then a person is asked, whose word the designer hears in three more', async () => {
    const { home, feature } = await impossible('impossible-retried', 7);
    const { prompt, options } = await feature.item('failing-packet-1');
    expect(prompt).toMatch(
      /^The design can't be used after 3 rounds of complaint:\n.*the design has no packets: nothing would be built/s,
    );
    expect(options).toEqual(['retry', 'stop']);
    expect(home.runs('impossible-retried', 'design')).toHaveLength(4);
    await feature.decide('failing-packet-1', 'retry', 'One packet is enough');
    expect((await feature.report()).outcome).toBe('landed');
    const runs = home.runs('impossible-retried', 'design');
    expect(runs).toHaveLength(8);
    expect(runs[4]?.feedback).toMatchObject([
      { kind: 'plan' },
      { kind: 'advice', text: 'One packet is enough' },
    ]);
    expect(runs[5]?.feedback).toMatchObject([{ kind: 'plan' }]);
  });

  it('ends the feature where a person says so', async () => {
    const { feature } = await impossible('impossible-stopped', 99);
    await feature.decide('failing-packet-1', 'stop');
    expect(await feature.report()).toMatchObject(stopped('the design could not be used'));
  });
});

describe.concurrent('documents that cannot be merged', () => {
  it('since the checks are not green with them are tried until a person stops, and nothing is merged', async () => {
    const home = new StubHome(unattended);
    home.override.prepareMerge = async () => ({
      kind: 'red',
      head: '2'.repeat(40),
      checks: [stubCheck('docs', { exitCode: 3, tail: 'a dead link' })],
      unmet: [],
    });
    const feature = await features.feature('red-documents', packets, home);
    expect((await feature.item('failing-packet-1')).prompt).toMatch(
      /^The design's documents can't be merged: .*The check "docs" is red \(exit code 3\)\.\n\na dead link/s,
    );
    await feature.decide('failing-packet-1', 'retry');
    await feature.decide('failing-packet-2', 'stop');
    expect(await feature.report()).toMatchObject(stopped('the design could not be merged'));
    expect(home.inputs('moveBranch')).toEqual([]);
    expect(home.inputs('prepareMerge', 'design').map(({ submission }) => submission)).toEqual([1, 2]);
  });
});

describe.concurrent('a base that is red', () => {
  const redBase = (id: string, ...names: string[]) => {
    const home = new StubHome(unattended);
    let times = 0;
    home.override.baseline = async () => ({
      checks: ++times > 2 ? [] : names.map((name) => stubCheck(name)),
      tests: null,
    });
    return features.feature(id, packets, home).then((feature) => ({ home, feature }));
  };

  it('ends the feature where a person says so, with nothing merged', async () => {
    const { home, feature } = await redBase('red-base-stopped', 'lint', 'test');
    await feature.decide('environment-1', 'stop');
    expect(await feature.report()).toMatchObject(stopped('the base branch is red: lint, test'));
    expect(home.inputs('moveBranch')).toEqual([]);
  });

  it('since its set-up failed is nothing to go on with: it is tried again as often as a person says so', async () => {
    const { home, feature } = await redBase('red-set-up', 'setup');
    expect((await feature.item('environment-1')).options).toEqual(['retry', 'stop']);
    await feature.decide('environment-1', 'retry');
    await feature.decide('environment-2', 'retry');
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.inputs('baseline')).toHaveLength(3);
  });
});

describe.concurrent('an activity that fails for good', () => {
  const failing = (id: string, times: number) => {
    const home = new StubHome(unattended);
    let tries = 0;
    home.override.land = async ({ feature, commit }) => {
      if (++tries <= times) throw ApplicationFailure.nonRetryable('the disk is full', 'Environment');
      return { branch: `feature/${feature}`, commit };
    };
    return features.feature(id, packets, home).then((feature) => ({ home, feature }));
  };

  it('is tried again as often as a person says so', async () => {
    const { home, feature } = await failing('full-twice', 2);
    const { prompt, options } = await feature.item('environment-1');
    expect([prompt, options]).toEqual(['land (branch) failed: the disk is full', ['retry', 'stop']]);
    await feature.decide('environment-1', 'retry');
    await feature.decide('environment-2', 'retry');
    expect((await feature.report()).outcome).toBe('landed');
    expect(home.inputs('land')).toHaveLength(3);
  });

  it('ends the feature where a person says so', async () => {
    const { feature } = await failing('full-stopped', 9);
    await feature.decide('environment-1', 'stop');
    expect(await feature.report()).toMatchObject(
      stopped('land (branch) failed and was stopped: the disk is full'),
    );
  });
});

describe.concurrent('work that Baton refuses', () => {
  const refused = (id: string) => {
    const home = new StubHome(unattended);
    home.override.verify = async ({ name, allowed }) =>
      home.verified({ outside: name === 'one' && !allowed.includes('README.md') ? ['README.md'] : [] });
    return features.feature(id, packets, home).then((feature) => ({ home, feature }));
  };

  it('goes back to the agent for three more rounds where a person sends it back, and may be done by that person', async () => {
    const { home, feature } = await refused('outside-by-hand');
    await feature.decide('boundary-one-1', 'send-back', 'Leave it alone');
    await feature.item('boundary-one-2');
    const runs = home.runs('outside-by-hand', 'one');
    expect(runs).toHaveLength(8);
    expect(runs[4]?.feedback.at(-1)).toMatchObject({ kind: 'advice', text: 'Leave it alone' });
    await feature.decide('boundary-one-2', 'take-over');
    await feature.decide('by-hand-one', 'stop');
    expect(await feature.report()).toMatchObject(stopped('stopped at packet one'));
  });

  it('may be the end of its packet, or of the feature', async () => {
    const [dropped, ended] = await Promise.all([refused('outside-dropped'), refused('outside-stopped')]);
    await dropped.feature.decide('boundary-one', 'drop', 'not worth it');
    await ended.feature.decide('boundary-one', 'stop');
    expect((await dropped.feature.report()).packets).toMatchObject([
      { status: 'dropped', why: 'not worth it' },
    ]);
    expect(await ended.feature.report()).toMatchObject(stopped('stopped at packet one'));
  });
});

describe.concurrent('a pull request that cannot be opened', () => {
  it('ends the feature where a person says so, with the work on its branch', async () => {
    const home = new StubHome({ ...unattended, land: 'pull-request' });
    home.override.openPullRequest = async () => ({ kind: 'unavailable', why: 'gh is not installed' });
    const feature = await features.feature('unrequested', packets, home);
    const { prompt, options } = await feature.item('environment');
    const why = 'no pull request could be opened: gh is not installed';
    expect(prompt).toBe(`The work is on feature/unrequested, but ${why}`);
    expect(options).toEqual(['retry', 'branch', 'stop']);
    await feature.decide('environment-1', 'retry');
    await feature.decide('environment-2', 'stop');
    expect(await feature.report()).toMatchObject(
      stopped('no pull request was opened, the work is on feature/unrequested: gh is not installed'),
    );
    expect(home.inputs('openPullRequest')).toHaveLength(2);
    expect(home.inputs('land')).toHaveLength(1);
  });
});

describe.concurrent('a release that failed before it had traffic', () => {
  const release: ConfigDraft['release'] = {
    staging: { deploy: 'deploy', smoke: 'smoke' },
    production: {
      deploy: 'deploy',
      shift: 'shift',
      steps: [100],
      bake: '1ms',
      probe: 'probe',
      judge: { error_rate: { max: 0.01 } },
      rollback: 'rollback',
    },
  };
  /** The first release's step that fails. */
  const failing = (id: string, fails: (input: ReleaseStepInput) => boolean) => {
    const home = new StubHome({ ...unattended, release });
    home.override.releaseStep = async (input) => {
      const ok = !(fails(input) && input.operationId.startsWith(`${id}-1-`));
      const figures = input.step === 'probe' ? { error_rate: 0 } : {};
      return { ok, exitCode: ok ? 0 : 4, figures, url: null, text: '', tail: ok ? '' : 'no disk', log: null };
    };
    return features.feature(id, packets, home).then((feature) => ({ home, feature }));
  };
  const all = ['deploy', 'smoke', 'deploy', 'shift 100', 'probe 100'];

  it('is begun again as it is where a person says so', async () => {
    const { home, feature } = await failing('smoke-retried', ({ step }) => step === 'smoke');
    const { prompt, options } = await feature.item('rolled-back');
    expect(prompt).toMatch(
      /^Release [0-9a-f]{12} failed before it had traffic: the smoke test in staging failed \(exit code 4\): no disk$/,
    );
    expect(options).toEqual(['fix', 'retry', 'stop']);
    await feature.decide('rolled-back', 'retry');
    expect(await feature.report()).toMatchObject({ outcome: 'rolled-out', packets: [{ id: 'one' }] });
    expect(home.steps()).toEqual(['deploy', 'smoke', ...all]);
  });

  it('is mended by a packet with what was seen where a person says so, and then begun again', async () => {
    const { home, feature } = await failing(
      'deploy-fixed',
      ({ environment, step }) => environment === 'production' && step === 'deploy',
    );
    await feature.decide('rolled-back', 'fix');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'rolled-out', packets: [{ id: 'one' }, { id: 'fix-1' }] });
    const text = 'deploying to production failed (exit code 4): no disk';
    expect(home.runs('deploy-fixed', 'fix-1')[0]?.feedback[0]?.text).toContain(text);
    expect(home.steps()).toEqual(['deploy', 'smoke', 'deploy', ...all]);
    const [first, second] = home.inputs('land').map(({ commit }) => commit);
    expect(second).not.toBe(first);
  });

  it('ends the feature, which was not rolled back, where a person says so', async () => {
    const { feature } = await failing('staging-stopped', ({ step }) => step === 'deploy');
    await feature.decide('rolled-back', 'stop');
    expect(await feature.report()).toMatchObject(
      stopped('deploying to staging failed (exit code 4): no disk'),
    );
  });
});

describe.concurrent('work of which its workers died as often as it is tried', () => {
  const deadly = (times: number) => {
    const home = new StubHome(unattended);
    const { baseline } = home.activities();
    let calls = 0;
    home.override.baseline = async (input) => {
      if (++calls > times) return baseline(input);
      throw ApplicationFailure.create({
        type: 'TriesUsedUp' satisfies FailureType,
        message: 'the worker of home stub died 10 times while this was under way',
        nonRetryable: true,
      });
    };
    return home;
  };

  it('is put to people, who read what happened and what their choices do, and may have it tried again', async () => {
    const feature = await features.feature('deadly-retried', packets, deadly(1));
    const { prompt, options, recommended } = await feature.item('environment-1');
    expect(prompt).toMatch(
      /^.* failed: the worker of home stub died 10 times while this was under way\. `retry` lets it be tried as often again, once the cause is gone; `stop` ends the feature/,
    );
    expect([options, recommended]).toEqual([['retry', 'stop'], 'stop']);
    await feature.decide('environment-1', 'retry');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('ends a feature that was started with --yes, for which nobody looks', async () => {
    const feature = await features.feature('deadly-unattended', packets, deadly(99), true);
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringContaining('the worker of home stub died 10 times while this was under way'),
    });
  });
});
