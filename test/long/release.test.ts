import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { Engine, type Feature, until } from '../support/engine.ts';
import {
  done,
  plainWork,
  type Script,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';

const SECRET = 'sesame-4711-open';

/**
 * Writes every command to a journal outside of the repository. `shift` keeps which version serves, `probe` measures
 * the version it is asked for: one with `src/bad.txt` has errors. A file `fail-<step>` makes that step fail once.
 */
const OPS = `step=$1
echo "$BATON_ENVIRONMENT $step $BATON_VERSION \${BATON_PERCENT:--} $BATON_OPERATION_ID" >> {dir}/journal
[ "$DEPLOY_TOKEN" = ${SECRET} ] || exit 9
echo "logged in with $DEPLOY_TOKEN"
if [ -e {dir}/fail-$step ]; then mv {dir}/fail-$step {dir}/failed-$step; echo "$DEPLOY_TOKEN is no good" >&2; exit 4; fi
case $step in
  deploy) git ls-tree -r --name-only HEAD > {dir}/version-$BATON_VERSION ;;
  shift) echo "$BATON_VERSION" > {dir}/serving ;;
  rollback) cp {dir}/current {dir}/serving ;;
  current) cat {dir}/current ;;
  probe)
    errors=0.001
    if grep -qs src/bad.txt {dir}/version-$BATON_VERSION; then errors=0.2; fi
    echo "{\\"error_rate\\": $errors, \\"requests\\": 150}" ;;
esac
`;

const config = (more: Partial<ConfigDraft> = {}, production: object = {}): Partial<ConfigDraft> => ({
  ...unattended,
  release: {
    env: ['DEPLOY_TOKEN'],
    staging: { deploy: 'sh ops/step deploy', smoke: 'sh ops/step smoke' },
    production: {
      deploy: 'sh ops/step deploy',
      shift: 'sh ops/step shift',
      steps: [10, 100],
      bake: '100ms',
      probe: 'sh ops/step probe',
      judge: { error_rate: { max: 0.01 }, requests: { min: 100 } },
      rollback: 'sh ops/step rollback',
      current: 'sh ops/step current',
      ...production,
    },
  },
  ...more,
});

const good: Script = { design: [tinyDesign([tinyPacket('one')])], one: [plainWork('one')] };
const bad: Script = {
  ...good,
  design: [tinyDesign([tinyPacket('one', { boundaries: { inScope: [] } })])],
  one: [plainWork('one', { write: { 'src/bad.txt': 'slow\n' } })],
};

describe.concurrent('a release', { timeout: 240_000 }, () => {
  let engine: Engine;
  beforeAll(async () => {
    process.env.DEPLOY_TOKEN = SECRET;
    engine = await Engine.start(inject('temporalAddress'));
  });
  afterAll(async () => {
    const failed = await engine.failedWorkflowTasks();
    await engine.stop();
    expect(failed).toEqual([]);
  });

  const start = async (
    id: string,
    script: Script,
    { failing = [], ...more }: { config?: Partial<ConfigDraft>; failing?: readonly string[] } = {},
  ): Promise<{ tiny: TinyRepository; feature: Feature }> => {
    const tiny = await tinyRepository(script, more.config ?? config(), { 'ops/step': OPS });
    await tiny.put('current', 'v-old\n');
    for (const step of failing) await tiny.put(`fail-${step}`, '');
    return { tiny, feature: await engine.feature(tiny, { id }) };
  };
  /** The commands that ran: environment, step, version (new or old), per cent. */
  const journal = async (tiny: TinyRepository, version: string | undefined) =>
    ((await tiny.read('journal')) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .replace(version ?? '-', 'new')
          .split(' ')
          .slice(0, 4)
          .join(' '),
      );
  const whole = [
    'staging deploy new -',
    'staging smoke new -',
    'production current new -',
    'production deploy new -',
  ];

  it('goes through staging, smoke, canary and full rollout, each command once with an id of its own', async () => {
    const { tiny, feature } = await start('rolled-out', good);
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'rolled-out',
      release: { outcome: 'rolled-out', previous: 'v-old', figures: { error_rate: 0.001, requests: 150 } },
    });
    expect(await journal(tiny, report.release?.version)).toEqual([
      ...whole,
      'production shift new 10',
      'production probe new 10',
      'production shift new 100',
      'production probe new 100',
    ]);
    const ids = ((await tiny.read('journal')) ?? '')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(' ')[4]);
    expect(new Set(ids).size).toBe(8);
    expect(ids.every((id) => id?.startsWith('rolled-out-1-'))).toBe(true);
  });

  it('with a red smoke test runs no production command, and a person who stops there has a stopped feature', async () => {
    const { tiny, feature } = await start('smoke', good, { failing: ['smoke'] });
    const item = await feature.item('rolled-back');
    expect(item).toMatchObject({
      prompt: expect.stringContaining('the smoke test in staging failed (exit code 4)'),
      options: ['fix', 'retry', 'stop'],
      recommended: 'stop',
    });
    await feature.decide('rolled-back', 'stop');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'stopped', release: { outcome: 'failed', choice: 'stop' } });
    expect(await journal(tiny, report.release?.version)).toEqual(whole.slice(0, 2));
  });

  it('whose canary is bad goes back, the old version verified by the probe, and a fix is released again', async () => {
    const { tiny, feature } = await start('fixed', {
      ...bad,
      'fix-1': [[{ remove: ['src/bad.txt'] }, done('mended')]],
    });
    const item = await feature.item('rolled-back');
    expect(item.prompt).toMatch(
      /was taken back at 10 %: error_rate is 0\.2, allowed at most 0\.01\. v-old serves again and was verified: error_rate 0\.001, requests 150\./,
    );
    const { release, packets } = await feature.status().then((status) => ({
      release: status.releaseSteps,
      packets: status.packets,
    }));
    expect(packets).toHaveLength(1);
    expect(release).toContain('production: rollback');
    const version = /Release (\S+) was/.exec(item.prompt)?.[1];
    expect(await journal(tiny, version)).toEqual([
      ...whole,
      'production shift new 10',
      'production probe new 10',
      'production rollback new -',
      'production probe v-old -',
    ]);
    expect(await tiny.read('serving')).toBe('v-old\n');
    await feature.decide('rolled-back', 'fix');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'rolled-out',
      packets: [{ id: 'one' }, { id: 'fix-1', status: 'merged', files: ['src/bad.txt'] }],
    });
    expect(report.release?.version).not.toBe(version);
    expect((await tiny.tasks('fix-1'))[0]?.feedback[0]?.text).toContain('error_rate is 0.2');
    expect(await tiny.read('serving')).toBe(`${report.release?.version}\n`);
    expect(await tiny.git('rev-parse', 'feature/fixed')).toBe(report.commit);
  });

  it('whose canary is bad ends rolled back with the figures, where a person stops', async () => {
    const { feature } = await start('rolled-back', bad);
    await feature.decide('rolled-back', 'stop');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'rolled-back',
      reason: 'error_rate is 0.2, allowed at most 0.01',
      release: { outcome: 'rolled-back', previous: 'v-old', choice: 'stop' },
    });
    expect(
      report.release?.steps.find(({ step, percent }) => step === 'probe' && percent === 10),
    ).toMatchObject({
      figures: { error_rate: 0.2, requests: 150 },
    });
    const handoffs = await feature.handle.query<{ phase: string }[]>('handoffs');
    expect(handoffs.at(-1)).toMatchObject({ phase: 'rolled-back', status: 'rolled-back' });
  });

  it('is promoted by a person who may roll it back instead; a rollback that fails is asked about until it worked', async () => {
    const { tiny, feature } = await start('promotion', good, {
      config: config({ approvals: { design: 'auto', release: 'ask' } }),
      failing: ['rollback'],
    });
    const item = await feature.item('promotion');
    expect(item).toMatchObject({
      prompt: expect.stringMatching(/to 100 % of production\? The canary was judged good: error_rate 0\.001/),
      options: ['promote', 'roll-back'],
      recommended: 'promote',
    });
    await feature.decide('promotion', 'roll-back');
    const trouble = await feature.item('environment');
    expect(trouble.prompt).toMatch(/ROLLBACK FAILED \(exit code 4\); production may still serve/);
    await feature.decide('environment', 'retry');
    expect(await feature.report()).toMatchObject({
      outcome: 'rolled-back',
      reason: 'a person chose to roll back',
      release: { figures: { error_rate: 0.001 } },
    });
    expect(await tiny.read('serving')).toBe('v-old\n');
  });

  it('that is cancelled with traffic on it goes back first, and still asks where that fails', async () => {
    const { tiny, feature } = await start('cancelled', good, {
      config: config({}, { bake: '10m' }),
      failing: ['rollback'],
    });
    await until('the bake', async () =>
      (await feature.status()).releaseSteps.some((step) => step.startsWith('10 %: baking')),
    );
    await feature.handle.cancel();
    await feature.decide('environment', 'retry');
    await expect(feature.report()).rejects.toThrow(/cancelled/i);
    expect((await feature.handle.describe()).status.name).toBe('CANCELLED');
    expect(await tiny.read('serving')).toBe('v-old\n');
    expect((await feature.status()).report).toMatchObject({ outcome: 'cancelled' });
  });

  it('that is cancelled while a promotion waits for a person goes back too', async () => {
    const { tiny, feature } = await start('unpromoted', good, {
      config: config({ approvals: { design: 'auto', release: 'ask' } }),
    });
    await feature.item('promotion');
    await feature.handle.cancel();
    await expect(feature.report()).rejects.toThrow(/cancelled/i);
    expect(await tiny.read('serving')).toBe('v-old\n');
    expect((await feature.status()).attention).toEqual([]);
  });

  it('that an environment keeps from going on is stopped by a person, and so is the feature', async () => {
    const { feature } = await start('no-set-up', good, {
      config: config({ release: { ...config().release, env: ['TEMPORAL_ADDRESS'] } as never }),
    });
    const item = await feature.item('environment');
    expect(item.prompt).toContain('TEMPORAL_ADDRESS');
    await feature.decide('environment', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringContaining('TEMPORAL_ADDRESS'),
    });
  });

  it('keeps its credentials from agents, checks, history and artifacts', async () => {
    const { tiny, feature } = await start(
      'secret',
      {
        design: [tinyDesign([tinyPacket('one', { criteria: [] })])],
        one: [plainWork('one', { exec: 'env > {dir}/agent-env' })],
      },
      {
        failing: ['smoke'],
        config: config({
          checks: { test: 'env >> {dir}/check-env; true' },
          gates: { coverage: { run: 'env >> {dir}/check-env; echo "{\\"n\\": 1}"', metric: 'n', min: 1 } },
        }),
      },
    );
    await feature.decide('rolled-back', 'retry');
    expect((await feature.report()).outcome).toBe('rolled-out');
    expect(await tiny.read('agent-env')).toContain('BATON_FEATURE=secret');
    expect(await tiny.read('check-env')).toContain('BATON_FEATURE=secret');
    for (const file of ['agent-env', 'check-env'])
      expect(await tiny.read(file)).not.toMatch(/DEPLOY_TOKEN|TEMPORAL_|sesame/);
    for (const [id, text] of await engine.histories()) {
      expect(text.includes(SECRET), id).toBe(false);
      // Payloads are base64 in the JSON of a history.
      for (const data of text.matchAll(/"data":"([^"]+)"/g))
        expect(Buffer.from(data[1] ?? '', 'base64').includes(SECRET), id).toBe(false);
    }
    // The repository's own script knows what the token must be; trees of features that still run have it too.
    const kept = (await engine.filesWith(SECRET)).filter((file) => !file.endsWith('/ops/step'));
    expect(kept).toEqual([]);
  });
});
