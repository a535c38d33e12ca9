import { describe, expect, it } from 'vitest';
import type { Engine } from '../support/engine.ts';
import {
  plainWork,
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

let engine: Engine;
useEngine((started) => {
  engine = started;
});

/** `sh meet.sh A B` ends well only if `sh meet.sh B A` runs at the same time; it gives up after 20 seconds. */
const MEET = [
  'touch {dir}/$1.$BATON_PACKET',
  'n=0',
  'while [ ! -e {dir}/$2.$BATON_PACKET ]; do n=$((n+1)); [ $n -gt 200 ] && exit 1; sleep 0.1; done',
].join('\n');

/** A port below those that the system gives out by itself. */
const PORT = 20_000 + (process.pid % 1000);

/**
 * A test that listens on one port and a test that has one database file, as many are: beside another run of itself it
 * is red. Packets' runs wait for each other first, once and not for ever, so that they do meet.
 */
const WANTS = `
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
const [what] = process.argv.slice(2);
process.on('uncaughtException', ({ code }) => {
  writeFileSync('{dir}/' + what + '.met', code);
  process.exit(1);
});
const meeting = '{dir}/meeting-' + what;
mkdirSync(meeting, { recursive: true });
if (!['integration', 'design'].includes(process.env.BATON_PACKET)) writeFileSync(meeting + '/' + process.env.BATON_PACKET, '');
for (let n = 0; n < 50 && readdirSync(meeting).length === 1; n += 1) await sleep(100);
if (what === 'port') {
  const server = createServer().listen(${PORT}, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  await sleep(300);
  server.close();
} else {
  writeFileSync('{dir}/test.sqlite', '', { flag: 'wx' });
  await sleep(300);
  rmSync('{dir}/test.sqlite');
}
`;

describe.concurrent('side by side, not one after the other', { timeout: 240_000 }, () => {
  it('run checks that may stand alongside each other, and gates that need not be alone', async () => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one')])], one: [plainWork('one')] },
      {
        ...unattended,
        checks: {
          ...tinyConfig.checks,
          first: { run: 'sh meet.sh check-a check-b' },
          second: { run: 'sh meet.sh check-b check-a', alongside: true },
        },
        gates: {
          security: { run: 'sh meet.sh gate-a gate-b && echo "{\\"n\\": 0}"', metric: 'n', max: 0 },
          accessibility: { run: 'sh meet.sh gate-b gate-a && echo "{\\"n\\": 0}"', metric: 'n', max: 0 },
          performance: { run: 'echo "{\\"n\\": 0}"', metric: 'n', max: 0, exclusive: true },
        },
      },
      { 'meet.sh': MEET },
    );
    const report = await (await engine.feature(tiny, { id: 'meeting' })).report();
    expect(report.outcome).toBe('landed');
    expect(report.gates.filter(({ outcome }) => outcome === 'met')).toHaveLength(3);
  });

  it('three packets whose tests want one port and one database file merge in their first round', async () => {
    const ids = ['one', 'two', 'three'];
    const shows = 'echo "$BATON_SLOT $BATON_PORT $BATON_PORTS $BATON_TMP" >> {dir}/agents.said';
    const tiny = await tinyRepository(
      {
        design: [tinyDesign(ids.map((id) => tinyPacket(id)))],
        ...Object.fromEntries(ids.map((id) => [id, [plainWork(id, { exec: shows })]])),
      },
      {
        ...unattended,
        sandbox: 'off',
        checks: {
          ...tinyConfig.checks,
          port: 'node wants.mjs port',
          database: { run: 'node wants.mjs database', exclusive: true },
        },
      },
      { 'wants.mjs': WANTS },
    );
    const report = await (await engine.feature(tiny, { id: 'crowded' })).report();
    expect(report).toMatchObject({ outcome: 'landed', packets: ids.map((id) => ({ id, status: 'merged' })) });
    for (const id of ids) expect(await tiny.told(id)).toEqual([[]]);
    // They met at the port, and never at the file.
    expect(await tiny.read('port.met')).toBe('EADDRINUSE');
    expect(await tiny.read('database.met')).toBeUndefined();
    expect(await tiny.read('agents.said')).toMatch(/^(?:\d+ \d{5} 10 \/\S+\n){3}$/);
  });

  it('are the design being merged and the first agents at work, whose packets are merged after it', async () => {
    const slow = [
      '#!/bin/sh',
      // The design's own check goes on until an agent of a packet is there.
      'if [ -e docs/design.md ] && [ ! -e src/one.txt ]; then',
      'n=0; while [ ! -e {dir}/started.reached ]; do n=$((n+1)); [ $n -gt 200 ] && exit 1; sleep 0.1; done',
      'touch {dir}/started.release',
      'fi',
    ].join('\n');
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('one')])],
        one: [plainWork('one', { hold: '{dir}/started' })],
      },
      { ...unattended, checks: { ...tinyConfig.checks, slow: 'sh slow.sh' } },
      { 'slow.sh': slow },
    );
    const report = await (await engine.feature(tiny, { id: 'early' })).report();
    expect(report).toMatchObject({ outcome: 'landed', packets: [{ id: 'one', status: 'merged' }] });
    const log = await tiny.git('log', '--format=%s', '--name-only', `main..${report.branch}`);
    // The design's commit comes first, and the packet's own changes have no document in them.
    expect(log.indexOf('src/one.txt')).toBeLessThan(log.indexOf('docs/design.md'));
    expect(report.packets[0]?.files).not.toContain('docs/design.md');
  });
});
