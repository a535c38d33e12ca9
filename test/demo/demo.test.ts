import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveTemporalCli } from '../../src/dev-server/temporal-cli.ts';
import type { AttentionItem } from '../../src/domain/attention.ts';
import { featureWorkflowId } from '../../src/domain/ids.ts';
import { readJson } from '../../src/homes/atomic-file.ts';
import {
  gateOf,
  gitAt,
  handoffFiles,
  leftBy,
  nothing,
  type RunningDemo,
  removeDemos,
  runDemo,
  stepFigures,
} from './demo-run.ts';

/** Another feature that the example's README documents. */
const OTHER_REQUEST =
  'Add display settings feature: users can save currency (eur/usd/gbp), density (compact/cozy), and alert settings (sms, email, chat).';

afterAll(removeDemos);

describe('`baton demo`, the real command', () => {
  it('takes the request to a full rollout, and leaves a branch whose own tests pass, and nothing else', async () => {
    const demo = await runDemo(['--yes']);
    const { report } = demo;
    expect(demo.exitCode).toBe(0);
    expect(report).toMatchObject({
      outcome: 'rolled-out',
      branch: `feature/${demo.feature}`,
      figures: { agentsInvolved: 4, humanInterventions: 0, costUsd: { known: 0, unknownRuns: 0 } },
      release: { outcome: 'rolled-out' },
    });
    expect(report.packets.map(({ id, status }) => [id, status])).toEqual([
      ['storage', 'merged'],
      ['rate-limit', 'merged'],
      ['page', 'merged'],
      ['api', 'merged'],
      ['tests', 'merged'],
      ['deploy-prep', 'merged'],
    ]);
    for (const { id, red, green } of report.packets.slice(0, 4))
      expect({ id, red: red > 0, green: green > 0 }).toEqual({ id, red: true, green: true });
    expect(gateOf(demo, 'performance')?.figures.p95_ms).toBeLessThan(50);
    expect(gateOf(demo, 'security')).toMatchObject({ outcome: 'met', figures: { findings: 0 } });
    // The page was done with two choices that had no label, and went back to its agent.
    const page = report.packets.find(({ id }) => id === 'page');
    expect(page).toMatchObject({ runs: 2, submissions: 1 });
    expect(page?.criteria?.find(({ text }) => text.startsWith('axe-core'))).toMatchObject({
      evidence: '`node bench/accessibility.mjs` exited with 0',
      namedBy: 'plan',
    });
    expect(gateOf(demo, 'accessibility')).toMatchObject({ outcome: 'met', figures: { violations: 0 } });
    // The smoke test asked for the page too: health, three reads and three writes with their refusals, and the page.
    expect(stepFigures(demo, 'smoke').checked).toBe(14);

    const canary = stepFigures(demo, 'probe', 10);
    expect(canary.requests).toBeGreaterThanOrEqual(50);
    expect(canary.share).toBeGreaterThanOrEqual(0.07);
    expect(canary.share).toBeLessThanOrEqual(0.13);

    const handoffs = await handoffFiles(demo);
    expect(handoffs.map(({ name }) => name)).toEqual([
      'context-001-design',
      'context-002-implementation',
      'context-003-testing',
      'context-004-complete',
    ]);
    expect(demo.stdout).toContain('no model was called');
    expect(await leftBy(demo)).toEqual(nothing);

    // By hand, as the demo says it is done.
    const landed = path.join(demo.folder, 'landed');
    const git = gitAt(demo.repo);
    expect(await git('rev-parse', `${report.branch}^{tree}`)).toBe(report.tree);
    await git('clone', '--quiet', '--branch', report.branch ?? '', demo.repo, landed);
    const here = { cwd: landed, env: { ...demo.env, NO_COLOR: '1' }, extendEnv: false };
    await execa('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], here);
    const { stdout } = await execa('npm', ['test'], here);
    expect(stdout).toMatch(new RegExp(`Tests\\s+${report.figures.tests?.total} passed`));
  });

  it('takes a bad canary back, and verifies that the old version serves', async () => {
    const demo = await runDemo(['--yes', '--bad-canary']);
    const { release } = demo.report;
    expect(demo.exitCode).toBe(1);
    expect(demo.report).toMatchObject({ outcome: 'rolled-back', release: { outcome: 'rolled-back' } });
    expect(demo.report.reason).toMatch(/error_rate is 0\.\d+, allowed at most 0\.01/);
    expect(release?.steps.filter(({ environment }) => environment === 'staging').every(({ ok }) => ok)).toBe(
      true,
    );
    expect(stepFigures(demo, 'probe', 10).error_rate).toBeGreaterThan(0.01);
    expect(release?.steps.map(({ step, percent }) => [step, percent]).slice(-3)).toEqual([
      ['probe', 10],
      ['rollback', undefined],
      ['probe', undefined],
    ]);
    // What serves now, measured after the rollback.
    expect(release?.figures).toMatchObject({ error_rate: 0 });
    expect(release?.figures?.requests).toBeGreaterThanOrEqual(50);
    expect(release?.figures?.share).toBe(1);
    expect(demo.stdout).toContain('rolled-back');
    expect(demo.stdout).toMatch(/what serves now measured: error_rate 0,/);
    expect(await leftBy(demo)).toEqual(nothing);
  });

  it('can be answered by `temporal workflow signal` alone, and builds the feature that is asked for', async () => {
    const answered: string[] = [];
    const demo = await runDemo(['--request', OTHER_REQUEST], (running, signal) =>
      answerBySignal(running, signal, answered),
    );
    expect(demo.exitCode).toBe(0);
    expect(demo.report).toMatchObject({ outcome: 'rolled-out', request: OTHER_REQUEST });
    expect(demo.report.decisions.map(({ item, by, automatic }) => [item, by, automatic])).toEqual(
      answered.map((item) => [item, 'a signal', false]),
    );
    expect(answered.map((id) => id.replace(/-\d+$/, ''))).toEqual(
      expect.arrayContaining(['design-approval', 'question-api', 'promotion']),
    );
    const git = gitAt(demo.repo);
    const files = (await git('ls-tree', '-r', '--name-only', demo.report.branch ?? '')).split('\n');
    expect(files).toEqual(
      expect.arrayContaining(['src/routes/display-settings.ts', 'docs/openapi/display-settings.json']),
    );
    const domain = await git('show', `${demo.report.branch}:src/domain/display-settings.ts`);
    expect(domain).toMatch(/eur.*usd.*gbp/s);
    expect(domain).toContain('compact');
    expect(domain).toContain('sms');
    expect(await leftBy(demo)).toEqual(nothing);
  });
});

describe('what the report measures', () => {
  it('60 ms more in the GET, a file without tests, choices without labels: three gates tell it, and nothing is deployed', async () => {
    const defects = { slowGetMs: 60, skipTestsFor: ['src/http/preconditions.ts'], inaccessible: true };
    const demo = await runDemo(['--yes', '--scenario', JSON.stringify(defects)]);
    expect(demo.exitCode).toBe(1);
    expect(gateOf(demo, 'performance')).toMatchObject({ outcome: 'unmet' });
    expect(gateOf(demo, 'performance')?.figures.p95_ms).toBeGreaterThan(60);
    expect(gateOf(demo, 'coverage')).toMatchObject({ outcome: 'unmet' });
    expect(gateOf(demo, 'coverage')?.figures['total.lines.pct']).toBeLessThan(90);
    expect(gateOf(demo, 'coverage')?.gaps?.[0]?.file).toBe('src/http/preconditions.ts');
    expect(gateOf(demo, 'accessibility')).toMatchObject({ outcome: 'unmet', figures: { violations: 2 } });
    expect(gateOf(demo, 'security')).toMatchObject({ outcome: 'met' });
    const { report } = demo;
    const problems = report.gates.flatMap((gate) => gate.problems).join('\n');
    expect(problems).toMatch(/^p95_ms is [\d.]+, allowed at most 50$/m);
    expect(problems).toMatch(/at least 90$/m);
    expect(problems).toMatch(/^violations is 2, allowed at most 0$/m);
    expect(report.outcome).toBe('stopped');
    expect(report.reason).toMatch(/cannot deploy: (?:performance|coverage|accessibility): /);
    expect(report.branch).toBeUndefined();
    expect(report.release).toBeUndefined();
  });

  it('2 % of errors in production: the canary is taken back', async () => {
    const demo = await runDemo(['--yes', '--scenario', '{"errorRate":0.02}']);
    expect(demo.exitCode).toBe(1);
    expect(demo.report).toMatchObject({ outcome: 'rolled-back', release: { outcome: 'rolled-back' } });
    const { error_rate: rate } = stepFigures(demo, 'probe', 10);
    expect(rate).toBeGreaterThan(0.01);
    expect(rate).toBeLessThan(0.05);
    expect(demo.report.gates.filter(({ outcome }) => outcome === 'unmet')).toEqual([]);
  });
});

/** Looks for open items by the Temporal CLI, and sends each its recommended choice by it, until the demo ends. */
async function answerBySignal(demo: RunningDemo, signal: AbortSignal, answered: string[]): Promise<void> {
  const cli = (await resolveTemporalCli({ progress: () => undefined })).path;
  const server = await readJson(path.join(demo.home, 'temporal.db.server.json'));
  const { address } = server as { address: string };
  const workflow = ['--address', address, '--workflow-id', featureWorkflowId(demo.feature)];
  const temporal = (...args: string[]) =>
    execa(cli, ['workflow', ...args, ...workflow], { reject: false, stdin: 'ignore' });
  while (!signal.aborted) {
    const { stdout, exitCode } = await temporal('query', '--type', 'attention', '--output', 'json');
    const items =
      exitCode === 0 ? (JSON.parse(stdout) as { queryResult: (AttentionItem[] | null)[] }).queryResult : [];
    for (const item of items.flat()) {
      // The CLI shows an empty list as null.
      if (item === null || answered.includes(item.id)) continue;
      // The demo says how it is done.
      if (!demo.printed().includes(`--name decide --input '{"item":"${item.id}",`)) continue;
      const decision = { item: item.id, choice: item.recommended ?? item.options[0], by: 'a signal' };
      const input = JSON.stringify(decision);
      const sent = await temporal('signal', '--name', 'decide', '--input', input);
      if (sent.exitCode !== 0) throw new Error(`temporal workflow signal: ${sent.stderr}`);
      answered.push(item.id);
    }
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
}
