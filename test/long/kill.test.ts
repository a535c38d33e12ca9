import { cp, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type DevServer, startDevServer } from '../../src/dev-server/dev-server.ts';
import type { PacketDraft } from '../../src/domain/packet.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { processesWith, startTimeOf } from '../../src/processes/process-table.ts';
import { Engine, exists, type Feature, until } from '../support/engine.ts';
import { jsonLines } from '../support/json-lines.ts';
import { Holds } from '../support/killing.ts';
import {
  type Script,
  type TinyRepository,
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
} from '../support/tiny-repository.ts';

/** Where each feature is when its worker is killed; `calm` and `calm-release` are never disturbed. */
const POINTS = {
  baseline: 'baseline-integration',
  agent: 'agent-agent',
  verify: 'verify-one',
  merge: 'merge-merge',
  cleanup: 'cleanup-cleanup',
  canary: 'canary-shift',
} as const;
const calm = ['calm', 'calm-release'];
const killed = Object.keys(POINTS) as (keyof typeof POINTS)[];

/** Looks often enough for a process to be gone within the ten seconds that ending one may take. */
const isGone = async (pid: number) => (await startTimeOf(pid)) === undefined;

describe('SIGKILL of the worker, twice in a row, and of the server', () => {
  let server: DevServer;
  let engine: Engine;
  let holds: Holds;
  let env: Record<string, string>;
  let plain: TinyRepository;
  /** A lock on production is a repository's: each of the two that release has one of its own. */
  const releasing = new Map<string, TinyRepository>();
  const features = new Map<string, Feature>();
  const reports = new Map<string, FeatureReport>();
  /** Who held at a point, first before any kill, then after each. */
  const holders = new Map<string, number[]>();
  const leftAlive: string[] = [];
  /** Processes of features of these names that another, aborted run of this test left. */
  let before: number[] = [];
  const carriers = async () => {
    const found = [...calm, ...killed, 'question'].map((id) => processesWith({ BATON_FEATURE: id }));
    return (await Promise.all(found)).flat().map(({ pid }) => pid);
  };

  const start = async (id: string, packet: PacketDraft = tinyPacket('one')) => {
    if (id !== 'agent') await holds.release(`${id}-agent`);
    const tiny = releasing.get(id) ?? plain;
    features.set(id, await engine.feature(tiny, { id, yes: true, packets: [packet] }));
  };
  const reach = () =>
    Promise.all(
      killed.map(async (id) => {
        const pid = await holds.reached(POINTS[id]);
        holders.set(id, [...(holders.get(id) ?? []), pid]);
      }),
    );
  const finish = (id: string) =>
    until(`${id} ends`, async () => {
      const report = await features
        .get(id)
        ?.report()
        .catch((error: Error) => {
          if (
            /Failed to connect|UNAVAILABLE|No connection|Failed to poll/i.test(String(error.cause ?? error))
          )
            return undefined;
          throw error;
        });
      if (report) reports.set(id, report);
      return report;
    });
  const history = async (id: string) => {
    const { events } = (await engine.client.workflow.getHandle(id).fetchHistory()) as {
      events: { activityTaskScheduledEventAttributes?: { activityType?: { name?: string } } }[];
    };
    return events.flatMap((event) => event.activityTaskScheduledEventAttributes?.activityType?.name ?? []);
  };
  const tasks = async () =>
    jsonLines<Record<string, unknown>>((await exists(env.BATON_TEST_TASKS as string)) ?? '');

  beforeAll(async () => {
    holds = await Holds.create();
    before = await carriers();
    const hub = await holds.hub();
    const script: Script = {
      design: [tinyDesign([])],
      one: [tinyWork('one', { hold: `${holds.dir}/{feature}-agent` })],
      asks: [
        [
          { write: { 'src/asks.txt': 'half\n' } },
          { result: { status: 'blocked', question: { text: 'Which?' } } },
        ],
        [{ write: { 'src/asks.txt': '{answer}\n' } }, { result: { status: 'done', summary: 'asked' } }],
      ],
    };
    const files = { 'hold.sh': holds.check, ...holds.ops };
    const checks = { ...tinyConfig.checks, hold: 'sh hold.sh' };
    plain = await tinyRepository(script, { checks }, files);
    const first = await tinyRepository(script, { checks, release: holds.releaseConfig }, files);
    const copy = holds.at('copy');
    await cp(first.repo, copy, { recursive: true });
    releasing.set('calm-release', first);
    releasing.set('canary', {
      ...first,
      repo: copy,
      git: async (...args) => (await execa('git', args, { cwd: copy })).stdout,
    });
    env = { BATON_HUB: hub, BATON_TEST_TASKS: holds.at('tasks') };
    const dbFilename = path.join(holds.dir, 'temporal.db');
    const executable = inject('temporalCli');
    server = await startDevServer({ dbFilename, port: 0, uiPort: 0, executable });
    engine = await Engine.start(server.address, { worker: false });
    let worker = await engine.workerProcess(env);

    for (const name of Object.values(POINTS)) await holds.want(name);
    await Promise.all([
      ...[...calm, ...killed].map((id) => start(id)),
      start('question', tinyPacket('asks', { criteria: [] })),
    ]);
    await Promise.all([reach(), ...calm.map(finish), features.get('question')?.item('question-asks')]);
    for (let kill = 1; kill <= 2; kill += 1) {
      worker.kill('SIGKILL');
      await worker.ended;
      for (const name of Object.values(POINTS)) await holds.forget(name);
      worker = await engine.workerProcess(env);
      await reach();
      for (const id of ['baseline', 'agent', 'verify', 'canary'])
        if (!(await isGone(holders.get(id)?.[kill - 1] as number)))
          leftAlive.push(`${id} after kill ${kill}`);
    }
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    const port = Number(server.address.split(':')[1]);
    const again = startDevServer({ dbFilename, port, uiPort: 0, executable });
    await holds.release(...Object.values(POINTS));
    server = await again;
    await features.get('question')?.decide('question-asks', 'the blue one');
    await Promise.all([...killed, 'question'].map(finish));
  }, 240_000);

  afterAll(async () => {
    // Nothing holds for ever, even where the test has failed.
    await holds?.release(...Object.values(POINTS));
    await engine?.stop();
    await server?.stop();
  });

  it.each(killed)('%s: same outcome, tree and commits as a run that nobody killed', async (id) => {
    const undisturbed = id === 'canary' ? 'calm-release' : 'calm';
    const [report, expected] = [reports.get(id), reports.get(undisturbed)];
    expect(report?.outcome).toBe(expected?.outcome);
    expect(report?.tree).toBe(expected?.tree);
    expect(report?.packets).toMatchObject([{ id: 'one', status: 'merged', submissions: 1, runs: 1, red: 1 }]);
    const commits = (feature: string) =>
      (releasing.get(feature) ?? plain).git(
        'log',
        '--format=%s|%(trailers:key=Baton-Packet,valueonly,separator=)',
        `main..feature/${feature}`,
      );
    expect(await commits(id)).toBe(await commits(undisturbed));
    expect(await history(`feature:${id}:packet:one`)).toEqual(await history('feature:calm:packet:one'));
  });

  it('resumes the session of the agent, and does no finished step again', async () => {
    const runs = (await tasks()).filter(({ feature, name }) => feature === 'agent' && name === 'one');
    const [first, ...later] = holders.get('agent') ?? [];
    expect(runs.map(({ attempt, from, resume }) => ({ attempt, from, resume }))).toEqual([
      { attempt: 1, from: 0, resume: null },
      ...later.map(() => ({ attempt: 1, from: 2, resume: { sessionId: `one-${first}`, answer: null } })),
    ]);
    expect(reports.get('agent')?.runs.filter(({ packet }) => packet === 'one')).toMatchObject([
      { run: 1, outcome: 'done', resumed: true },
    ]);
  });

  it('sends no agent to work twice where it was not the agent that was killed', async () => {
    const others = (await tasks()).filter(({ feature }) => feature !== 'agent');
    const runs = others.map(({ feature, name, attempt }) => `${feature} ${name} ${attempt}`);
    expect(runs.length).toBe(new Set(runs).size);
  });

  it('ends what a killed worker left running before the same work is done again', () => {
    expect(leftAlive).toEqual([]);
  });

  it('applies each operation of a release once, called again with the same id', async () => {
    const journal = await holds.journal();
    const effects = (feature: string) =>
      journal
        .filter((line) => line.what === 'effect' && line.feature === feature)
        // Each release ends its ids with a part of its own.
        .map(
          ({ step, operation }) => `${step} ${operation.replace(feature, '').replace(/-[0-9a-f]{8}$/, '')}`,
        );
    expect(effects('canary')).toEqual(effects('calm-release'));
    expect(
      new Set(journal.filter(({ what }) => what === 'call').map(({ operation }) => operation)).size,
    ).toBe(journal.filter(({ what }) => what === 'effect').length);
  });

  it('keeps a question that was open, and answers it in the session that asked', async () => {
    expect(reports.get('question')?.outcome).toBe('landed');
    expect(await plain.git('show', 'feature/question:src/asks.txt')).toBe('the blue one');
    const runs = (await tasks()).filter(({ feature, name }) => feature === 'question' && name === 'asks');
    expect(runs).toMatchObject([{ resume: null }, { resume: { answer: 'the blue one' } }]);
  });

  it('leaves no process, worktree, session or agent home', async () => {
    expect((await carriers()).filter((pid) => !before.includes(pid))).toEqual([]);
    const paths = homePaths(engine.home);
    for (const folder of [paths.trees, paths.sessions, paths.agents])
      expect(await readdir(folder)).toEqual([]);
    for (const clone of await readdir(paths.repos))
      expect(await readdir(path.join(paths.repos, clone, 'worktrees')).catch(() => [])).toEqual([]);
  });

  it('saves the report of a feature whose worker was killed while cleaning up', async () => {
    expect(JSON.parse(await readFile(path.join(engine.home, 'reports/cleanup.json'), 'utf8'))).toMatchObject({
      outcome: 'landed',
    });
  });
});
