import { expect, it } from 'vitest';
import type { GateResult, TestCounts } from '../../src/domain/checks.ts';
import {
  completeHandoff,
  designHandoff,
  implementationHandoff,
  testingHandoff,
} from '../../src/domain/context.ts';
import { handoffSchema } from '../../src/domain/handoff.ts';
import { droppedOutcome, type PacketOutcome, type ReleaseStep } from '../../src/domain/outcomes.ts';

const context = {
  workflowId: 'feature-x',
  now: '2026-01-02T03:04:05.000Z',
  roles: { design: 'designer', implement: 'coder', test: 'tester', deploy: 'deployer' },
};
const HEAD = { version: '1.0', workflow_id: 'feature-x', timestamp: context.now };
const TESTS: TestCounts = { total: 5, passing: 3, failing: 1, skipped: 1 };

const design = designHandoff(
  context,
  {
    status: 'done',
    summary: 'A plan',
    decisions: ['d1', 'd1', 'y'.repeat(600)],
    dataModel: { user: 1 },
    apiSpec: { get: 2 },
    constraints: ['c1'],
    pendingActions: ['p1'],
    packets: [],
  } as unknown as Parameters<typeof designHandoff>[1],
  ['docs/a.md'],
);

const outcome = (packet: string, more: Partial<PacketOutcome> = {}): PacketOutcome => ({
  ...droppedOutcome(packet, ''),
  status: 'merged',
  summary: `did ${packet}`,
  files: [{ path: `src/${packet}.ts`, status: 'added' }],
  linesAdded: 30,
  testLinesAdded: 10,
  decisions: [`${packet} decided`],
  constraints: [`${packet} needs`],
  pendingActions: [`${packet} leaves`],
  ...more,
});
const checkpoint = (failing: number | undefined, passed: boolean) =>
  ({
    tests: failing === undefined ? null : { ...TESTS, failing },
    passed,
  }) as unknown as PacketOutcome['checkpoints'][number];
const OUTCOMES = [
  outcome('a', { checkpoints: [checkpoint(2, false), checkpoint(0, true), checkpoint(undefined, false)] }),
  outcome('b', { checkpoints: [checkpoint(1, false), checkpoint(1, false)] }),
  droppedOutcome('c', 'no use'),
];

const gate = (name: string, more: Partial<GateResult> = {}): GateResult => ({
  name,
  outcome: 'met',
  figures: {},
  problems: [],
  ...more,
});
const GATES = [
  gate('performance', { figures: { p95: 3, rate: null }, details: { p99: 4 } }),
  gate('coverage', {
    outcome: 'waived',
    figures: { 'total.lines.pct': 80 },
    details: { line: 80, branch: 70, function: 'unknown' },
    gaps: Array.from({ length: 31 }, (_, index) => ({ file: `f${index}`, line: index })),
  }),
  gate('security', { outcome: 'absent' }),
];

it('the design is handed on as the designer told it, each decision once and cut', () => {
  expect(handoffSchema.parse(design)).toEqual({
    ...HEAD,
    name: 'context-001-design',
    current_agent: 'designer',
    next_agent: 'coder',
    phase: 'design-complete',
    message: 'A plan',
    files_modified: ['docs/a.md'],
    decisions: ['d1', 'y'.repeat(500)],
    data_model: { user: 1 },
    api_spec: { get: 2 },
    constraints: ['c1'],
    pending_actions: ['p1'],
    test_results: null,
  });
});

it('at most 200 files are named', () => {
  const files = Array.from({ length: 201 }, (_, index) => `f${index}`);
  const bare = { summary: '', decisions: [], constraints: [], pendingActions: [] };
  const handoff = designHandoff(context, bare as unknown as Parameters<typeof designHandoff>[1], files);
  expect(handoff.files_modified).toEqual(files.slice(0, 200));
  expect(handoff).not.toHaveProperty('data_model');
  expect(handoff).not.toHaveProperty('api_spec');
});

it('the implementation is the sum of the packets that are merged, with what was measured', () => {
  const handoff = implementationHandoff(context, design, OUTCOMES, TESTS, GATES, 61_500);
  expect(handoffSchema.parse(handoff)).toEqual({
    ...HEAD,
    name: 'context-002-implementation',
    current_agent: 'coder',
    next_agent: 'tester',
    phase: 'implementation-complete',
    message: 'a: did a\nb: did b',
    files_modified: ['src/a.ts', 'src/b.ts'],
    decisions: ['d1', 'y'.repeat(500), 'a decided', 'b decided'],
    data_model: { user: 1 },
    api_spec: { get: 2 },
    constraints: ['c1', 'a needs', 'b needs'],
    pending_actions: ['a leaves', 'b leaves'],
    test_results: {
      total: 5,
      passing: 3,
      failing: 1,
      coverage: { line: 80, branch: 70 },
      gaps: GATES[1]?.gaps?.slice(0, 30),
      performance: { p99: 4 },
    },
    metrics: {
      implementation_time_seconds: 62,
      test_count: 5,
      code_loc: 40,
      test_loc: 20,
      red_checkpoints: 3,
      green_checkpoints: 1,
    },
  });
});

it('what was not measured is not named', () => {
  const { data_model: _data, api_spec: _api, ...plain } = design;
  const handoff = implementationHandoff(context, plain, [], null, GATES, 0);
  expect(handoff.test_results).toBeNull();
  expect(handoff.metrics).toMatchObject({ test_count: null, code_loc: 0 });
  expect(handoff).not.toHaveProperty('data_model');
  expect(handoff).not.toHaveProperty('api_spec');
  const ungated = implementationHandoff(context, plain, [], TESTS, [gate('coverage')], 0);
  expect(ungated.test_results).toEqual({ total: 5, passing: 3, failing: 1 });
});

it('summaries are cut together', () => {
  const long = [outcome('a', { summary: 'z'.repeat(5000) })];
  expect(implementationHandoff(context, design, long, null, [], 0).message).toHaveLength(4000);
});

const testing = testingHandoff(context, design, OUTCOMES, TESTS, GATES, 'r'.repeat(4001));
it('testing says which gates were met, and how to go back', () => {
  expect(handoffSchema.parse(testing)).toMatchObject({
    ...HEAD,
    name: 'context-003-testing',
    current_agent: 'tester',
    next_agent: 'deployer',
    phase: 'testing-complete',
    message: 'a: did a\nb: did b',
    files_modified: ['src/a.ts', 'src/b.ts'],
    decisions: ['d1', 'y'.repeat(500), 'a decided', 'b decided'],
    api_spec: { get: 2 },
    constraints: ['c1'],
    pending_actions: ['a leaves', 'b leaves'],
    test_results: { total: 5, coverage: { line: 80, branch: 70 } },
    final_coverage: { line: 80, branch: 70 },
    metrics: { 'performance.p95': 3, 'performance.rate': null, 'coverage.total.lines.pct': 80 },
    quality_gates_passed: { performance: true, coverage: false },
    rollback: 'r'.repeat(4000),
  });
  const { api_spec: _api, ...plain } = design;
  const least = testingHandoff(context, plain, [], null, [gate('coverage')], undefined);
  for (const absent of ['api_spec', 'final_coverage', 'rollback']) expect(least).not.toHaveProperty(absent);
});

const LANDED = { branch: 'feature/x', commit: 'abc', pullRequest: 'https://hub/1' };
const step = (environment: ReleaseStep['environment'], name: string, more: Partial<ReleaseStep> = {}) => ({
  environment,
  step: name,
  at: `${environment} ${name} ${more.percent ?? ''}`.trim(),
  ok: true,
  operationId: '1',
  ...more,
});
const RELEASE = {
  outcome: 'rolled-out' as const,
  version: 'v2',
  previous: 'v1',
  problems: [],
  figures: { errors: 0 },
  steps: [
    step('staging', 'deploy', { url: 'https://staging' }),
    step('staging', 'smoke'),
    step('production', 'deploy'),
    step('production', 'shift', { percent: 10 }),
    step('production', 'shift', { percent: 50 }),
    step('production', 'shift', { percent: 100 }),
  ],
};

it('the end tells each step of the release', () => {
  expect(handoffSchema.parse(completeHandoff(context, testing, RELEASE, LANDED, 90_400, 4))).toEqual({
    ...HEAD,
    name: 'context-004-complete',
    current_agent: 'deployer',
    next_agent: null,
    phase: 'deployed',
    message: 'Release v2: rolled-out.',
    files_modified: [],
    decisions: testing.decisions,
    constraints: testing.constraints,
    pending_actions: [],
    test_results: testing.test_results,
    final_coverage: { line: 80, branch: 70 },
    quality_gates_passed: { performance: true, coverage: false },
    deployment: {
      landed: { branch: 'feature/x', commit: 'abc', pull_request: 'https://hub/1' },
      staging: { deployed_at: 'staging deploy', url: 'https://staging', smoke_tests: 'passed' },
      production: {
        deployed_at: 'production deploy',
        canary_started: 'production shift 10',
        canary_percentage: 10,
        full_rollout: 'production shift 100',
      },
    },
    monitoring: { errors: 0 },
    rollback: 'r'.repeat(4000),
    status: 'complete',
    metrics: { total_duration_seconds: 90, agents_involved: 4, context_handoffs: 3 },
  });
});

it('the end tells a release that was taken back', () => {
  const { figures: _figures, ...release } = RELEASE;
  const back = completeHandoff(
    context,
    testing,
    {
      ...release,
      outcome: 'rolled-back',
      problems: ['errors is 3', 'slow'],
      steps: [
        step('staging', 'smoke', { ok: false }),
        step('production', 'shift'),
        step('production', 'probe', { percent: 10 }),
        step('production', 'rollback'),
      ],
    },
    LANDED,
    0,
    1,
  );
  expect(back).toMatchObject({
    phase: 'rolled-back',
    message: 'Release v2: rolled-back (errors is 3; slow).',
    status: 'rolled-back',
  });
  expect(back.deployment).toMatchObject({
    staging: { smoke_tests: 'failed' },
    production: { rolled_back_at: 'production rollback' },
  });
  expect(back.deployment?.production).toEqual({ rolled_back_at: 'production rollback' });
  expect(back).not.toHaveProperty('monitoring');
});

it('the end tells that nothing was to be released', () => {
  const end = (landed: Parameters<typeof completeHandoff>[3]) =>
    completeHandoff(context, design, undefined, landed, 0, 1);
  expect(end(LANDED)).toMatchObject({
    phase: 'landed',
    message: 'Landed on feature/x, pull request https://hub/1; no release is configured.',
    status: 'complete',
  });
  const plain = end({ branch: 'main', commit: 'abc' });
  expect(plain.message).toBe('Landed on main; no release is configured.');
  expect(plain.deployment).toEqual({ landed: { branch: 'main', commit: 'abc' } });
  for (const absent of ['final_coverage', 'quality_gates_passed', 'rollback'])
    expect(plain).not.toHaveProperty(absent);
});
