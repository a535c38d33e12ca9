import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { featureWorkflowId } from '../../src/domain/ids.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { baton } from '../cli/in-process.ts';
import { type Engine, Feature } from '../support/engine.ts';
import { Holds } from '../support/killing.ts';
import {
  plainWork,
  type Script,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

const question = { text: 'Which colour?', options: ['red', 'blue'], recommended: 'red' };
const usage = { inputTokens: 1000, outputTokens: 100, costUsd: 0.5 };

/** `api` asks a question; `page` builds on it, `docs` doesn't. */
const packets = [
  tinyPacket('api', { boundaries: { inScope: ['src/api.*', 'tests/api-*.sh'] } }),
  tinyPacket('page', { dependencies: [{ packet: 'api' }] }),
  tinyPacket('docs'),
];
const script: Script = {
  design: [[{ usage }, ...tinyDesign(packets)]],
  api: [
    [
      { write: { 'src/api.draft': 'draft\n' }, usage },
      { checkpoint: { message: 'A draft' } },
      { result: { status: 'blocked', question } },
    ],
    [
      { write: { 'src/api.colour': '{answer}{feedback}\n' }, usage: { ...usage, costUsd: 0.75 } },
      ...tinyWork('api'),
    ],
  ],
  page: [[{ usage }, ...plainWork('page')]],
  docs: [[{ usage }, ...plainWork('docs')]],
};

describe('a feature that goes another way from a point on', () => {
  let engine: Engine;
  useEngine((started) => {
    engine = started;
  });
  beforeAll(() => {
    vi.stubEnv('TEMPORAL_ADDRESS', engine.address);
    vi.stubEnv('TEMPORAL_NAMESPACE', engine.namespace);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });

  const feature = (id: string) => new Feature(engine.client.workflow.getHandle(featureWorkflowId(id)));
  const rewind = (...args: string[]) => baton('rewind', ...args, '--home', engine.home);
  const compare = (...args: string[]) => baton('compare', ...args, '--home', engine.home);
  const keptOf = ({ runs, packets: all }: FeatureReport) => ({
    design: runs.filter(({ packet, reused }) => packet === 'design' && reused !== undefined).length,
    ...Object.fromEntries(all.map(({ id, kept = 0, again = [] }) => [id, { kept, again: again.length }])),
  });

  it('pays again only for what differs, and says so', async () => {
    const tiny = await tinyRepository(script, unattended);
    const old = await engine.feature(tiny, { id: 'old' });
    await old.decide('question-api', 'red');
    const first = await old.report();
    expect(first).toMatchObject({ outcome: 'landed', figures: { costUsd: { known: 2.25, unknownRuns: 0 } } });
    const asked = async () =>
      (await Promise.all(['design', 'api', 'page', 'docs'].map(tiny.tasks))).map((t) => t.length);
    expect(await asked()).toEqual([1, 2, 1, 1]);

    // Nothing differs: nobody is started, nobody is asked, and the same tree lands.
    const same = await rewind('old', '--before', 'merge 3', '--fork', 'same');
    expect(same).toMatchObject({ exitCode: 0, stdout: 'same' });
    const repeated = await feature('same').report();
    expect(repeated).toMatchObject({
      outcome: 'landed',
      tree: first.tree,
      from: { feature: 'old', before: 'merge 3' },
      decisions: first.decisions.map(({ item, choice }) => ({ item, choice, asIn: 'old', automatic: true })),
    });
    expect(await asked()).toEqual([1, 2, 1, 1]);
    expect(keptOf(repeated)).toEqual({
      design: 1,
      api: { kept: 2, again: 0 },
      page: { kept: 1, again: 0 },
      docs: { kept: 1, again: 0 },
    });
    expect(repeated).toMatchObject({
      figures: { costUsd: { known: 0, unknownRuns: 0 }, agentsInvolved: 0, mostAgentsAtOnce: 0, agentMs: 0 },
      reused: { runs: 5, costUsd: { known: 2.25, unknownRuns: 0 } },
    });

    // Another answer: the question stays paid for.
    await rewind('old', '--before', 'question-api-1', '--fork', 'blue');
    await feature('blue').decide('question-api', 'blue');
    const blue = await feature('blue').report();
    expect(blue).toMatchObject({ outcome: 'landed', figures: { costUsd: { known: 1.25 } } });
    expect(await asked()).toEqual([1, 3, 2, 1]);
    expect(keptOf(blue)).toEqual({
      design: 1,
      api: { kept: 1, again: 1 },
      page: { kept: 0, again: 1 },
      docs: { kept: 1, again: 0 },
    });
    expect(blue.packets.map(({ id, again }) => [id, again])).toEqual([
      ['api', ['run 2: other than there: what it was told']],
      ['page', ['run 1: other than there: the files it began with']],
      ['docs', undefined],
    ]);
    expect((await tiny.tasks('api')).at(-1)).toMatchObject({ attempt: 2, resume: null });
    expect(
      (await tiny.tasks('api'))
        .at(-1)
        ?.feedback.map(({ text }) => text)
        .join('\n'),
    ).toMatch(/session that can't be gone on with\..*\nYou asked: Which colour\?\nThe answer: blue/);

    const compared = await compare('old', 'blue', '--repo', tiny.repo);
    expect(compared.exitCode).toBe(0);
    expect(compared.stdout).toMatch(/docs +merged; 1 run; .* +merged, (?:same|other) tree; 1 kept;/);
    expect(compared.stdout).toMatch(/question-api-1 +red \(by tester\) +blue \(by tester\)/);
    expect(compared.stdout).toMatch(/runs of agents +5 paid, 0 kept +2 paid, 3 kept/);
    expect(compared.stdout).toMatch(/cost +\$2\.25 +\$1\.25/);
    expect(compared.stdout).toMatch(/src\/api\.colour/);
    const { stdout } = await compare('old', 'same', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ sameTree: true, decisions: [], diffStat: '' });

    // The whole packet again, by another agent.
    await rewind('old', '--before', 'api', '--fork', 'other', '--with', 'command=node ./agents/agent.mjs');
    await feature('other').decide('question-api', 'red');
    const other = await feature('other').report();
    expect(other).toMatchObject({ outcome: 'landed', tree: first.tree });
    expect(keptOf(other)).toEqual({
      design: 1,
      api: { kept: 0, again: 2 },
      page: { kept: 1, again: 0 },
      docs: { kept: 1, again: 0 },
    });
    expect(await asked()).toEqual([1, 5, 2, 1]);
  });

  it('goes back under its own id: what landed is taken back, and lands anew', async () => {
    const tiny = await tinyRepository(script, unattended);
    const before = await engine.feature(tiny, { id: 'again' });
    await before.decide('question-api', 'red');
    const first = await before.report();
    const firstRun = (await before.handle.describe()).runId;
    expect(await rewind('again', '--before', 'page')).toMatchObject({ exitCode: 2 });
    expect(await rewind('again', '--before', 'page', '--yes')).toMatchObject({
      exitCode: 0,
      stdout: 'again',
    });
    const second = await feature('again').report();
    expect(second).toMatchObject({
      outcome: 'landed',
      tree: first.tree,
      figures: { costUsd: { known: 0.5 } },
    });
    expect(keptOf(second)).toMatchObject({
      design: 1,
      api: { kept: 2 },
      page: { kept: 0 },
      docs: { kept: 1 },
    });
    expect(await tiny.git('rev-parse', 'feature/again')).toBe(second.commit);
    const hubs = await engine.hubs();
    const kept = hubs.map(({ refs }) => refs).join('\n');
    expect(kept).toContain(`${first.commit} refs/baton/kept/again/landed/`);
    const { stdout } = await compare(`again@${firstRun}`, 'again', '--repo', tiny.repo);
    expect(stdout).toMatch(/cost +\$2\.25 +\$0\.50/);
  });

  it('ends a feature that runs, its children first, and goes on with what was paid for', async () => {
    const tiny = await tinyRepository(
      {
        ...script,
        page: [[{ hold: '{dir}/page' }, ...plainWork('page')]],
        docs: [[{ hold: '{dir}/docs' }, ...plainWork('docs')]],
      },
      unattended,
    );
    const before = await engine.feature(tiny, { id: 'runs' });
    await before.decide('question-api', 'red');
    const pids = [await tiny.reached('page'), await tiny.reached('docs')];
    const { runId } = await before.handle.describe();
    expect((await rewind('runs', '--before', 'merge 1')).stderr).toContain('Its agents at work are ended');
    expect(await rewind('runs', '--before', 'merge 1', '--yes')).toMatchObject({ exitCode: 0 });
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    const ended = engine.client.workflow.getHandle(featureWorkflowId('runs'), runId);
    expect((await ended.describe()).status.name).toBe('CANCELLED');
    await Promise.all(['page', 'docs'].map(tiny.release));
    const report = await feature('runs').report();
    expect(report).toMatchObject({
      outcome: 'landed',
      decisions: expect.arrayContaining([expect.objectContaining({ item: 'question-api-1', asIn: 'runs' })]),
    });
    expect(keptOf(report)).toMatchObject({
      design: 1,
      api: { kept: 2 },
      page: { kept: 0 },
      docs: { kept: 0 },
    });
    expect(await tiny.tasks('api')).toHaveLength(2);
  });

  it('takes nothing back that others see, and goes back only if a person lets that stay', async () => {
    const holds = await Holds.create();
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('docs')])], docs: [plainWork('docs')] },
      { ...unattended, land: 'merge', release: holds.releaseConfig },
      holds.ops,
    );
    await tiny.git('switch', '-qc', 'elsewhere');
    const before = await engine.feature(tiny, { id: 'live' });
    expect(await before.report()).toMatchObject({ outcome: 'rolled-out', branch: 'main' });
    const { runId } = await before.handle.describe();
    const base = await tiny.git('rev-parse', 'main');
    const refused = await rewind('live', '--before', 'docs', '--yes');
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' });
    expect(refused.stderr).toMatch(
      /- main has what landed \([0-9a-f]{12}\)\n- version \S+ over before: rolled-out/,
    );
    expect((await before.handle.describe()).runId).toBe(runId);
    expect(await tiny.git('rev-parse', 'main')).toBe(base);
    // What is there stays: the base has all of it already.
    expect(await rewind('live', '--before', 'docs', '--yes', '--leave')).toMatchObject({ exitCode: 0 });
    expect(await feature('live').report()).toMatchObject({
      outcome: 'rolled-out',
      packets: [{ status: 'merged' }],
    });
  });

  it('is told what is wrong with a point, an agent or an id before anything is changed', async () => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('docs')])], docs: [plainWork('docs')] },
      unattended,
    );
    const before = await engine.feature(tiny, { id: 'wrong' });
    await before.report();
    for (const [args, why] of [
      [
        ['--before', 'nobody', '--fork', 'x'],
        'there is no packet, item or merge "nobody". Packets: design, docs',
      ],
      [['--before', 'docs', '--fork', 'wrong'], 'choose another id'],
      [['--before', 'docs', '--fork', 'No'], 'is not a feature id'],
      [['--before', 'docs', '--fork', 'x', '--with', 'colour=red'], '--with takes runner=NAME'],
      [
        ['--before', 'docs', '--fork', 'x', '--with', 'agent=fallback'],
        'No fallback is named in crew.implement',
      ],
      [
        ['--before', 'docs', '--fork', 'x', '--with', 'runner=acp'],
        'With runner=acp crew.implement is no agent',
      ],
    ] as const) {
      const refused = await rewind('wrong', ...args);
      expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
      expect(refused.stderr).toContain(why);
    }
  });
});
