import { beforeAll, describe, expect, it } from 'vitest';
import type { FeatureReport } from '../../src/domain/report.ts';
import type { Engine } from '../support/engine.ts';
import {
  done,
  plainWork,
  type Step,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

/** Ends the agent as the system does when it runs out of memory: its session is there, and it said no word. */
const KILLED: Step[] = [{ exec: 'kill -9 $PPID' }];
const ask: Step = { result: { status: 'blocked', question: { text: 'Which colour?' } } };

const PACKETS = [
  tinyPacket('asks'),
  tinyPacket('red'),
  tinyPacket('api'),
  tinyPacket('page', { dependencies: [{ packet: 'api', type: 'soft' }] }),
  tinyPacket('talks', { criteria: [] }),
];

let engine: Engine;
useEngine((started) => {
  engine = started;
});

describe('an agent killed before its first word', () => {
  let tiny: TinyRepository;
  let report: FeatureReport;
  const outcomes = (id: string) =>
    report.runs.filter(({ packet }) => packet === id).map(({ outcome }) => outcome);

  beforeAll(async () => {
    tiny = await tinyRepository(
      {
        design: [tinyDesign(PACKETS), KILLED, tinyDesign(PACKETS)],
        asks: [
          [ask],
          KILLED,
          KILLED,
          [
            {
              write: {
                'src/asks.txt': 'asks: {answer}\n',
                'tests/asks-is-there.sh': 'grep -q asks src/asks.txt\n',
              },
            },
            done('asked'),
          ],
        ],
        red: [
          [{ write: { 'tests/red-is-there.sh': 'grep -q red src/red.txt\n' } }, done('all tests pass')],
          KILLED,
          [{ write: { 'src/red.txt': 'red\n' } }, done('now they do')],
        ],
        api: [plainWork('api')],
        page: [
          plainWork('page'),
          KILLED,
          [{ exec: 'cat src/api.txt src/page.txt > both && mv both src/page.txt' }, done('swapped')],
        ],
        // It said something before it was killed, so it was told.
        talks: [
          [ask],
          [{ progress: { note: 'blue it is' } }, ...KILLED],
          [{ write: { 'src/talks.txt': 'talks\n' } }, done('talked')],
        ],
      },
      { approvals: { design: 'ask', release: 'auto' }, concurrency: 5 },
    );
    const feature = await engine.feature(tiny, { id: 'unheard' });
    await feature.decide('design-approval-1', 'revise', 'Say why');
    await feature.decide('design-approval-2', 'approve');
    await feature.decide('question-asks', 'blue');
    await feature.decide('question-talks', 'blue');
    report = await feature.report();
  }, 180_000);

  it('leaves nothing to be asked twice: the answer goes with each further run, until one has said something', async () => {
    expect(report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 4 } });
    expect(outcomes('asks').slice(1, 3)).not.toContain('blocked');
    const answers = (await tiny.tasks('asks')).map(({ resume }) => resume?.answer);
    expect(answers).toEqual([undefined, 'blue', 'blue', 'blue']);
    expect(await tiny.git('show', 'feature/unheard:src/asks.txt')).toBe('asks: blue');
    expect((await tiny.tasks('talks')).map(({ resume }) => resume?.answer)).toEqual([
      undefined,
      'blue',
      null,
    ]);
  });

  it('leaves red work that is told again, and handed in once it is mended', async () => {
    const [, second, third] = await tiny.told('red');
    expect(second).toMatchObject([{ kind: 'check' }, { kind: 'criteria' }]);
    expect(third).toMatchObject([...(second ?? []), { kind: 'note' }]);
    expect(outcomes('red')).toHaveLength(3);
  });

  it('leaves a swap that is told again: nothing is merged on what stood in for a dependency', async () => {
    const [, second, third] = await tiny.told('page');
    expect(second).toMatchObject([{ kind: 'swap', text: expect.stringContaining('Merged meanwhile: api') }]);
    expect(third).toMatchObject([...(second ?? []), { kind: 'note' }]);
    expect(await tiny.git('show', 'feature/unheard:src/page.txt')).toBe('api\npage');
  });

  it('leaves a wish for another design that is told again', async () => {
    const [, second, third] = await tiny.told('design');
    expect(second).toMatchObject([{ kind: 'revise', text: 'Say why' }]);
    expect(third).toMatchObject([...(second ?? []), { kind: 'note' }]);
    expect(await tiny.git('show', 'feature/unheard:docs/design.md')).toContain('Say why');
  });
});
