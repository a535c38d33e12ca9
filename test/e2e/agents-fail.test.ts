import { beforeAll, describe, expect, it } from 'vitest';
import type { FeatureReport } from '../../src/domain/report.ts';
import type { Engine } from '../support/engine.ts';
import {
  done,
  plainWork,
  type TinyRepository,
  tinyConfig,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

let engine: Engine;
useEngine((started) => {
  engine = started;
});

describe('agents that fail', () => {
  let tiny: TinyRepository;
  let report: FeatureReport;
  const runsOf = (id: string) => report.runs.filter(({ packet }) => packet === id);
  const outcomes = (id: string) => runsOf(id).map(({ outcome }) => outcome);
  const told = async (id: string) => (await tiny.tasks(id))[1]?.feedback;
  beforeAll(async () => {
    const deployed = { plan: 'just do it', rollback: 'undo it' };
    tiny = await tinyRepository(
      {
        design: [
          [
            { usage: { inputTokens: 1000, outputTokens: 10 } },
            ...tinyDesign([
              ...['mute', 'crashing', 'wrong', 'paying'].map((id) => tinyPacket(id)),
              tinyPacket('silent', { kind: 'test' }),
              tinyPacket('endless', { kind: 'deploy', criteria: [] }),
            ]),
          ],
        ],
        mute: [[{ write: { 'src/mute.txt': 'x\n' } }, { exit: 0 }], plainWork('mute')],
        crashing: [[{ exit: 3 }], plainWork('crashing')],
        wrong: [
          [{ result: { status: 'done', summery: 'a slip' } }],
          [{ result: { status: 'finished' } }],
          plainWork('wrong'),
        ],
        silent: [[{ silent: true }], plainWork('silent')],
        endless: [[{ flood: true }], [done('ready', deployed)]],
        paying: [
          [
            { usage: { inputTokens: 100, outputTokens: 50, costUsd: 1 } },
            { result: { status: 'failed', reason: 'no credit' } },
          ],
          [{ usage: { inputTokens: 180, costUsd: 1.5 } }, ...plainWork('paying')],
        ],
      },
      {
        ...unattended,
        concurrency: 6,
        crew: {
          ...tinyConfig.crew,
          test: { ...tinyConfig.crew.test, stall: '1s' },
          deploy: { ...tinyConfig.crew.deploy, timeout: '2s' },
        },
      },
    );
    const feature = await engine.feature(tiny, { id: 'failing' });
    await feature.decide('failing-packet-paying', 'retry', 'paid');
    report = await feature.report();
  }, 180_000);

  it('by ending without a result are sent to work again with a note, on the tree as it is', async () => {
    expect(report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 1 } });
    expect(outcomes('mute')).toEqual(['no-result', 'done']);
    expect(await told('mute')).toMatchObject([
      { kind: 'note', text: expect.stringContaining('it ended without a result (exit code 0') },
    ]);
  });

  it('by an exit code are sent to work again in their session', async () => {
    expect(outcomes('crashing')).toEqual(['crashed', 'done']);
    expect(await told('crashing')).toMatchObject([
      { kind: 'note', text: expect.stringContaining('it ended with exit code 3') },
    ]);
    const [, second] = await tiny.tasks('crashing');
    expect(second?.resume?.sessionId).toMatch(/^crashing-/);
  });

  it("by an invalid result get the schema's complaints", async () => {
    expect(outcomes('wrong')).toEqual(['invalid', 'invalid', 'done']);
    expect(await told('wrong')).toMatchObject([{ kind: 'schema', text: expect.stringContaining('summery') }]);
  });

  it('by silence are stopped after the stall time and resumed with a note', async () => {
    expect(outcomes('silent').at(0)).toBe('stalled');
    expect(outcomes('silent').at(-1)).toBe('done');
    expect(await told('silent')).toMatchObject([{ kind: 'note', text: expect.stringContaining('silent') }]);
  });

  it('by endless output are stopped at their timeout, and little of it is kept in history', async () => {
    expect(outcomes('endless').at(0)).toBe('timed-out');
    expect(outcomes('endless').at(-1)).toBe('done');
    for (const [id, history] of await engine.histories())
      if (id.startsWith('feature:failing:packet:endless')) expect(history.length).toBeLessThan(200_000);
  });

  it('have their usage counted once over a resumed session, and what is unknown stays unknown', () => {
    const unknown = report.runs.length;
    expect(report.figures).toMatchObject({
      inputTokens: { known: 1180, unknownRuns: unknown - 3 },
      outputTokens: { known: 60, unknownRuns: unknown - 2 },
      costUsd: { known: 1.5, unknownRuns: unknown - 2 },
    });
    expect(runsOf('paying')).toMatchObject([
      { inputTokens: 100, outputTokens: 50, costUsd: 1, resumed: false, outcome: 'failed' },
      { inputTokens: 80, costUsd: 0.5, resumed: true },
    ]);
    expect(runsOf('paying')[1]).not.toHaveProperty('outputTokens');
    expect(runsOf('mute')[0]).not.toHaveProperty('costUsd');
  });
});

describe.concurrent('an environment', { timeout: 240_000 }, () => {
  it('without the program of an agent becomes an item that names it', async () => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one')])] },
      {
        ...unattended,
        crew: { ...tinyConfig.crew, implement: { runner: 'command', command: ['no-such-agent'] } },
      },
    );
    const feature = await engine.feature(tiny, { id: 'missing' });
    const item = await feature.item('environment-one');
    expect(item).toMatchObject({
      kind: 'environment',
      packet: 'one',
      prompt: expect.stringContaining('no-such-agent'),
      options: ['retry', 'take-over', 'drop', 'stop'],
    });
    await feature.decide('environment-one', 'stop');
    expect((await feature.report()).outcome).toBe('stopped');
  });

  it('whose base is red before anything was done is gone on with by a person, knowing it', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('one')])],
        one: [plainWork('one')],
      },
      unattended,
      { 'tests/broken.sh': 'exit 1\n' },
    );
    const feature = await engine.feature(tiny, { id: 'red-base' });
    const item = await feature.item('environment');
    expect(item).toMatchObject({
      prompt: expect.stringContaining('The base branch main is red'),
      options: ['retry', 'go-on', 'stop'],
    });
    await feature.decide('environment', 'go-on');
    // What was red stays red, and nothing else is: no agent is blamed for it.
    expect(await feature.report()).toMatchObject({
      outcome: 'landed',
      packets: [{ runs: 1, tests: { total: 3, passing: 2, failing: 1 } }],
    });
  });

  it('whose base is red may be stopped at, while the designer still works', async () => {
    const tiny = await tinyRepository(
      { design: [[{ hold: '{dir}/design' }]] },
      {},
      { 'tests/broken.sh': 'exit 1\n' },
    );
    const feature = await engine.feature(tiny, { id: 'red-stop' });
    await feature.decide('environment', 'stop');
    expect(await feature.report()).toMatchObject({
      outcome: 'stopped',
      reason: 'the base branch is red: test',
    });
  });

  it('is set up once; packets get copies of its dependencies and files, and a set-up they break is theirs to mend', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('copied'), tinyPacket('breaks', { boundaries: { inScope: [] } })])],
        copied: [
          [
            {
              exec: 'cat deps/installed secret.env > {dir}/seen; test -L deps || echo copy >> {dir}/seen; wc -l < {dir}/setups >> {dir}/seen',
            },
            ...plainWork('copied'),
          ],
        ],
        breaks: [
          [{ write: { 'deps.lock': 'broken\n' } }, ...plainWork('breaks')],
          [{ write: { 'deps.lock': 'two\n' } }, ...plainWork('breaks')],
        ],
      },
      {
        ...unattended,
        checks: {
          ...tinyConfig.checks,
          setup: {
            run: 'echo run >> {dir}/setups; grep -qv broken deps.lock && mkdir -p deps && cp deps.lock deps/installed',
            inputs: ['deps.lock'],
          },
        },
        worktrees: { installed: ['deps'], copy: ['secret.env'] },
      },
      { 'deps.lock': 'one\n', '.gitignore': 'report.xml\ndeps\nsecret.env\n', 'secret.env': 'copied\n' },
    );
    const report = await (await engine.feature(tiny, { id: 'set-up' })).report();
    expect(report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 0 } });
    expect(await tiny.read('seen')).toBe('one\ncopied\ncopy\n1\n');
    const [, second] = await tiny.tasks('breaks');
    expect(second?.feedback).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'check', text: expect.stringContaining('"setup" is red') }),
      ]),
    );
    expect(await tiny.git('ls-tree', '-r', '--name-only', report.commit ?? '')).not.toMatch(/deps\/|secret/);
  });
});
