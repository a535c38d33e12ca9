import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { signalFeature } from '../../src/cli/server/signal-feature.ts';
import { MAX_PASSED_ON, SERVER_SIGNALS } from '../../src/domain/limits.ts';
import { UPDATES } from '../../src/domain/messages.ts';
import type { Feature } from '../support/engine.ts';
import { event } from '../support/event.ts';
import { StubHome } from '../support/stub-home.ts';
import { StubFeatures } from '../support/stub-workers.ts';
import { tinyPacket, unattended } from '../support/tiny-repository.ts';

let features: StubFeatures;
beforeAll(async () => {
  features = await StubFeatures.connect(inject('temporalAddress'));
});
afterAll(() => features?.stop());

/** Signals at once: what one client sends before it hears of the first. */
const AT_ONCE = 200;
/** A server takes ten at a time, and refused ones one by one: 500 took three minutes, and proved no more. */
const UPDATES_SENT = 100;
/** Ten thousand signals take a loaded machine a minute to send. */
const LONG = 300_000;

/** A feature whose agent of the packet `one` is at work until it is let go. */
async function begin(id: string) {
  const gone = event();
  const reached = event();
  const home = new StubHome(
    unattended,
    () => undefined,
    async ({ name }) => {
      if (name !== 'one') return;
      reached.happen();
      await gone.happened;
    },
  );
  const packets = ['one', 'two', 'three'].map((each) => tinyPacket(each, { criteria: [] }));
  const feature = await features.feature(id, packets, home);
  await reached.happened;
  return { feature, home, letGo: gone.happen };
}

/** Sends so many signals; answers why those were refused that were. */
async function send(
  feature: Feature,
  count: number,
  signal: (n: number) => Promise<void>,
): Promise<string[]> {
  const refused: string[] = [];
  for (let from = 0; from < count; from += AT_ONCE)
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, n) =>
        signal(from + n).catch((error: Error) => {
          refused.push(String(error.cause));
        }),
      ),
    );
  // The worker lives, and has looked at all of them.
  await feature.status();
  return refused;
}

const messageTo = (feature: Feature) => (n: number) =>
  feature.signal('unblock', { packet: 'one', message: `Look at ${n}`, by: 'tester' });

describe('ten thousand signals', () => {
  it(
    'are answered or refused with a reason, and the feature goes on by updates, and lands',
    async () => {
      const { feature, home, letGo } = await begin('burst-messages');
      const refused = await send(feature, SERVER_SIGNALS + 1, messageTo(feature));
      // Those of the feature's own packets count too.
      expect(refused.length).toBeGreaterThan(0);
      expect(new Set(refused.map((why) => /limit for signal events/.test(why)))).toEqual(new Set([true]));
      const { dropped } = await feature.status();
      expect(dropped).toHaveLength(50);
      for (const { reason } of dropped)
        expect(reason).toMatch(/messages (to "one" are on their way|were passed on) already/);
      const server = { client: features.client } as unknown as Parameters<typeof signalFeature>[0];
      await signalFeature(server, 'burst-messages', 'pause');
      expect((await feature.status()).paused).toBe(true);
      await signalFeature(server, 'burst-messages', 'resume');
      await expect(
        signalFeature(server, 'burst-messages', 'unblock', {
          packet: 'nobody',
          message: 'Hello',
          by: 'tester',
        }),
      ).rejects.toThrow('Not taken: there is no packet "nobody"');
      letGo();
      const report = await feature.report();
      expect(report.outcome).toBe('landed');
      expect(report.steered?.length).toBeLessThanOrEqual(100);
      expect(report.figures.humanInterventions).toBeLessThanOrEqual(MAX_PASSED_ON);
      // A run for all that came while the one before was stopped.
      expect(home.runs('burst-messages', 'one').length).toBeLessThan(200);
      expect((await feature.handle.describe()).historyLength).toBeLessThan(20_000);
    },
    LONG,
  );

  it(
    'that are nothing but changes of mind tell packets what holds in the end',
    async () => {
      const { feature, letGo } = await begin('burst-pauses');
      await send(feature, 2_001, (n) => feature.signal(n % 2 === 0 ? 'resume' : 'pause'));
      letGo();
      expect((await feature.report()).outcome).toBe('landed');
      expect((await feature.handle.describe()).historyLength).toBeLessThan(5_000);
    },
    LONG,
  );

  it(
    'to a packet itself make it a question of people, who begin it again',
    async () => {
      const { feature, letGo } = await begin('burst-packet');
      const packet = features.client.workflow.getHandle(`${feature.handle.workflowId}:packet:one`);
      const refused = await send(feature, SERVER_SIGNALS + 1, (n) =>
        packet.signal('instruct', { type: 'none', n }),
      );
      expect(refused.length).toBeGreaterThan(0);
      await feature.signal('unblock', { packet: 'one', message: 'Are you there?', by: 'tester' });
      const item = await feature.item('environment-one');
      expect(item.prompt).toContain('more messages than a server takes');
      letGo();
      await feature.decide('environment-one', 'retry');
      expect((await feature.report()).outcome).toBe('landed');
    },
    LONG,
  );

  it(
    'of the largest size, or nested too deeply, are named and cost nothing more',
    async () => {
      const { feature, letGo } = await begin('burst-large');
      const large = 'x'.repeat(500_000);
      const deep = JSON.parse(`${'['.repeat(4_000)}${']'.repeat(4_000)}`) as unknown;
      const junk: [Parameters<Feature['signal']>[0], unknown][] = [
        ['decide', { item: large, choice: 'a', by: 'tester' }],
        ['decide', { item: { large }, choice: 'a', by: 'tester' }],
        ['decide', deep],
        ['unblock', { packet: large, message: 'Hello', by: 'tester' }],
        ['unblock', { packet: 'one', message: 'Hello', by: large }],
        ['unblock', { packet: 'one', message: large, by: 'tester' }],
        ['report', { child: large, type: 'checks' }],
        ['progress', { packet: large, note: 'Hello' }],
      ];
      await send(feature, 5 * junk.length, (n) =>
        feature.signal(...(junk[n % junk.length] as [never, unknown])),
      );
      const status = await feature.status();
      expect(JSON.stringify(status).length).toBeLessThan(200_000);
      letGo();
      expect((await feature.report()).outcome).toBe('landed');
    },
    LONG,
  );

  it(
    'of updates are refused one by one, and leave nothing in the history',
    async () => {
      const { feature, letGo } = await begin('burst-updates');
      const before = (await feature.handle.describe()).historyLength;
      const refused = await send(feature, UPDATES_SENT, (n) =>
        feature.handle.executeUpdate(UPDATES.decide, {
          args: [{ item: `none-${n}`, choice: 'a', by: 'tester' }],
        }),
      );
      expect(refused.length).toBe(UPDATES_SENT);
      expect((await feature.handle.describe()).historyLength - before).toBeLessThan(UPDATES_SENT);
      letGo();
      expect((await feature.report()).outcome).toBe('landed');
    },
    LONG,
  );
});
