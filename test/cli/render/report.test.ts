import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { demoEndLines } from '../../../src/cli/render/demo.ts';
import { reportLines } from '../../../src/cli/render/report.ts';
import { makeStyle, onTerminal, PLAIN } from '../../../src/cli/render/style.ts';
import type { PacketReport } from '../../../src/domain/report.ts';
import { partial, spending } from '../../../src/domain/spending.ts';
import { report } from '../samples.ts';

const text = reportLines(report, { style: PLAIN }).join('\n');

describe('a report', () => {
  it('begins with the outcome, why, and where the work is', () => {
    expect(text.split('\n').slice(0, 6)).toEqual([
      'prefs: rolled-back',
      '  Users can save their preferences',
      '  because: error_rate is 0.02, allowed at most 0.01',
      '  branch  feature/prefs',
      '  commit  abcdefabcdefabcdefabcdefabcdefabcdefabcd',
      '  tree    1111111111111111111111111111111111111111',
    ]);
  });

  it('shows packets with their measured tests, unknown where there is no report', () => {
    expect(text).toMatch(/storage +implementation +merged +2 +12\/12 +1\/2 +1 +1 +bbbbbbbbbbbb/);
    expect(text).toMatch(/tests +test +dropped +0 +unknown +0\/0 +2 +0/);
  });

  it('shows a gate that is not configured as absent, also one the report does not name', () => {
    expect(text).toMatch(/coverage +met +lines 94.24/);
    expect(text).toMatch(/performance +unmet +p95_ms unknown; p95_ms is unknown/);
    expect(text).toMatch(/accessibility +absent +not configured/);
    expect(text).toMatch(/security +absent +not configured/);
  });

  it('shows release steps with figures, and what serves now', () => {
    expect(text).toContain('version abcdefabcdef over 0123456789ab: rolled-back');
    expect(text).toMatch(/production +probe 10 % +failed +error_rate 0.02, requests 240/);
    expect(text).toContain('what serves now measured: error_rate 0');
  });

  it('keeps the figures of a release beside their steps on a narrow screen', () => {
    const lines = reportLines(report, { style: PLAIN, width: 70 });
    const at = lines.findIndex((line) => line.includes('probe 10 %'));
    expect(lines.slice(at, at + 2)).toEqual([
      '  10:01:00Z  production  probe 10 %  failed  error_rate 0.02, requests',
      '                                             240; error_rate is 0.02,',
    ]);
    expect(Math.max(...lines.slice(at, at + 4).map((line) => line.length))).toBeLessThanOrEqual(70);
  });

  it('fits into 80 columns with its cost, and breaks no word', () => {
    const partly = spending([
      { outcome: 'done', inputTokens: 1000, outputTokens: 50, costUsd: 0.25 },
      { outcome: 'done' },
    ]);
    const long = {
      ...report,
      roles: [{ role: 'tdd-typescript-and-a-rather-long-name', ...partly }],
      packets: report.packets.map((packet) => ({ ...packet, spent: partly })),
    };
    const lines = reportLines(long, { style: PLAIN, width: 80 });
    expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
    expect(lines.join('\n')).toMatchSnapshot();
    expect(lines.join('\n')).toContain('$0.25');
  });

  it('ends with what there is to do', () => {
    const next = (more: Partial<typeof report>) => {
      const lines = reportLines({ ...report, ...more }, { style: PLAIN });
      return lines.slice(lines.indexOf('Next') + 1);
    };
    expect(next({ outcome: 'landed', branch: 'feature/prefs' })[0]).toBe('  git fetch origin feature/prefs');
    expect(next({ outcome: 'landed', branch: 'main' })[0]).toBe('  git pull origin main');
    expect(next({ outcome: 'stopped' })).toContain('  baton diff prefs');
  });

  it('tells decisions of people from those taken by themselves', () => {
    expect(text).toMatch(/design-approval-1 +approve +by ada after 12.0 s/);
    expect(text).toMatch(/promotion-1 +promote +taken by itself/);
  });

  it('shows what was spent by role and packet, and who did what in the place of an agent', () => {
    const spent = spending([
      { outcome: 'done', inputTokens: 1000, outputTokens: 50, costUsd: 0.25 },
      { outcome: 'done' },
    ]);
    const [first, second] = report.packets;
    const lines = reportLines(
      {
        ...report,
        roles: [{ role: 'coder', ...spent }],
        packets: [
          { ...(first as PacketReport), spent },
          { ...(second as PacketReport), byHand: 'ada' },
        ],
        handedOver: [{ packet: 'storage', from: 'claude', to: 'codex', why: 'it ended\nwith exit code 3' }],
      },
      { style: PLAIN },
    ).join('\n');
    const row = '2 +≥ 1,000 +≥ 50 +at least \\$0.25; 1 run unknown';
    expect(lines).toMatch(new RegExp(`role coder +${row}`));
    expect(lines).toMatch(new RegExp(`packet storage +${row}`));
    expect(lines).toMatch(/storage +claude to codex +it ended with exit code 3/);
    expect(lines).toMatch(/tests +by hand +ada/);
    // A report of before there was such a thing has no such sections.
    expect(text).not.toMatch(/Spent|In other hands/);
  });

  it('never takes unknown tokens or cost as zero', () => {
    expect(text).toMatch(/tokens +in unknown; out at least 1,234; 1 run unknown/);
    expect(text).toMatch(/cost +\$0.50/);
    const dollars = (value: number) => `$${value}`;
    expect(partial({ known: 0, unknownRuns: 3 }, 3, dollars)).toBe('unknown');
    expect(partial({ known: 0, unknownRuns: 0 }, 0, dollars)).toBe('no run');
    expect(partial({ known: 0, unknownRuns: 0 }, 2, dollars)).toBe('$0');
  });

  it('shows the figures of the walkthroughs and the time of each phase', () => {
    for (const row of [
      /agents involved +4 roles \(most at once: 2 agents\)/,
      /execution rounds +3/,
      /integration rounds +2/,
      /handoffs +3/,
      /human interventions +1, waited for 12.0 s/,
      /agent time +35.0 s in 2 runs/,
      /wall time +1 min 10 s \(agent time is 0.50 of it\)/,
      /final coverage +lines 94.24 %, branches unknown %, functions unknown %/,
      /deploy +16.0 s/,
    ])
      expect(text).toMatch(row);
  });

  it('has no escape sequence without colours, and some with them', () => {
    expect(text).not.toContain('\u001b');
    expect(onTerminal(reportLines(report, { style: makeStyle(true) }).join('\n'))).toContain(
      '\u001b[31mrolled-back',
    );
  });
});

describe("a demo's end", () => {
  it('says where the tree is, how to test it, and that no model was called', () => {
    const lines = demoEndLines(
      {
        report,
        advice: [{ packet: 'tests', message: 'Roll back.', by: 'the demo itself (--yes)', automatic: true }],
        steps: [{ name: 'worker', ms: 3210 }],
        setUpMs: 9000,
        repo: '/tmp/baton-demo-x/user-preferences',
        link: 'http://127.0.0.1:8233/x',
        reopen: 'npm run baton -- dev --home /h',
      },
      PLAIN,
    ).join('\n');
    expect(lines).toMatch(/worker +3.2 s/);
    expect(lines).toContain('git -C /tmp/baton-demo-x/user-preferences log --stat main..feature/prefs');
    expect(lines).toContain('http://127.0.0.1:8233/x');
    expect(lines).toContain('npm run baton -- dev --home /h');
    expect(lines).toContain('no model was called');
    expect(lines).toContain("to tests, by the demo itself (--yes), in a person's place:\n    Roll back.");
  });
});
