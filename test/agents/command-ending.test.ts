import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createCommandRunner } from '../../src/agents/command.ts';
import { TRANSCRIPT_LIMIT_BYTES } from '../../src/agents/transcript.ts';
import { processesWith, startTimeOf } from '../../src/processes/process-table.ts';
import { pidIn } from '../processes/helpers.ts';
import { until } from '../support/until.ts';
import { answer, recordingHost, requestFor, transcriptOf } from './helpers.ts';

const commandRunner = createCommandRunner({ resultGraceMs: 500, endGraceMs: 500 });

/** Starts a grandchild in a session of its own whose parent is gone, as agents' tools do. */
const ORPHAN = `spawn('setsid', ['sh', '-c', 'trap "" TERM; echo $$ > orphan.pid; while :; do sleep 1; done'],
  { stdio: 'inherit', detached: true }).unref();`;

describe('the end of an agent on the command runner', () => {
  test('comes as stalled when there is no event for the stall time, whatever it logs', async () => {
    const request = requestFor(`setInterval(() => console.log('still here'), 50);`, { stallMs: 600 });
    const outcome = await commandRunner.run(request, recordingHost().host);
    expect(outcome.kind).toBe('stalled');
    expect(outcome.durationMs).toBeGreaterThanOrEqual(590);
  });

  test('does not come while its checkpoint is made, however long that takes', async () => {
    const { host } = recordingHost({
      checkpoint: async () => {
        await sleep(1500);
        return answer;
      },
    });
    const request = requestFor(
      `await nextLine(); say({ type: 'checkpoint', message: 'RED' });
      await nextLine(); result(); process.stdin.destroy();`,
      { stallMs: 800 },
    );
    expect((await commandRunner.run(request, host)).kind).toBe('result');
  });

  test('comes as timed-out after the timeout, though events keep coming', async () => {
    const request = requestFor(`setInterval(() => say({ type: 'progress', note: 'busy' }), 50);`, {
      timeoutMs: 700,
    });
    expect((await commandRunner.run(request, recordingHost().host)).kind).toBe('timed-out');
  });

  test('stops the checkpoint too, when the run is over', async () => {
    let told = false;
    const { host } = recordingHost({
      checkpoint: (_, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            told = true;
            reject(signal.reason);
          });
        }),
    });
    const request = requestFor(`say({ type: 'checkpoint', message: 'm' }); forever();`, { timeoutMs: 2500 });
    expect((await commandRunner.run(request, host)).kind).toBe('timed-out');
    expect(told).toBe(true);
  });

  test('comes as cancelled, and takes an orphan in a session of its own that ignores SIGTERM', async () => {
    const cancel = new AbortController();
    const request = requestFor(`${ORPHAN} forever();`, { signal: cancel.signal });
    const run = commandRunner.run(request, recordingHost().host);
    const orphan = await pidIn(join(request.cwd, 'orphan.pid'));
    cancel.abort();
    expect((await run).kind).toBe('cancelled');
    expect(await startTimeOf(orphan)).toBeUndefined();
    expect(await processesWith({ BATON_RUN: request.runId })).toEqual([]);
  });

  test('keeps the session, and the figures, that it tells of while it is ended', async () => {
    const cancel = new AbortController();
    const request = requestFor(
      `process.on('SIGTERM', () => {
        say({ type: 'session', id: 's-1' });
        say({ type: 'usage', inputTokens: 3 });
        say({ type: 'progress', note: 'late' });
        process.stdout.write('', () => process.exit());
      });
      console.log('ready'); forever();`,
      { signal: cancel.signal },
    );
    const { host, calls } = recordingHost();
    const run = commandRunner.run(request, host);
    await until('it is ready', async () =>
      (await transcriptOf(request).catch(() => [])).some(({ text }) => text === 'ready'),
    );
    cancel.abort();
    expect(await run).toMatchObject({ kind: 'cancelled', sessionId: 's-1', usage: { inputTokens: 3 } });
    expect(calls).toEqual(['started true', 'session s-1', 'event usage']);
  });

  test('is told with its result before anything else comes of that, and with later figures', async () => {
    const told: unknown[] = [];
    const { host } = recordingHost({
      result: async (outcome) => {
        await sleep(100);
        told.push(
          outcome,
          (await transcriptOf(request)).map(({ event }) => event?.type),
        );
      },
      event: (event) => void (event.type === 'usage' && told.push(event)),
    });
    const request = requestFor(
      `say({ type: 'session', id: 's-1' }); result(); say({ type: 'usage', costUsd: 1 }); process.stdin.destroy();`,
    );
    const outcome = await commandRunner.run(request, host);
    expect(outcome).toMatchObject({ kind: 'result', heard: true, usage: { costUsd: 1 } });
    expect(told).toEqual([
      expect.objectContaining({
        kind: 'result',
        sessionId: 's-1',
        heard: true,
        durationMs: expect.any(Number),
      }),
      [undefined, 'session'],
      { type: 'usage', costUsd: 1 },
    ]);
  });

  test('takes what the agent left behind after a result too', async () => {
    const request = requestFor(`${ORPHAN}
      while (!(await import('node:fs')).existsSync('orphan.pid')) await new Promise((r) => setTimeout(r, 20));
      result(); process.stdin.destroy();`);
    expect((await commandRunner.run(request, recordingHost().host)).kind).toBe('result');
    expect(await startTimeOf(await pidIn(join(request.cwd, 'orphan.pid')))).toBeUndefined();
  });

  test('is at once when it was cancelled before the start', async () => {
    const request = requestFor('result()', { signal: AbortSignal.abort() });
    const { host, calls } = recordingHost();
    expect((await commandRunner.run(request, host)).kind).toBe('cancelled');
    expect(calls).toEqual([]);
  });

  test('keeps memory and transcript bounded on endless output', async () => {
    const before = process.memoryUsage().rss;
    const request = requestFor('', {
      command: ['sh', '-c', 'yes "a line of log that never ends"'],
      timeoutMs: 3000,
    });
    const outcome = await commandRunner.run(request, recordingHost().host);
    expect(outcome.kind).toBe('timed-out');
    expect(outcome.bytes).toBeGreaterThan(1_000_000);
    expect((await stat(request.transcriptFile)).size).toBeLessThan(TRANSCRIPT_LIMIT_BYTES + 1_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  });

  test('cuts a huge line, never takes it for an event, and reads on after it', async () => {
    const request = requestFor(`
      const huge = Buffer.alloc(30_000_000, 'x');
      process.stdout.write('{"type":"progress","note":"');
      await new Promise((resolve) => process.stdout.write(huge, resolve));
      process.stdout.write('"}\\n');
      result(); process.stdin.destroy();`);
    const { host, events } = recordingHost();
    const outcome = await commandRunner.run(request, host);
    expect(outcome).toMatchObject({ kind: 'result', lines: 2 });
    expect(events.map(({ type }) => type)).toEqual(['result']);
    expect((await stat(request.transcriptFile)).size).toBeLessThan(50_000);
    expect((await transcriptOf(request)).some(({ text }) => text?.includes('longer than 1 MiB'))).toBe(true);
  });

  test('takes a result of more than 1 MiB for invalid, instead of waiting for one', async () => {
    const request = requestFor(`
      const huge = Buffer.alloc(1_500_000, 'x');
      process.stdout.write('{"type":"result","result":{"status":"done","summary":"');
      await new Promise((resolve) => process.stdout.write(huge, resolve));
      process.stdout.write('"}}\\n');
      setInterval(() => {}, 1000);`);
    const outcome = await commandRunner.run(request, recordingHost().host);
    expect(outcome).toMatchObject({
      kind: 'invalid',
      problems: expect.stringContaining('longer than 1 MiB'),
    });
  });
});
