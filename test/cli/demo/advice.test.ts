import { describe, expect, it } from 'vitest';
import { Adviser, isDue, waysToAdvise } from '../../../src/cli/demo/advice.ts';
import type { Server } from '../../../src/cli/server/connection.ts';
import type { FeatureStatus, PacketView } from '../../../src/domain/messages.ts';

const advice = {
  packet: 'tests',
  message: "Don't share rows.",
  when: { says: 'not resetting', started: 'permissions' },
};

const view = (id: string, status: PacketView['status'], note?: string): PacketView => ({
  ...{ id, kind: 'test', branch: id, status, role: 'r', dependencies: [] },
  ...(note !== undefined && { note }),
});

const status = (tests: PacketView, permissions: PacketView) =>
  ({ packets: [tests, permissions] }) as unknown as FeatureStatus;

const stuck = view('tests', 'running', 'issue: database not resetting between tests');
const due = status(stuck, view('permissions', 'running'));

/** A server that keeps what it is signalled. */
function listening(fails = false) {
  const signalled: unknown[] = [];
  const handle = {
    signal: async (...args: unknown[]) => {
      if (fails) throw new Error('no connection');
      signalled.push(args);
    },
  };
  const client = {
    workflow: { getHandle: () => handle },
    withDeadline: (_: number, call: () => unknown) => call(),
  };
  const server = { client, settings: { address: 'localhost:7233' } } as unknown as Server;
  return { server, signalled };
}

const adviser = (server: Server, yes: boolean) =>
  new Adviser({
    server,
    feature: 'f',
    home: '/h',
    advice: [advice],
    yes,
    signal: new AbortController().signal,
  });

describe('advice of the story', () => {
  it('is due once the agent says that it is stuck and the other packet has begun', () => {
    expect(isDue(advice, due)).toBe(true);
    expect(isDue(advice, status(stuck, view('permissions', 'merged')))).toBe(true);
    expect(isDue(advice, status(stuck, view('permissions', 'waiting')))).toBe(false);
    expect(isDue(advice, status(stuck, view('permissions', 'dropped')))).toBe(false);
    expect(isDue(advice, status(view('tests', 'running', 'all well'), view('permissions', 'running')))).toBe(
      false,
    );
    expect(isDue(advice, status(view('tests', 'blocked', stuck.note), view('permissions', 'running')))).toBe(
      false,
    );
    expect(isDue(advice, { packets: [] })).toBe(false);
  });

  it('is given by the demo itself with --yes, once, and told as that', async () => {
    const { server, signalled } = listening();
    const by = adviser(server, true);
    let freed = 0;
    for (const now of [status(stuck, view('permissions', 'waiting')), due, due])
      await by.look(now, () => {
        freed += 1;
      });
    const sent = { packet: 'tests', message: advice.message, by: 'the demo itself (--yes)', automatic: true };
    expect(signalled).toEqual([['unblock', sent]]);
    expect(by.sent).toEqual([sent]);
    expect(freed).toBe(1);
  });

  it('is left to whoever sends the signal where nobody can be asked', async () => {
    const { server, signalled } = listening();
    const by = adviser(server, false);
    await by.look(due, () => undefined);
    expect([signalled, by.sent]).toEqual([[], []]);
    expect(waysToAdvise(advice, { feature: 'f', home: '/h', address: 'localhost:7233' })).toEqual([
      expect.stringMatching(/ unblock f tests 'Don'\\''t share rows\.' --home \/h$/),
      expect.stringContaining('--workflow-id feature:f --name unblock --input \'{"packet":"tests",'),
    ]);
  });

  it('that could not be sent is not counted, and ends nothing', async () => {
    const by = adviser(listening(true).server, true);
    await by.look(due, () => undefined);
    expect(by.sent).toEqual([]);
  });
});
