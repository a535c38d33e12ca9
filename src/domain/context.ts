/** Builds the handoffs from what was measured and merged. Pure. */

import type { DesignDone } from './agent-protocol.ts';
import type { GateResult, TestCounts } from './checks.ts';
import type { Handoff, HandoffName } from './handoff.ts';
import type { Landed, PacketOutcome, ReleaseOutcome } from './outcomes.ts';

export interface Context {
  readonly workflowId: string;
  /** ISO 8601. */
  readonly now: string;
  readonly roles: {
    readonly design: string;
    readonly implement: string;
    readonly test: string;
    readonly deploy: string;
  };
}

const base = (context: Context, name: HandoffName) => ({
  version: '1.0' as const,
  name,
  workflow_id: context.workflowId,
  timestamp: context.now,
});

const LIMIT = 200;
const cut = (texts: readonly string[]) =>
  [...new Set(texts)].slice(0, LIMIT).map((text) => text.slice(0, 500));

/** `context-001-design`. */
export const designHandoff = (context: Context, design: DesignDone, files: readonly string[]): Handoff => ({
  ...base(context, 'context-001-design'),
  current_agent: context.roles.design,
  next_agent: context.roles.implement,
  phase: 'design-complete',
  message: design.summary,
  files_modified: cut(files),
  decisions: cut(design.decisions),
  ...(design.dataModel !== undefined && { data_model: design.dataModel }),
  ...(design.apiSpec !== undefined && { api_spec: design.apiSpec }),
  constraints: cut(design.constraints),
  pending_actions: cut(design.pendingActions),
  test_results: null,
});

const counts = (tests: TestCounts) => ({
  total: tests.total,
  passing: tests.passing,
  failing: tests.failing,
});

const coverageOf = (gate: GateResult | undefined) => {
  const number = (key: string) => {
    const value = gate?.details?.[key];
    return typeof value === 'number' ? value : undefined;
  };
  const [line, branch, fn] = [number('line'), number('branch'), number('function')];
  return {
    ...(line !== undefined && { line }),
    ...(branch !== undefined && { branch }),
    ...(fn !== undefined && { function: fn }),
  };
};

const results = (tests: TestCounts | null, gates: readonly GateResult[]): Handoff['test_results'] => {
  if (tests === null) return null;
  const coverage = gates.find(({ name }) => name === 'coverage');
  const performance = gates.find(({ name }) => name === 'performance');
  return {
    ...counts(tests),
    ...(Object.keys(coverageOf(coverage)).length > 0 && { coverage: coverageOf(coverage) }),
    ...(coverage?.gaps !== undefined && { gaps: coverage.gaps.slice(0, 30) }),
    ...(performance?.details !== undefined && { performance: { ...performance.details } }),
  };
};

const merged = (outcomes: readonly PacketOutcome[]) => outcomes.filter(({ status }) => status === 'merged');
const filesOf = (outcomes: readonly PacketOutcome[]) =>
  cut(outcomes.flatMap(({ files }) => files.map(({ path }) => path)));
const summaries = (outcomes: readonly PacketOutcome[]) =>
  outcomes
    .map(({ packet, summary }) => `${packet}: ${summary}`)
    .join('\n')
    .slice(0, 4000);

/** `context-002-implementation`: the sum of the merged implementation packets. */
export function implementationHandoff(
  context: Context,
  design: Handoff,
  outcomes: readonly PacketOutcome[],
  tests: TestCounts | null,
  gates: readonly GateResult[],
  implementMs: number,
): Handoff {
  const those = merged(outcomes);
  const total = (of: (outcome: PacketOutcome) => number) =>
    those.reduce((sum, outcome) => sum + of(outcome), 0);
  const checkpoints = those.flatMap((outcome) => outcome.checkpoints);
  return {
    ...base(context, 'context-002-implementation'),
    current_agent: context.roles.implement,
    next_agent: context.roles.test,
    phase: 'implementation-complete',
    message: summaries(those),
    files_modified: filesOf(those),
    decisions: cut([...design.decisions, ...those.flatMap(({ decisions }) => decisions)]),
    ...(design.data_model !== undefined && { data_model: design.data_model }),
    ...(design.api_spec !== undefined && { api_spec: design.api_spec }),
    constraints: cut([...design.constraints, ...those.flatMap(({ constraints }) => constraints)]),
    pending_actions: cut(those.flatMap(({ pendingActions }) => pendingActions)),
    test_results: results(tests, gates),
    metrics: {
      implementation_time_seconds: Math.round(implementMs / 1000),
      test_count: tests?.total ?? null,
      code_loc: total(({ linesAdded, testLinesAdded }) => linesAdded - testLinesAdded),
      test_loc: total(({ testLinesAdded }) => testLinesAdded),
      red_checkpoints: checkpoints.filter(({ tests: seen }) => (seen?.failing ?? 0) > 0).length,
      green_checkpoints: checkpoints.filter(({ passed }) => passed === true).length,
    },
  };
}

const gatesPassed = (gates: readonly GateResult[]) =>
  Object.fromEntries(
    gates
      .filter(({ outcome }) => outcome !== 'absent')
      .map(({ name, outcome }) => [name, outcome === 'met'] as const),
  );

const figuresOf = (gates: readonly GateResult[]) =>
  Object.fromEntries(
    gates.flatMap(({ name, figures }) =>
      Object.entries(figures).map(([key, value]) => [`${name}.${key}`, value] as const),
    ),
  );

/** `context-003-testing`: after all packets are merged and the gates passed. */
export function testingHandoff(
  context: Context,
  before: Handoff,
  outcomes: readonly PacketOutcome[],
  tests: TestCounts | null,
  gates: readonly GateResult[],
  rollback: string | undefined,
): Handoff {
  const those = merged(outcomes);
  return {
    ...base(context, 'context-003-testing'),
    current_agent: context.roles.test,
    next_agent: context.roles.deploy,
    phase: 'testing-complete',
    message: summaries(those),
    files_modified: filesOf(those),
    decisions: cut([...before.decisions, ...those.flatMap(({ decisions }) => decisions)]),
    ...(before.api_spec !== undefined && { api_spec: before.api_spec }),
    constraints: before.constraints,
    pending_actions: cut(those.flatMap(({ pendingActions }) => pendingActions)),
    test_results: results(tests, gates),
    ...(Object.keys(coverageOf(gates.find(({ name }) => name === 'coverage'))).length > 0 && {
      final_coverage: coverageOf(gates.find(({ name }) => name === 'coverage')),
    }),
    metrics: figuresOf(gates),
    quality_gates_passed: gatesPassed(gates),
    ...(rollback !== undefined && { rollback: rollback.slice(0, 4000) }),
  };
}

/** `context-004-complete`. */
export function completeHandoff(
  context: Context,
  before: Handoff,
  release: ReleaseOutcome | undefined,
  landed: Pick<Landed, 'branch' | 'commit' | 'pullRequest'>,
  durationMs: number,
  agents: number,
): Handoff {
  const deployment: Record<string, Record<string, string | number | boolean | null>> = {
    landed: {
      branch: landed.branch,
      commit: landed.commit,
      ...(landed.pullRequest !== undefined && { pull_request: landed.pullRequest }),
    },
  };
  for (const step of release?.steps ?? []) {
    const at = deployment[step.environment] ?? {};
    deployment[step.environment] = at;
    if (step.step === 'deploy') at.deployed_at = step.at;
    if (step.url !== undefined) at.url = step.url;
    if (step.step === 'smoke') at.smoke_tests = step.ok ? 'passed' : 'failed';
    if (step.step === 'shift' && step.percent !== undefined) {
      if (at.canary_started === undefined && step.percent < 100) {
        at.canary_started = step.at;
        at.canary_percentage = step.percent;
      }
      if (step.percent === 100) at.full_rollout = step.at;
    }
    if (step.step === 'rollback') at.rolled_back_at = step.at;
  }
  const phase =
    release === undefined ? 'landed' : release.outcome === 'rolled-out' ? 'deployed' : 'rolled-back';
  return {
    ...base(context, 'context-004-complete'),
    current_agent: context.roles.deploy,
    next_agent: null,
    phase,
    message:
      release === undefined
        ? `Landed on ${landed.branch}${landed.pullRequest === undefined ? '' : `, pull request ${landed.pullRequest}`}; no release is configured.`
        : `Release ${release.version}: ${release.outcome}${release.problems.length > 0 ? ` (${release.problems.join('; ').slice(0, 1500)})` : ''}.`,
    files_modified: [],
    decisions: before.decisions,
    constraints: before.constraints,
    pending_actions: [],
    test_results: before.test_results,
    ...(before.final_coverage !== undefined && { final_coverage: before.final_coverage }),
    ...(before.quality_gates_passed !== undefined && { quality_gates_passed: before.quality_gates_passed }),
    deployment,
    ...(release?.figures !== undefined && { monitoring: { ...release.figures } }),
    ...(before.rollback !== undefined && { rollback: before.rollback }),
    status: release === undefined || release.outcome === 'rolled-out' ? 'complete' : release.outcome,
    metrics: {
      total_duration_seconds: Math.round(durationMs / 1000),
      agents_involved: agents,
      context_handoffs: 3,
    },
  };
}
