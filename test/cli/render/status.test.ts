import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { changeLines } from '../../../src/cli/render/changes.ts';
import { decideCommand } from '../../../src/cli/render/items.ts';
import { statusLines } from '../../../src/cli/render/status.ts';
import { PLAIN } from '../../../src/cli/render/style.ts';
import { spending } from '../../../src/domain/spending.ts';
import { item, question, status } from '../samples.ts';

describe("a feature's status", () => {
  it('shows phase, activity and the packets as a table', () => {
    expect(statusLines(status, { style: PLAIN })).toEqual([
      'prefs  Users can save their preferences',
      'phase implement · packets are worked on · 1 of 3 agents at work',
      '',
      'ID  Worktree       Packet   Status      Last check  Progress',
      '1   prefs/storage  storage  ✅ Merged   10:03:00Z   100%',
      '2   prefs/api      api      🟢 Running  10:04:00Z   40% tests are red',
    ]);
  });

  it('shows what was spent so far, and why a packet waits', () => {
    const [storage, api] = status.packets;
    if (!storage || !api) throw new Error('the sample has two packets');
    const spent = {
      ...spending([{ outcome: 'done', costUsd: 1.5 }, { outcome: 'done' }]),
      budget: { usd: 10 },
    };
    const packets = [storage, { ...api, status: 'waiting' as const, note: 'rate limit: until 15:04 UTC' }];
    const lines = statusLines({ ...status, spent, packets }, { style: PLAIN });
    expect(lines[2]).toBe('spent so far: $1.50 of $10.00 (1 run unknown)');
    expect(lines.at(-1)).toMatch(/⚪ Waiting +10:04:00Z +40% rate limit: until 15:04 UTC/);
  });

  it('tells how long things have gone on, who was heard when, and who really works', () => {
    const now = Date.parse('2026-03-01T10:12:40.000Z');
    const [storage, api] = status.packets;
    if (!storage || !api) throw new Error('the sample has two packets');
    const running = (id: string) => ({ ...api, id, since: '2026-03-01T10:04:40.000Z' });
    const packets = [storage, running('api'), running('web'), running('docs')];
    const shown = {
      ...status,
      packets,
      slots: { used: 3, of: 12 },
      mergesNext: ['cart', 'shop'],
    };
    const one = { activity: 'implement', attempt: 1 };
    const live = [
      { ...one, packet: 'api', heardAt: '2026-03-01T10:12:00.000Z' },
      { ...one, packet: 'web', waits: true as const, note: 'waits for a slot (4 of 4 in use on worker w1)' },
      {
        ...one,
        packet: 'docs',
        heardAt: '2026-03-01T10:09:40.000Z',
        silentSince: '2026-03-01T10:09:40.000Z',
        worker: '12@host',
      },
    ];
    const lines = (width: number) => statusLines(shown, { style: PLAIN, live, now, width });
    expect(lines(160).join('\n')).toMatchSnapshot();
    expect(lines(80).join('\n')).toMatchSnapshot();
    for (const line of lines(80).slice(4)) expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  it('says at once what is away, each once, since when, and until when it is tried', () => {
    const outage = {
      where: 'the repository ssh://git@host/prefs',
      why: 'Connection refused',
      since: '2026-03-01T10:12:00.000Z',
      until: '2026-03-01T10:14:30.000Z',
    };
    const of = (packet: string) => ({ packet, activity: 'prepareMerge', attempt: 3, outage });
    const now = Date.parse('2026-03-01T10:12:40.000Z');
    const lines = statusLines(status, { style: PLAIN, live: [of('storage'), of('api')], now, width: 80 });
    expect(lines.slice(2, 6)).toEqual([
      '',
      "the repository ssh://git@host/prefs can't be used since 10:12:00Z: Connection",
      'refused. It is tried again until 10:14:30Z, then you are asked.',
      '',
    ]);
    expect(lines.join('\n')).not.toContain('attempt');
  });

  it('shows open items before the packets, with how to decide them', () => {
    const lines = statusLines(
      { ...status, attention: [item] },
      { style: PLAIN, hints: (one) => [decideCommand('prefs', one)] },
    );
    const at = lines.indexOf('● design-approval-1 is waiting for a decision:');
    expect(at).toBeGreaterThan(0);
    expect(at).toBeLessThan(lines.findIndex((line) => line.startsWith('ID')));
    expect(lines).toContain('  Choices: approve (recommended), revise, reject');
    expect(lines).toContain('  baton decide prefs design-approval-1 approve');
  });

  it('prefers what the running activity last told', () => {
    const live = [
      {
        packet: 'api',
        activity: 'implement',
        attempt: 2,
        percent: 75,
        note: 'refactoring',
        lastFailure: 'killed',
      },
      { packet: 'design', activity: 'baseline', attempt: 1, note: 'npm test' },
    ];
    const text = statusLines(status, { style: PLAIN, live }).join('\n');
    expect(text).toContain('75% refactoring');
    expect(text).toContain('▸ api: implement, attempt 2 the attempt before failed: killed');
    expect(text).toContain('▸ design: baseline npm test');
  });

  it('keeps within the width of a narrow terminal', () => {
    for (const line of statusLines(status, { style: PLAIN, width: 60 }).slice(3))
      expect(stringWidth(line)).toBeLessThanOrEqual(60);
  });

  it('says that it is paused, and what was dropped', () => {
    const dropped = [
      { signal: 'decide', reason: 'there is no open item "x"', at: '2026-03-01T10:00:00.000Z' },
    ];
    const text = statusLines({ ...status, paused: true, dropped }, { style: PLAIN }).join('\n');
    expect(text).toContain('paused');
    expect(text).toContain('dropped decide: there is no open item "x"');
  });
});

describe('changes of a feature', () => {
  it('are everything where nothing was known before', () => {
    expect(changeLines(undefined, status, { style: PLAIN })).toEqual([
      'phase implement: packets are worked on',
      'packet storage: merged',
      'packet api: running (tests are red)',
    ]);
  });

  it('are nothing where nothing changed', () => {
    expect(changeLines(status, structuredClone(status), { style: PLAIN })).toEqual([]);
  });

  it('name each new thing once', () => {
    const [storage, api] = status.packets;
    if (!storage || !api) throw new Error('the sample has two packets');
    const now = {
      ...status,
      paused: true,
      packets: [storage, { ...api, percent: 80, note: 'tests are green' }],
      gates: [{ name: 'coverage', outcome: 'met' as const, figures: { lines: 94.2 }, problems: [] }],
      releaseSteps: ['staging deploy ok'],
      attention: [question],
    };
    expect(changeLines(status, now, { style: PLAIN })).toEqual([
      'paused',
      'packet api: 80% tests are green',
      'gate coverage met (lines 94.2)',
      'release: staging deploy ok',
      '● question-api-1 (packet api) is waiting for a decision:\n  │ Which header?\n  Any text answers it.',
    ]);
    expect(changeLines(now, now, { style: PLAIN })).toEqual([]);
  });

  it.each([
    ["don't ask", `'don'\\''t ask'`],
    ['--yes', '-- --yes'],
    ['a\n\u202e\u{e0041}"\'\\', String.raw`$'a\n\u202e\U000e0041"\'\\'`],
  ])('quote the choice %j for the shell', (recommended, word) => {
    expect(decideCommand('f', { ...item, recommended })).toBe(`baton decide f design-approval-1 ${word}`);
  });
});
