import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentRunEnd, AgentRunInput } from '../../src/domain/activities.ts';
import type { Trouble } from '../../src/domain/agent-trouble.ts';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { packetWorkflowId } from '../../src/domain/ids.ts';
import { type Feature, until } from '../support/engine.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { timeSkippingEnvironment, untilNoTimer } from '../support/time-skipping.ts';
import { tinyConfig, tinyPacket, unattended } from '../support/tiny-repository.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const limit = (retryAfterMs?: number, kind: Trouble['kind'] = 'rate-limit'): AgentRunEnd => ({
  kind: 'trouble',
  trouble: { kind, message: 'too many requests', ...(retryAfterMs !== undefined && { retryAfterMs }) },
});
const simple = (id: string) => tinyPacket(id, { criteria: [] });
const oneAtATime: Partial<ConfigDraft> = { ...unattended, concurrency: 1 };

let environment: TestWorkflowEnvironment;
let features: StubFeatures;
beforeAll(async () => {
  environment = await timeSkippingEnvironment();
  features = await StubFeatures.start(environment);
});
afterAll(async () => {
  await features?.stop();
  await environment?.teardown();
});

describe('a provider that takes no more', () => {
  const packet = async (feature: Feature, id: string) =>
    (await feature.status()).packets.find((one) => one.id === id);
  const waiting = (feature: Feature, id: string) =>
    until(`${id} waits`, async () => {
      const one = await packet(feature, id).catch(() => undefined);
      return one?.status === 'waiting' && one.note?.startsWith('rate limit: until') ? one : undefined;
    });
  const limited = (retryAfterMs?: number) => (input: AgentRunInput) =>
    input.name === 'limited' && input.run === 1 ? limit(retryAfterMs) : undefined;

  it('is waited for as long as it says, while another packet has the slot', async () => {
    const home = new StubHome(oneAtATime, limited(5 * HOUR_MS));
    const at = await environment.currentTimeMs();
    const feature = await features.feature('limit', [simple('limited'), simple('other')], home);
    await waiting(feature, 'limited');
    await until('the other is merged', async () => (await packet(feature, 'other'))?.status === 'merged');
    expect(await feature.status()).toMatchObject({ slots: { used: 0, of: 1 }, attention: [] });
    expect(home.runs('limit', 'limited')).toHaveLength(1);
    await environment.sleep('6 hours');
    expect(await feature.report()).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 0 } });
    expect((await environment.currentTimeMs()) - at).toBeGreaterThanOrEqual(5 * HOUR_MS);
    expect(home.runs('limit', 'limited')[1]).toMatchObject({
      resume: { sessionId: 'session-limited' },
      feedback: [{ kind: 'note', text: expect.stringContaining('the provider took no more') }],
    });
  });

  it('keeps a packet waiting over a pause, until it is over', async () => {
    const home = new StubHome(oneAtATime, limited(HOUR_MS));
    const feature = await features.feature('limit-pause', [simple('limited')], home);
    await waiting(feature, 'limited');
    await feature.signal('pause');
    await environment.sleep('3 hours');
    expect(home.runs('limit-pause', 'limited')).toHaveLength(1);
    await feature.signal('resume');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('is asked again at once where a person has something to say', async () => {
    const home = new StubHome(oneAtATime, limited(20 * HOUR_MS));
    const at = await environment.currentTimeMs();
    const feature = await features.feature('limit-advice', [simple('limited')], home);
    await waiting(feature, 'limited');
    await feature.signal('unblock', { packet: 'limited', message: 'The limit is raised', by: 'tester' });
    await untilNoTimer(environment, packetWorkflowId('limit-advice', 'limited'));
    expect((await feature.report()).outcome).toBe('landed');
    expect((await environment.currentTimeMs()) - at).toBeLessThan(20 * HOUR_MS);
    expect(home.runs('limit-advice', 'limited')[1]?.feedback.map(({ text }) => text)).toContainEqual(
      expect.stringContaining('The limit is raised'),
    );
  });

  it('does not keep a packet from being dropped, nor a feature from being cancelled', async () => {
    const home = new StubHome(oneAtATime, limited(20 * HOUR_MS));
    const feature = await features.feature('limit-drop', [simple('limited'), simple('other')], home);
    await waiting(feature, 'limited');
    await feature.handle.executeUpdate('plan', { args: [{ drop: ['limited'], by: 'tester' }] });
    await untilNoTimer(environment, packetWorkflowId('limit-drop', 'limited'));
    expect((await feature.report()).packets).toMatchObject([
      { id: 'limited', status: 'dropped', runs: 1 },
      { id: 'other', status: 'merged' },
    ]);
    const second = new StubHome(oneAtATime, limited(20 * HOUR_MS));
    const cancelled = await features.feature('limit-cancel', [simple('limited')], second);
    await waiting(cancelled, 'limited');
    await cancelled.handle.cancel();
    await untilNoTimer(environment, packetWorkflowId('limit-cancel', 'limited'));
    await expect(cancelled.report()).rejects.toThrow();
    expect((await cancelled.status()).report).toMatchObject({
      outcome: 'cancelled',
      packets: [{ id: 'limited', status: 'unfinished', runs: 1 }],
    });
  });

  it('is waited for by the designer too, and shown', async () => {
    const home = new StubHome(oneAtATime, ({ phase, run }) =>
      phase === 'design' && run === 1 ? limit(2 * HOUR_MS) : undefined,
    );
    const feature = await features.feature('limit-design', [simple('one')], home);
    await until('it waits', async () =>
      (await feature.status()).activity.startsWith('the designer waits: rate limit: until'),
    );
    await environment.sleep('3 hours');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('is handed over to the other agent after a day of waits, and to a person where there is none', async () => {
    const always = ({ phase, agent }: AgentRunInput) =>
      phase === 'implement' && agent === undefined ? limit(5 * HOUR_MS) : undefined;
    const { crew } = tinyConfig;
    const withOther = { ...crew, implement: { ...crew.implement, fallback: { runner: 'codex' as const } } };
    const home = new StubHome({ ...oneAtATime, crew: withOther }, always);
    const feature = await features.feature('limit-other', [simple('one')], home);
    await environment.sleep('21 hours');
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      handedOver: [{ packet: 'one', to: 'codex', why: 'too many requests' }],
      packets: [{ runs: 6 }],
    });
    const alone = await features.feature('limit-alone', [simple('one')], new StubHome(oneAtATime, always));
    await environment.sleep('21 hours');
    expect((await alone.item('environment-one')).prompt).toContain('(rate-limit): too many requests');
    await alone.decide('environment-one', 'stop');
    expect((await alone.report()).outcome).toBe('stopped');
  });

  it('or is overloaded is tried again after seconds, three times', async () => {
    const home = new StubHome(oneAtATime, ({ phase, run }) =>
      phase === 'implement' && run <= 4 ? limit(undefined, 'overloaded') : undefined,
    );
    const at = await environment.currentTimeMs();
    const feature = await features.feature('overloaded', [simple('one')], home);
    await environment.sleep('131 seconds');
    await feature.decide('environment-one', 'retry');
    expect(await feature.report()).toMatchObject({ outcome: 'landed', packets: [{ runs: 5 }] });
    expect((await environment.currentTimeMs()) - at).toBeGreaterThanOrEqual(130_000);
  });
});

describe('a budget that is used up', () => {
  it('is asked about for days without an event', async () => {
    const home = new StubHome(
      { ...oneAtATime, budget: { usd: 1 } },
      ({ phase, run }) =>
        phase === 'implement' && run === 1 ? { kind: 'crashed', reason: 'gone' } : undefined,
      undefined,
      ({ phase }) => ({ costUsd: phase === 'design' ? 0 : 1 }),
    );
    const feature = await features.feature('budget', [simple('one')], home);
    await feature.item('budget');
    const lengths = async () => {
      const of = async (id: string) =>
        (await environment.client.workflow.getHandle(id).fetchHistory()).events?.length ?? 0;
      return (await of('feature:budget')) + (await of('feature:budget:packet:one'));
    };
    const from = await lengths();
    await environment.sleep(6 * DAY_MS);
    expect((await lengths()) - from).toBe(0);
    await feature.decide('budget', 'go-on');
    expect((await feature.report()).outcome).toBe('landed');
  });
});
