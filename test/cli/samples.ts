import type { AttentionItem } from '../../src/domain/attention.ts';
import type { FeatureStatus } from '../../src/domain/messages.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { spending } from '../../src/domain/spending.ts';

export const item: AttentionItem = {
  id: 'design-approval-1',
  kind: 'design-approval',
  prompt: 'Design: one table.\n\nPackets:\n- storage',
  options: ['approve', 'revise', 'reject'],
  recommended: 'approve',
  openedAt: '2026-03-01T10:00:00.000Z',
};

export const question: AttentionItem = {
  id: 'question-api-1',
  kind: 'question',
  packet: 'api',
  prompt: 'Which header?',
  options: [],
  openedAt: '2026-03-01T10:05:00.000Z',
};

export const status: FeatureStatus = {
  feature: 'prefs',
  request: 'Users can save\ntheir preferences',
  repo: '/repos/accounts',
  base: 'main',
  baseCommit: '0123456789abcdef',
  phase: 'implement',
  activity: 'packets are worked on',
  paused: false,
  startedAt: '2026-03-01T10:00:00.000Z',
  integration: { branch: 'baton/prefs/integration', head: '0123456789abcdef' },
  packets: [
    {
      id: 'storage',
      kind: 'implementation',
      branch: 'baton/prefs/storage',
      status: 'merged',
      role: 'tdd-typescript',
      lastCheck: '2026-03-01T10:03:00.000Z',
      dependencies: [],
    },
    {
      id: 'api',
      kind: 'implementation',
      branch: 'baton/prefs/api',
      status: 'running',
      role: 'tdd-typescript',
      lastCheck: '2026-03-01T10:04:00.000Z',
      percent: 40,
      note: 'tests are red',
      dependencies: ['storage'],
    },
  ],
  gates: [],
  releaseSteps: [],
  attention: [],
  decisions: [],
  dropped: [],
  slots: { used: 1, of: 3 },
  spent: spending([]),
  phaseMs: { design: 4000 },
};

export const report: FeatureReport = {
  feature: 'prefs',
  request: 'Users can save their preferences',
  outcome: 'rolled-back',
  reason: 'error_rate is 0.02, allowed at most 0.01',
  startedAt: '2026-03-01T10:00:00.000Z',
  endedAt: '2026-03-01T10:01:10.000Z',
  branch: 'feature/prefs',
  commit: 'abcdefabcdefabcdefabcdefabcdefabcdefabcd',
  tree: '1111111111111111111111111111111111111111',
  packets: [
    {
      id: 'storage',
      kind: 'implementation',
      status: 'merged',
      merge: { old: 'a'.repeat(40), new: 'b'.repeat(40), tree: 'c'.repeat(40) },
      files: ['a.ts', 'b.ts'],
      tests: { total: 12, passing: 12, failing: 0, skipped: 0 },
      red: 1,
      green: 2,
      runs: 1,
      submissions: 1,
    },
    {
      id: 'tests',
      kind: 'test',
      status: 'dropped',
      files: [],
      tests: null,
      red: 0,
      green: 0,
      runs: 2,
      submissions: 0,
    },
  ],
  gates: [
    { name: 'coverage', outcome: 'met', figures: { lines: 94.236 }, problems: [] },
    { name: 'performance', outcome: 'unmet', figures: { p95_ms: null }, problems: ['p95_ms is unknown'] },
    { name: 'accessibility', outcome: 'absent', figures: {}, problems: [] },
  ],
  release: {
    outcome: 'rolled-back',
    version: 'abcdefabcdef',
    previous: '0123456789ab',
    steps: [
      {
        environment: 'production',
        step: 'probe',
        percent: 10,
        at: '2026-03-01T10:01:00.000Z',
        ok: false,
        figures: { error_rate: 0.02, requests: 240 },
        problems: ['error_rate is 0.02, allowed at most 0.01'],
        operationId: 'prefs:1:probe:10',
      },
    ],
    problems: ['error_rate is 0.02, allowed at most 0.01'],
    figures: { error_rate: 0 },
  },
  decisions: [
    {
      item: 'design-approval-1',
      kind: 'design-approval',
      choice: 'approve',
      by: 'ada',
      at: '2026-03-01T10:00:20.000Z',
      waitedMs: 12_000,
      automatic: false,
    },
    {
      item: 'promotion-1',
      kind: 'promotion',
      choice: 'promote',
      by: 'baton (recommended choice)',
      at: '2026-03-01T10:01:00.000Z',
      waitedMs: 0,
      automatic: true,
    },
  ],
  figures: {
    agentsInvolved: 4,
    mostAgentsAtOnce: 2,
    executionRounds: 3,
    integrationRounds: 2,
    handoffs: 3,
    humanInterventions: 1,
    automaticDecisions: 1,
    waitedForPeopleMs: 12_000,
    agentMs: 35_000,
    wallMs: 70_000,
    inputTokens: { known: 0, unknownRuns: 2 },
    outputTokens: { known: 1234, unknownRuns: 1 },
    costUsd: { known: 0.5, unknownRuns: 0 },
    finalCoverage: { line: 94.236 },
    tests: { total: 20, passing: 19, failing: 1, skipped: 0 },
  },
  phaseMs: { design: 4000, implement: 30_000, test: 20_000, deploy: 16_000 },
  runs: [run('storage'), run('tests')],
};

function run(packet: string): FeatureReport['runs'][number] {
  return {
    packet,
    role: 'tdd-typescript',
    runner: 'command',
    run: 1,
    outcome: 'done',
    startedAt: '2026-03-01T10:00:30.000Z',
    durationMs: 17_500,
    resumed: false,
  };
}
