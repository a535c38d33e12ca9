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
