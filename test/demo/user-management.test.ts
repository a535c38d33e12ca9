import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../src/domain/agent-protocol.ts';
import { sandboxProblem } from '../../src/sandbox/probe.ts';
import { installGlobally } from '../support/installed-release.ts';
import { type EndedDemo, gateOf, gitAt, leftBy, nothing, removeDemos, runDemo } from './demo-run.ts';
import { runsOf, type SaidInRun } from './transcripts.ts';

const ADVICE =
  'Use transaction rollback pattern - wrap each test in a transaction and rollback after. Check src/test/helpers.ts for existing patterns.';

const kinds = (runs: readonly SaidInRun[]) => runs.map(({ task }) => task.feedback.map(({ kind }) => kind));
const percents = (events: readonly AgentEvent[]) =>
  events.flatMap((event) => (event.type === 'progress' && event.percent ? [event.percent] : []));
const sessions = (runs: readonly SaidInRun[]) => new Set(runs.map(({ session }) => session));

afterAll(removeDemos);

describe('the walkthrough of user management, by the real command', () => {
  let demo: EndedDemo;
  let runs: Record<'db' | 'api' | 'tests' | 'permissions', SaidInRun[]>;
  const packet = (id: string) => demo.report.packets.find((one) => one.id === id);
  const printedAt = (text: string) => demo.stdout.split('\n').findIndex((line) => line.includes(text));

  beforeAll(async () => {
    const baton = await installGlobally('7.0.0');
    demo = await runDemo(['user-management', '--yes'], undefined, { baton: [baton] });
    const of = (id: string) => runsOf(demo.home, demo.feature, id);
    runs = {
      db: await of('db-users'),
      api: await of('api-users'),
      tests: await of('tests-users'),
      permissions: await of('permissions'),
    };
  }, 20 * 60_000);

  it('lands all four packets, with the outcomes of the session measured', () => {
    expect(demo.exitCode).toBe(0);
    expect(demo.report).toMatchObject({
      outcome: 'landed',
      figures: { mostAgentsAtOnce: 3, automaticDecisions: 2 },
    });
    const { figures, steered = [] } = demo.report;
    expect(figures.humanInterventions).toBe(steered.filter(({ automatic }) => !automatic).length);
    expect(demo.report.packets.map(({ id, status }) => [id, status])).toEqual([
      ['api-users', 'merged'],
      ['db-users', 'merged'],
      ['permissions', 'merged'],
      ['tests-users', 'merged'],
    ]);
    expect(gateOf(demo, 'coverage')).toMatchObject({ outcome: 'met' });
    expect(gateOf(demo, 'coverage')?.figures['total.lines.pct']).toBeGreaterThanOrEqual(80);
    expect(demo.report.figures.tests?.failing).toBe(0);
    expect(demo.stdout).toMatch(/packets completed +4 of 4/);
    expect(demo.stdout).toMatch(/agents involved +3 roles \(most at once: 3 agents\)/);
    expect(demo.stdout).toMatch(/execution rounds +\d+\n +integration rounds +\d+/);
  });

  it('starts three agents at once, db-users first to be merged, and reports their progress', () => {
    const first = ['db-users', 'api-users', 'tests-users'].map((id) => {
      const run = demo.report.runs.find((one) => one.packet === id);
      const start = Date.parse(run?.startedAt ?? '');
      return { start, end: start + (run?.durationMs ?? 0) };
    });
    expect(Math.max(...first.map(({ start }) => start))).toBeLessThan(
      Math.min(...first.map(({ end }) => end)),
    );
    expect(percents(runs.db[0]?.events ?? [])).toContain(40);
    expect(percents(runs.api[0]?.events ?? [])).toContain(35);
    expect(percents(runs.tests[0]?.events ?? [])).toEqual(expect.arrayContaining([25, 50]));
    expect(printedAt('packet db-users: merged')).toBeLessThan(printedAt('packet api-users: merged'));
  });

  it('runs its agents in sandboxes, where the machine can make them', async () => {
    const without = (await sandboxProblem()) === undefined ? [] : [expect.any(String)];
    expect([...new Set(demo.report.runs.flatMap(({ unconfined }) => unconfined ?? []))]).toEqual(without);
  });

  it('goes on in the same session after the answer', () => {
    const [before, after] = runs.api;
    expect(before?.task.resume).toBeNull();
    expect(after?.task.resume).toEqual({ sessionId: before?.session, answer: 'Return the full user object' });
    expect(sessions(runs.api).size).toBe(1);
    expect(demo.report.decisions).toContainEqual(
      expect.objectContaining({ packet: 'api-users', choice: 'Return the full user object' }),
    );
  });

  it('gives api-users its swap round, and sends the await that was missing back to it', () => {
    expect(kinds(runs.api)).toEqual([[], [], ['swap'], ['check', 'criteria']]);
    const [, , swap, red] = runs.api;
    expect(swap?.task.feedback[0]?.text).toContain('Merged meanwhile: db-users');
    expect(red?.task.feedback[0]?.text).toMatch(
      /Failing tests:\n- PATCH \/api\/users\/:id > changes what it names and keeps the rest\n/,
    );
    expect(packet('api-users')).toMatchObject({ runs: 4 });
  });

  it('starts permissions while tests-users still runs, which is stuck until the demo advises it', () => {
    expect(kinds(runs.tests)).toEqual([[], ['swap'], ['swap', 'advice']]);
    expect(sessions(runs.tests).size).toBe(1);
    const [, stuck, advised] = runs.tests;
    expect(percents(stuck?.events ?? [])).toEqual([70]);
    expect(advised?.task.feedback[1]?.text).toBe(`${ADVICE}\n(from the demo itself (--yes))`);
    // Red was measured, not claimed.
    expect(packet('tests-users')).toMatchObject({ red: 1, green: 3 });
    expect(runs.permissions[0]?.task.handoff).not.toBeNull();
    expect(printedAt('packet permissions: running')).toBeLessThan(printedAt('packet tests-users: merged'));
    expect(Date.parse(runs.permissions[0]?.at ?? '')).toBeLessThan(Date.parse(advised?.at ?? ''));
    expect(demo.stderr).toContain('The demo itself gives the advice that a person would (--yes)');
    expect(demo.stdout).toContain("to tests-users, by the demo itself (--yes), in a person's place:");
  });

  it('leaves every packet in the landed branch, whose own tests pass, and nothing else', async () => {
    const { report, repo, folder, env } = demo;
    const git = gitAt(repo);
    const branch = report.branch ?? '';
    expect(await git('rev-parse', `${branch}^{tree}`)).toBe(report.tree);
    for (const { id, merge, files } of report.packets) {
      await git('merge-base', '--is-ancestor', merge?.new ?? id, branch);
      expect(files.length).toBeGreaterThan(0);
    }
    const changed = (await git('diff', '--name-only', 'main', branch)).split('\n');
    expect(changed).toEqual(
      expect.arrayContaining([
        'src/db/migrations/001_create_users_and_roles.sql',
        'src/lib/repositories/user.ts',
        'src/app/api/users/[id]/route.ts',
        'src/app/guarded.ts',
        'src/test/users-api.test.ts',
      ]),
    );
    expect(changed.filter((file) => /mock-repository|contract|^(crew|packets)\//.test(file))).toEqual([]);
    expect(await git('show', `${branch}:src/app/api/users/[id]/route.ts`)).toContain(
      'await users.updateUser(',
    );
    expect(await git('show', `${branch}:src/test/setup-test-db.ts`)).toContain('withRollback');
    expect(await leftBy(demo)).toEqual(nothing);

    const landed = path.join(folder, 'landed');
    await git('clone', '--quiet', '--branch', branch, repo, landed);
    const here = { cwd: landed, env: { ...env, NO_COLOR: '1' }, extendEnv: false };
    await execa('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], here);
    const { stdout } = await execa('npm', ['test'], here);
    expect(stdout).toMatch(new RegExp(`Tests\\s+${report.figures.tests?.total} passed`));
  });
});
