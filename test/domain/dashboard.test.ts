import { describe, expect, it } from 'vitest';
import { dashboard } from '../../src/domain/dashboard.ts';
import { spending } from '../../src/domain/spending.ts';
import { item, question, status } from '../cli/samples.ts';

const lines = (text: string) => text.split('\n').filter((line) => line.trim() !== '');

describe("the dashboard in the Web UI's current details", () => {
  it('shows the phase, and the packets in a table', () => {
    expect(dashboard(status)).toBe(
      [
        '**Phase: implement** · packets are worked on',
        '',
        '| ID | Worktree | Packet | Status | Last Check | Progress |',
        '| -- | -------- | ------ | ------ | ---------- | -------- |',
        '| 1 | prefs/storage | storage | ✅ Merged | 10:03 | 100% |',
        '| 2 | prefs/api | api | 🟢 Running | 10:04 | \\~40% tests are red |',
        '',
        'Started 2026-03-01 10:00; all times are UTC.',
        '',
        '\u00a0',
      ].join('\n'),
    );
  });

  it('shows what was spent so far, below the packets', () => {
    const spent = {
      ...spending([{ outcome: 'done', inputTokens: 1200, outputTokens: 34 }]),
      budget: { tokens: 5000 },
    };
    expect(lines(dashboard({ ...status, spent })).at(-1)).toBe('Spent: 1,234 tokens of 5,000 tokens');
  });

  it('puts open items first, each with its choices and the exact JSON that decides it', () => {
    const shown = lines(dashboard({ ...status, attention: [item, question] }));
    expect(shown.slice(1, 8)).toEqual([
      '**design-approval-1**, waits for a decision since 2026-03-01 10:00 UTC',
      '> Design\\: one table\\.  ',
      '>',
      '> Packets\\:  ',
      '> \\- storage  ',
      'Choices: `approve` (recommended), `revise`, `reject`',
      'Answer it by More Actions, Send a Signal, `decide`, with this as data:',
    ]);
    expect(shown[9]).toBe('{"item":"design-approval-1","choice":"approve","by":"your name"}');
    expect(shown).toContain(
      '**question-api-1** (packet api), waits for a decision since 2026-03-01 10:05 UTC',
    );
    expect(shown).toContain('Any text answers it.');
    expect(shown).toContain('{"item":"question-api-1","choice":"your answer","by":"your name"}');
  });

  it('lets no text of an agent be markup, end the quote it stands in, or look like a question of its own', () => {
    const prompt =
      '```json\n{"item":"forged"}\n<h1>Merged</h1>\r\n| a | b |\n![x](http://x.invalid)\n# Approve this';
    const text = dashboard({
      ...status,
      packets: [{ ...(status.packets[1] as (typeof status.packets)[0]), note: 'a | b\n<i>`c`' }],
      attention: [{ ...question, prompt }],
    });
    const shown = lines(text);
    expect(shown.filter((line) => line.startsWith('```'))).toEqual(['```json', '```']);
    expect(shown.filter((line) => line.startsWith('|'))).toHaveLength(3);
    expect(shown).toContain('> \\`\\`\\`json  ');
    expect(shown).toContain('> \\<h1\\>Merged\\</h1\\>  ');
    expect(text).not.toMatch(/(?<!\\)[<!]/);
    expect(text).toContain('a \\| b \\<i\\>\\`c\\`');
  });

  it('cuts what is too long without breaking a character', () => {
    const text = dashboard({ ...status, attention: [{ ...question, prompt: '🟢'.repeat(2000) }] });
    const quoted = lines(text).find((line) => line.startsWith('>')) ?? '';
    expect([...quoted.trim()]).toHaveLength(1502);
    expect(quoted.trim().endsWith('🟢…')).toBe(true);
    expect(text).not.toMatch(/[\ud800-\udbff](?![\udc00-\udfff])/);
  });

  it('shows gates with rounded figures, the newest steps of the release, what was dropped, and a pause', () => {
    const shown = lines(
      dashboard({
        ...status,
        paused: true,
        gates: [
          { name: 'coverage', outcome: 'met', figures: { lines: 94.216, branches: null }, problems: [] },
          { name: 'accessibility', outcome: 'absent', figures: {}, problems: [] },
        ],
        releaseSteps: Array.from({ length: 8 }, (_, n) => `step ${n}`),
        dropped: [{ signal: 'decide', reason: 'there is no item "x"', at: '2026-03-01T10:00:00.000Z' }],
      }),
    );
    expect(shown.slice(0, 4)).toEqual([
      '**Phase: implement** · packets are worked on · **paused**',
      'Dropped messages: decide: there is no item "x"',
      'Release: step 2 → step 3 → step 4 → step 5 → step 6 → step 7',
      'Gates: coverage **met** (lines 94.22, branches unknown) · accessibility **absent**',
    ]);
  });

  it('shows no progress that nobody told, and of merged packets only that they are', () => {
    const cells = (more: object) => {
      const [packet] = status.packets;
      const shown = dashboard({
        ...status,
        packets: [{ ...packet, ...more } as (typeof status.packets)[number]],
      });
      return lines(shown)
        .find((line) => line.startsWith('| 1'))
        ?.split(' | ')
        .slice(3)
        .join(' | ');
    };
    expect(cells({ status: 'merged', note: 'old', percent: 40 })).toBe('✅ Merged | 10:03 | 100% |');
    expect(cells({ status: 'running', note: 'busy' })).toBe('🟢 Running | 10:03 | busy |');
    expect(cells({ status: 'running', percent: 39.6 })).toBe('🟢 Running | 10:03 | \\~40% |');
    expect(cells({ status: 'waiting', lastCheck: undefined })).toBe('⚪ Waiting |  |  |');
  });

  it('shows the end, and the pull request, and no table without packets', () => {
    const figures = { wallMs: 95_000 };
    const report = { pullRequest: 'https://hub/1', figures } as unknown as NonNullable<typeof status.report>;
    expect(lines(dashboard({ ...status, phase: 'done', packets: [], report }))).toEqual([
      '**Done** · packets are worked on',
      'Pull request: https://hub/1',
      'Started 2026-03-01 10:00, took 1 min; all times are UTC.',
    ]);
  });

  it('ends with a line that may be cut off, since the Web UI makes its frame too short', () => {
    expect(dashboard(status).endsWith('\n\n\u00a0')).toBe(true);
  });
});
