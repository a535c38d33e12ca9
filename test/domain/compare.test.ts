import { expect, it } from 'vitest';
import { compareLines } from '../../src/cli/render/compare.ts';
import { PLAIN } from '../../src/cli/render/style.ts';
import { compareReports } from '../../src/domain/compare.ts';
import type { FeatureReport, PacketReport } from '../../src/domain/report.ts';
import { fullReport } from '../attacks/samples.ts';

const unknown = { known: 0, unknownRuns: 0 };
const spending = (runs: number, usd: number) => ({
  runs,
  inputTokens: unknown,
  outputTokens: unknown,
  tokens: unknown,
  costUsd: { known: usd, unknownRuns: 0 },
});
const packet = (id: string, tree: string, more: Partial<PacketReport> = {}): PacketReport => ({
  id,
  kind: 'implementation',
  status: 'merged',
  merge: { old: 'o', new: 'n', tree },
  files: ['a'],
  tests: null,
  red: 0,
  green: 0,
  runs: 1,
  submissions: 1,
  spent: spending(1, 1),
  criteria: [{ text: `${id} is there`, evidence: 'x', namedBy: 'plan', heldBefore: false }],
  ...more,
});
const base = fullReport as FeatureReport;
const report = (feature: string, more: Partial<FeatureReport>): FeatureReport => {
  const { from: _, reused: __, commit: ___, tree: ____, ...rest } = base;
  return { ...rest, feature, decisions: [], gates: [], roles: [{ role: 'r', ...spending(3, 3) }], ...more };
};
const decision = { item: 'question-api-1', kind: 'question', at: 'x', waitedMs: 1 } as const;

const old = report('old', {
  tree: 'a'.repeat(40),
  packets: [packet('api', 't1'), packet('page', 't2')],
  decisions: [{ ...decision, choice: 'red', by: 'ann', automatic: false }],
  gates: [{ name: 'coverage', outcome: 'met', figures: { lines: 90 }, problems: [] }],
  figures: { ...base.figures, costUsd: { known: 3, unknownRuns: 0 }, humanInterventions: 1 },
});
const blue = report('blue', {
  tree: 'b'.repeat(40),
  packets: [
    packet('api', 't1', { kept: 1 }),
    packet('page', 't3', { again: ['run 1: other than there: what it was told'], criteria: [] }),
    packet('more', 't4'),
  ],
  decisions: [
    { ...decision, choice: 'blue', by: 'bob', automatic: false },
    { ...decision, item: 'gate-1', kind: 'gate', choice: 'waive', by: 'ann', automatic: true, asIn: 'old' },
  ],
  figures: { ...base.figures, costUsd: { known: 2, unknownRuns: 0 } },
  reused: spending(1, 1),
});

it('two reports are compared by what is in both, or in one of them', () => {
  const compared = compareReports(old, blue, { a: 'old', b: 'blue' });
  expect(compared).toMatchObject({
    sameTree: false,
    packets: [
      { packet: 'api', a: { runs: 1, kept: 0 }, b: { runs: 0, kept: 1 } },
      { packet: 'page', b: { again: ['run 1: other than there: what it was told'] } },
      { packet: 'more', a: null },
    ],
    gates: [{ name: 'coverage', a: { outcome: 'met' }, b: null }],
    criteria: [
      { packet: 'page', text: 'page is there', metIn: 'a' },
      { packet: 'more', text: 'more is there', metIn: 'b' },
    ],
    decisions: [
      { item: 'question-api-1', a: { choice: 'red' }, b: { choice: 'blue' } },
      { item: 'gate-1', a: null, b: { choice: 'waive', asIn: 'old' } },
    ],
    figures: { a: { runs: 3, kept: 0, reusedUsd: null }, b: { runs: 2, kept: 1, reusedUsd: { known: 1 } } },
  });
});

it('a report compared with itself differs in nothing', () => {
  expect(compareReports(old, old, { a: 'old', b: 'old' })).toMatchObject({
    sameTree: true,
    criteria: [],
    decisions: [],
  });
});

it('a person reads which packets were paid for again, and why', () => {
  const compared = compareReports(old, blue, { a: 'old', b: 'blue' });
  const text = compareLines(compared, ' src/page.ts | 2 +-', { style: PLAIN, width: 160 }).join('\n');
  expect(text).toMatch(/^ *old +blue\n/);
  expect(text).toMatch(/api +merged; 1 run; .*merged, same tree; 1 kept/);
  expect(text).toMatch(/question-api-1 +red \(by ann\) +blue \(by bob\)/);
  expect(text).toMatch(/gate-1 +not asked +waive \(as in old, by ann\)/);
  expect(text).toMatch(/cost +\$3\.00 +\$2\.00/);
  expect(text).toMatch(/kept runs had cost +nothing +\$1\.00/);
  expect(text).toContain('page of blue, run 1: other than there: what it was told');
  expect(text).toContain('src/page.ts | 2 +-');
});
