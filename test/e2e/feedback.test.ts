import { beforeAll, describe, expect, it } from 'vitest';
import { PROOF_SUFFIX } from '../../src/domain/ids.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { type Engine, type Feature, until } from '../support/engine.ts';
import {
  done,
  plainWork,
  type Step,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

const merged = (feature: Feature, id: string) =>
  until(`${id} merged`, async () =>
    (await feature.status()).packets.some((packet) => packet.id === id && packet.status === 'merged'),
  );
const statusOf = async (feature: Feature, id: string) =>
  (await feature.status()).packets.find((packet) => packet.id === id)?.status;
const write = (file: string, text: string): Step => ({ write: { [file]: text } });

let engine: Engine;
useEngine((started) => {
  engine = started;
});

describe('packets that claim to be done', () => {
  let tiny: TinyRepository;
  let feature: Feature;
  let report: FeatureReport;
  const packet = (id: string) => report.packets.find((entry) => entry.id === id);
  const open = { boundaries: { inScope: [] } };
  beforeAll(async () => {
    tiny = await tinyRepository(
      {
        design: [
          tinyDesign([
            ...['red', 'untested', 'stray', 'guarded'].map((id) => tinyPacket(id)),
            tinyPacket('judged', { criteria: [{ text: 'It is pretty', evidence: { person: true } }] }),
            tinyPacket('empty', { ...open, criteria: [] }),
          ]),
        ],
        red: [
          [write('tests/red-is-there.sh', 'grep -q red src/red.txt\n'), done('all tests pass')],
          [write('src/red.txt', 'red\n'), done('now they do')],
        ],
        untested: [[write('src/untested.txt', 'x\n'), done('done')], plainWork('untested')],
        stray: [[...plainWork('stray'), write('src/elsewhere.txt', 'x\n')].toReversed(), plainWork('stray')],
        guarded: [
          [write('check.sh', 'exit 0\n'), ...plainWork('guarded')],
          [
            { exec: 'git show HEAD~1:check.sh > check.sh || git show main:check.sh > check.sh' },
            ...plainWork('guarded'),
          ],
        ],
        judged: [plainWork('judged')],
        empty: [[done('nothing to do')], plainWork('empty')],
      },
      { ...unattended, concurrency: 6 },
    );
    feature = await engine.feature(tiny, { id: 'claims' });
    await Promise.all([
      feature.decide('boundary-stray', 'extend-boundary'),
      feature.item('acceptance-judged').then((item) => {
        expect(item).toMatchObject({
          prompt: expect.stringContaining('It is pretty'),
          options: expect.arrayContaining(['met']),
        });
        return feature.decide('acceptance-judged', 'met');
      }),
    ]);
    report = await feature.report();
  }, 180_000);

  it('are sent back with the red test, and mend it in their session', async () => {
    expect(report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 2 } });
    const [, feedback] = await tiny.told('red');
    expect(feedback).toMatchObject([
      { kind: 'check', text: expect.stringContaining('- tests > red-is-there') },
      { kind: 'criteria', text: expect.stringContaining('red is there') },
    ]);
    const [first, second] = await tiny.tasks('red');
    expect(first?.resume).toBeNull();
    expect(second?.resume).toMatchObject({ sessionId: expect.stringMatching(/^red-/), answer: null });
    expect(packet('red')).toMatchObject({ status: 'merged', runs: 2, submissions: 1 });
  });

  it("are sent back where a criterion's test is missing", async () => {
    expect((await tiny.told('untested'))[1]).toMatchObject([
      { kind: 'criteria', text: expect.stringContaining('1. untested is there: ') },
    ]);
    expect(packet('untested')).toMatchObject({ status: 'merged', runs: 2 });
  });

  it('are sent back for a file out of their boundaries, a bounded number of times; then a person may extend them', async () => {
    const feedback = await tiny.told('stray');
    expect(feedback).toHaveLength(4);
    for (const complaint of feedback.slice(1))
      expect(complaint).toMatchObject([{ kind: 'boundary', files: ['src/elsewhere.txt'] }]);
    expect(packet('stray')).toMatchObject({ status: 'merged', runs: 4, submissions: 1 });
    expect(packet('stray')?.files).toContain('src/elsewhere.txt');
  });

  it('are sent back for a protected file, even if it is put where their boundaries are', async () => {
    expect((await tiny.told('guarded'))[1]).toMatchObject([{ kind: 'boundary', files: ['check.sh'] }]);
    expect(await tiny.git('diff', '--name-only', 'main', 'feature/claims', '--', 'check.sh')).toBe('');
  });

  it('are sent back when they changed nothing and no criterion proves that nothing was needed', async () => {
    expect((await tiny.told('empty'))[1]).toMatchObject([
      { kind: 'note', text: expect.stringContaining('Nothing was changed') },
    ]);
    expect(packet('empty')).toMatchObject({ status: 'merged', runs: 2 });
  });
});

describe.concurrent('integration', { timeout: 240_000 }, () => {
  it('sends a conflict and a check that is red only on the new head back to the agent; other merges meanwhile do no harm', async () => {
    const base = { boundaries: { inScope: ['src/base.txt'] }, criteria: [] };
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign([
            tinyPacket('first', base),
            tinyPacket('second', base),
            tinyPacket('third', { size: 40 }),
            tinyPacket('late'),
          ]),
        ],
        first: [[{ hold: '{dir}/first' }, write('src/base.txt', 'base of the first\n'), done('first')]],
        second: [
          [write('src/base.txt', 'base of the second\n'), { hold: '{dir}/second' }, done('second')],
          [
            { exec: 'cp src/base.txt {dir}/conflict' },
            { hold: '{dir}/resolving' },
            write('src/base.txt', 'base of the first and the second\n'),
            done('both'),
          ],
        ],
        // Green on the head of its proof, which holds until that head is not the newest any more.
        third: [
          [
            write(
              'tests/third-base.sh',
              `case "$PWD" in ${homePaths(engine.home).worktree('conflict', `third${PROOF_SUFFIX}`)}*) echo $$ > {dir}/third.reached; while [ ! -e {dir}/third.release ]; do sleep 0.05; done;; esac\ngrep -qx base src/base.txt\n`,
            ),
            ...plainWork('third'),
          ],
          [write('tests/third-base.sh', 'grep -q base src/base.txt\n'), done('any base')],
        ],
        late: [plainWork('late', { hold: '{dir}/late' })],
      },
      { ...unattended, concurrency: 4 },
    );
    const feature = await engine.feature(tiny, { id: 'conflict' });
    await Promise.all(['first', 'second', 'third', 'late'].map((name) => tiny.reached(name)));
    await tiny.release('first');
    await merged(feature, 'first');
    await tiny.release('second');
    await tiny.reached('resolving');
    expect(await tiny.read('conflict')).toMatch(
      /<<<<<<<.*base of the first.*=======.*base of the second.*>>>>>>>/s,
    );
    // The integration branch moves on while the conflict is resolved.
    await tiny.release('late');
    await merged(feature, 'late');
    await tiny.release('third');
    await merged(feature, 'third');
    await tiny.release('resolving');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 0 } });
    expect((await tiny.told('second'))[1]).toMatchObject([{ kind: 'conflict', files: ['src/base.txt'] }]);
    expect(await tiny.told('second')).toHaveLength(2);
    expect((await tiny.told('third'))[1]).toMatchObject([
      { kind: 'check', text: expect.stringContaining('third-base') },
    ]);
    expect(await tiny.git('show', 'feature/conflict:src/base.txt')).toBe('base of the first and the second');
    const merges = report.packets.map(({ id, submissions }) => `${id} ${submissions}`);
    expect(merges).toEqual(['first 1', 'second 2', 'third 2', 'late 1']);
  });

  it('starts a soft dependent at once, and merges it only after its swap round on the real thing', async () => {
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign([
            tinyPacket('api', { contract: 'src/api.txt says api' }),
            tinyPacket('page', { dependencies: [{ packet: 'api', type: 'soft' }] }),
            tinyPacket('after', { dependencies: [{ packet: 'page' }] }),
          ]),
        ],
        api: [plainWork('api', { hold: '{dir}/api' })],
        page: [
          plainWork('page'),
          [{ exec: 'cat src/api.txt src/page.txt > both && mv both src/page.txt' }, done('swapped')],
        ],
        after: [plainWork('after')],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'soft' });
    await tiny.reached('api');
    await until('page waits for its swap', async () => {
      const { packets } = await feature.status();
      const page = packets.find(({ id }) => id === 'page');
      return (await tiny.tasks('page')).length === 1 && page?.status === 'waiting';
    });
    expect(await tiny.tasks('after')).toEqual([]);
    await tiny.release('api');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect((await tiny.told('page'))[1]).toMatchObject([
      { kind: 'swap', text: expect.stringContaining('Merged meanwhile: api') },
    ]);
    expect(await tiny.git('show', 'feature/soft:src/page.txt')).toBe('api\npage');
    expect(report.packets.map(({ submissions }) => submissions)).toEqual([1, 1, 1]);
  });

  it('asks a person when rounds of feedback do not help, and dropping a packet drops what depends on it', async () => {
    const never: Step[] = [write('src/never.txt', 'FORBIDDEN\n'), done('lint passes')];
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign([
            tinyPacket('child', { dependencies: [{ packet: 'never' }] }),
            tinyPacket('grandchild', { dependencies: [{ packet: 'child' }] }),
            tinyPacket('never', { criteria: [] }),
            tinyPacket('soft', { dependencies: [{ packet: 'never', type: 'soft' }] }),
          ]),
        ],
        never: [never],
        soft: [plainWork('soft')],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'dropping' });
    const item = await feature.item('failing-packet-never-1');
    expect(item).toMatchObject({
      packet: 'never',
      options: ['retry', 'take-over', 'drop', 'stop'],
      prompt: expect.stringContaining('"lint" is red'),
    });
    expect(await tiny.tasks('never')).toHaveLength(4);
    await feature.decide('failing-packet-never-1', 'retry', 'use another word');
    await feature.item('failing-packet-never-2');
    const told = await tiny.told('never');
    expect(told[4]).toMatchObject([{ kind: 'check' }, { kind: 'advice', text: 'use another word' }]);
    await feature.decide('failing-packet-never-2', 'drop', 'not needed');
    const report = await feature.report();
    expect(report.packets).toMatchObject([
      { id: 'child', status: 'dropped', why: 'depends on never, which was dropped' },
      { id: 'grandchild', status: 'dropped', why: 'depends on child, which was dropped' },
      { id: 'never', status: 'dropped', why: 'not needed', runs: told.length },
      { id: 'soft', status: 'merged' },
    ]);
    const handoffs = await feature.handle.query<{ name: string }[]>('handoffs');
    expect(handoffs.map(({ name }) => name)).toContain('context-002-implementation');
    expect(await statusOf(feature, 'grandchild')).toBe('dropped');
    expect((await tiny.told('soft'))[1]?.[0]?.text).toContain('Dropped, so never to come: never');
  });

  it('ends a feature at a packet where a person chooses stop, and keeps its work', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('fails'), tinyPacket('runs')])],
        fails: [[{ result: { status: 'failed', reason: 'no idea' } }]],
        runs: [[{ hold: '{dir}/runs' }]],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'stopping' });
    await tiny.reached('runs');
    await feature.decide('failing-packet-fails', 'stop');
    expect(await feature.report()).toMatchObject({ outcome: 'stopped', reason: 'fails: no idea' });
    expect((await feature.handle.describe()).status.name).toBe('COMPLETED');
  });
});
