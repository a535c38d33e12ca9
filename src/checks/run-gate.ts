import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import type { GateResult } from '../domain/checks.ts';
import { type GateConfig, reportPath } from '../domain/config.ts';
import { durationText } from '../domain/duration.ts';
import { limitProblems } from '../domain/judge.ts';
import type { Secret } from '../processes/secrets/secrets.ts';
import { type Confine, runConfined, sandboxRemarks } from '../sandbox/run-confined.ts';
import { coverageDetails, figurePath } from './coverage/coverage-summary.ts';
import { measuredBy } from './gate-report.ts';
import { FreshReport } from './report-files.ts';
import { keepLog } from './run-check.ts';

export interface GateToRun {
  readonly name: string;
  readonly config: GateConfig;
  /** Root of the worktree. */
  readonly cwd: string;
  /** Already allow-listed. */
  readonly env: Readonly<Record<string, string>>;
  readonly store: ArtifactStore;
  readonly signal?: AbortSignal | undefined;
  readonly secrets?: readonly Secret[];
  /** The sandbox it runs in. Absent: none. */
  readonly confine?: Confine | undefined;
}

/**
 * Runs a gate's command and holds its figures against the thresholds. A figure that is missing keeps no
 * threshold. The exit code matters only where no figures can be read: `npm audit` exits with 1 for what the
 * threshold may allow.
 *
 * @throws the signal's reason if it was aborted
 * @throws BatonError `BadInput` if the worktree isn't there
 */
export async function runGate(gate: GateToRun): Promise<GateResult> {
  const { config, cwd } = gate;
  const file = config.report === undefined ? undefined : new FreshReport(cwd, reportPath(config.report));
  await file?.clear();
  const run = await runConfined(
    {
      command: config.run,
      cwd,
      env: gate.env,
      timeoutMs: config.timeout,
      signal: gate.signal,
      ...(gate.secrets ? { secrets: gate.secrets } : {}),
    },
    gate.confine,
  );
  try {
    gate.signal?.throwIfAborted();
    const measured = await measuredBy(run, file, config, cwd, gate.secrets ?? []);
    const { summary } = measured;
    const bounds = boundsOf(config, summary !== undefined);
    const figures = Object.fromEntries(Object.keys(bounds).map((path) => [path, measured.figure(path)]));
    const problems = limitProblems(bounds, figures);
    if (problems.length > 0 || !measured.isRead) problems.unshift(...measured.problems);
    if (!measured.isRead) {
      if (run.exitCode > 0) problems.unshift(`the command failed with exit code ${run.exitCode}`);
      problems.push(...sandboxRemarks(run, `gates.${gate.name}`));
    }
    if (run.timedOut)
      problems.unshift(`the command took longer than ${durationText(config.timeout)} and was ended`);
    return {
      name: gate.name,
      outcome: problems.length === 0 ? 'met' : 'unmet',
      figures,
      problems: problems.map((problem) => problem.slice(0, 500)),
      exitCode: run.exitCode,
      durationMs: run.durationMs,
      log: await keepLog(run, gate.store),
      ...(summary === undefined
        ? {}
        : await coverageDetails(summary, cwd, bounds['total.lines.pct']?.min ?? 100)),
    };
  } finally {
    await run.disposeLog();
  }
}

type Bounds = Record<string, { min?: number; max?: number }>;

/** The thresholds by the figure's path; with a metric and thresholds by name the metric is their place. */
function boundsOf({ metric, min, max }: GateConfig, isCoverage: boolean): Bounds {
  const bounds: Bounds = {};
  for (const [side, bound] of Object.entries({ min, max })) {
    if (bound === undefined) continue;
    const named = typeof bound === 'number' ? { [metric ?? '']: bound } : underMetric(bound, metric);
    for (const [name, limit] of Object.entries(named)) {
      const path = figurePath(isCoverage, name);
      bounds[path] = { ...bounds[path], [side]: limit };
    }
  }
  return bounds;
}

const underMetric = (bound: Readonly<Record<string, number>>, metric: string | undefined) =>
  metric === undefined
    ? bound
    : Object.fromEntries(Object.entries(bound).map(([name, limit]) => [`${metric}.${name}`, limit]));
