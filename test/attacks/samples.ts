import type { AttentionItem } from '../../src/domain/attention.ts';
import type { CheckResult } from '../../src/domain/checks.ts';
import type { FeatureStatus } from '../../src/domain/messages.ts';
import type { FeatureReport } from '../../src/domain/report.ts';

/** Every field, the optional ones too: a new one is missing here until somebody adds it, which the compiler says. */
export type Full<T> = T extends readonly (infer E)[]
  ? readonly Full<NonNullable<E>>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Full<NonNullable<T[K]>> }
    : T;

const total = { known: 1, unknownRuns: 1 };
const spent = { runs: 2, inputTokens: total, outputTokens: total, tokens: total, costUsd: total };
const tests = { total: 2, passing: 1, failing: 1, skipped: 0 };
const artifact = { digest: 'x', size: 1, mediaType: 'x', home: 'x' };
const merge = { old: 'x', new: 'x', tree: 'x' };
const figures = { anyKey: 1 };

const gate: Full<FeatureStatus>['gates'][number] = {
  name: 'x',
  outcome: 'unmet',
  figures,
  problems: ['x'],
  exitCode: 1,
  durationMs: 1,
  log: artifact,
  details: { anyKey: 'x' },
  gaps: [{ file: 'x', line: 1 }],
  waivedBy: 'x',
  changed: ['x'],
};
const decision: Full<FeatureStatus>['decisions'][number] = {
  item: 'x',
  choice: 'x',
  note: 'x',
  by: 'x',
  kind: 'question',
  packet: 'x',
  at: 'x',
  waitedMs: 1,
  automatic: true,
  asIn: 'x',
  asked: 'x',
};

export const fullItem: Full<AttentionItem> = {
  id: 'x',
  kind: 'question',
  packet: 'x',
  prompt: 'x',
  options: ['x', 'x'],
  recommended: 'x',
  openedAt: 'x',
};

export const fullCheck: Full<CheckResult> = {
  name: 'x',
  passed: false,
  exitCode: 1,
  timedOut: false,
  durationMs: 1,
  tests,
  failing: ['x'],
  tail: 'x',
  log: artifact,
  cases: artifact,
  known: false,
  flaky: ['x'],
  changed: ['x'],
};

const run: Full<FeatureReport>['runs'][number] = {
  packet: 'x',
  role: 'x',
  runner: 'x',
  run: 1,
  outcome: 'done',
  startedAt: 'x',
  durationMs: 1,
  exit: 'x',
  resumed: true,
  inputTokens: 1,
  cachedInputTokens: 1,
  outputTokens: 1,
  costUsd: 1,
  costFrom: 'runner',
  unconfined: 'x',
  transcript: artifact,
  reused: {
    feature: 'x',
    run: 1,
    startedAt: 'x',
    durationMs: 1,
    inputTokens: 1,
    outputTokens: 1,
    costUsd: 1,
  },
  anew: 'x',
};
export const fullRun = { ...run, model: 'x' };

export const fullReport: Full<FeatureReport> = {
  feature: 'x',
  request: 'x',
  outcome: 'landed',
  root: 'x',
  reason: 'x',
  startedAt: 'x',
  endedAt: 'x',
  branch: 'x',
  landing: 'x',
  pullRequest: 'x',
  commit: 'x',
  tree: 'x',
  packets: [
    {
      id: 'x',
      kind: 'implementation',
      status: 'merged',
      why: 'x',
      merge,
      files: ['x'],
      tests,
      red: 1,
      green: 1,
      runs: 1,
      submissions: 1,
      byHand: 'x',
      spent,
      criteria: [
        {
          text: 'x',
          evidence: 'x',
          namedBy: 'agent',
          // Looked for, and not shown.
          proof: [],
          heldBefore: true,
        },
      ],
      allowances: [{ what: 'tests', names: ['x'], by: 'x' }],
      flaky: ['x'],
      changedByChecks: { anyKey: ['x'] },
      kept: 1,
      again: ['x'],
    },
  ],
  gates: [gate],
  release: {
    outcome: 'rolled-back',
    version: 'x',
    previous: 'x',
    steps: [
      {
        environment: 'staging',
        step: 'x',
        at: '2026-03-01T10:00:00.000Z',
        percent: 1,
        figures,
        ok: false,
        problems: ['x'],
        url: 'x',
        operationId: 'x',
      },
    ],
    problems: ['x'],
    choice: 'stop',
    figures,
  },
  decisions: [decision],
  steered: [{ what: 'x', by: 'x', at: 'x', automatic: false }],
  handedOver: [{ packet: 'x', from: 'x', to: 'x', why: 'x' }],
  roles: [{ role: 'x', ...spent }],
  edits: [{ at: 'x', by: 'x', added: ['x'], amended: ['x'], dropped: ['x'], first: ['x'] }],
  knownRed: [{ name: 'x', failing: 1 }],
  leftBehind: ['x'],
  figures: {
    agentsInvolved: 1,
    mostAgentsAtOnce: 1,
    executionRounds: 1,
    integrationRounds: 1,
    handoffs: 1,
    humanInterventions: 1,
    automaticDecisions: 1,
    waitedForPeopleMs: 1,
    agentMs: 1,
    wallMs: 1,
    inputTokens: total,
    outputTokens: total,
    costUsd: total,
    finalCoverage: { line: 1, branch: 1, function: 1 },
    tests,
  },
  phaseMs: { design: 1, implement: 1, test: 1, deploy: 1 },
  merges: [{ packet: 'x', at: 'x' }],
  from: { feature: 'x', runId: 'x', before: 'x' },
  reused: spent,
  runs: [run],
};

const packet: Full<FeatureStatus>['packets'][number] = {
  id: 'x',
  kind: 'implementation',
  branch: 'x',
  status: 'running',
  role: 'x',
  since: 'x',
  waitsForSlot: true,
  lastCheck: 'x',
  percent: 1,
  note: 'x',
  size: 1,
  dependencies: ['x'],
};

export const fullStatus: Full<FeatureStatus> = {
  feature: 'x',
  request: 'x',
  repo: 'x',
  base: 'x',
  baseCommit: 'x',
  root: 'x',
  phase: 'implement',
  activity: 'x',
  paused: true,
  startedAt: 'x',
  integration: { branch: 'x', head: 'x' },
  packets: [packet, { ...packet, status: 'waiting' }],
  gates: [gate],
  releaseSteps: ['x'],
  attention: [fullItem, { ...fullItem, options: [] }],
  decisions: [decision],
  dropped: [{ signal: 'x', reason: 'x', at: 'x' }],
  slots: { used: 1, of: 2 },
  spent: { ...spent, budget: { usd: 1, tokens: 1 } },
  phaseMs: { design: 1, implement: 1, test: 1, deploy: 1 },
  mergesNext: ['x'],
  merges: [{ packet: 'x', at: 'x' }],
  report: fullReport,
};
