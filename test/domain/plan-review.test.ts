import { describe, expect, it } from 'vitest';
import { type PacketDraft, packetSchema } from '../../src/domain/packet.ts';
import { planRemarks } from '../../src/domain/plan-review.ts';

const packet = (id: string, more: Partial<PacketDraft> = {}) =>
  packetSchema.parse({
    id,
    objective: 'x',
    criteria: [{ text: `${id} works`, evidence: { test: `${id} > works` } }],
    boundaries: { inScope: [`src/${id}/`] },
    ...more,
  });
const texts = (...packets: ReturnType<typeof packet>[]) => planRemarks(packets).map(({ text }) => text);

describe('what a reviewer would ask of a plan', () => {
  it('is nothing where every criterion has a test and every packet files of its own', () => {
    expect(texts(packet('a'), packet('b'))).toEqual([]);
  });

  it('names the criterion that no test covers, by its number and its words', () => {
    const criteria = [
      { text: 'It adds', evidence: { test: 'adds' } },
      { text: 'It is fast', evidence: { person: true as const } },
      { text: 'It is kept' },
      { text: 'It is told', evidence: { file: 'docs/told.md' } },
      { text: 'It builds', evidence: { command: 'make' } },
    ];
    expect(texts(packet('a', { criteria }), packet('b', { criteria: [] }))).toEqual([
      'only a person can tell whether criterion 2 of a (“It is fast”) is met, and will be asked',
      'no test covers criterion 3 of a (“It is kept”): its agent is free to name what proves it',
      'no test covers criterion 4 of a (“It is told”): the file docs/told.md only has to be there',
      'b has no criterion: it counts as done when its checks are green',
    ]);
  });

  it('names packets that may write the same file at once, and not those that follow each other', () => {
    const shared = { boundaries: { inScope: ['src/**/*.ts'] } };
    expect(texts(packet('a', shared), packet('b', { boundaries: { inScope: ['docs/'] } }))).toEqual([]);
    expect(texts(packet('a', shared), packet('b', { boundaries: { inScope: ['src/b/x.ts'] } }))).toEqual([
      'a and b may write the same file at once (src/**/*.ts)',
    ]);
    const after = { boundaries: { inScope: ['src/b/x.ts'] }, dependencies: [{ packet: 'c' }] };
    const between = packet('c', { dependencies: [{ packet: 'a' }] });
    expect(texts(packet('a', shared), between, packet('b', after))).toEqual([]);
  });

  it('names a scope that is the whole repository, a packet that is too long, and what measures the work', () => {
    const all = packet('a', { boundaries: { inScope: ['**'], outOfScope: ['dist/'] }, size: 300 });
    expect(planRemarks([all], [{ packet: 'a', path: 'check.sh', why: 'named by checks.test' }])).toEqual([
      { packets: ['a'], text: 'a may change check.sh, which measures its work (named by checks.test)' },
      { packets: ['a'], text: 'the scope of a is the whole repository, but for 1 exception' },
      { packets: ['a'], text: 'a is expected to take 5 hours: split it' },
    ]);
    expect(texts(packet('b', { boundaries: {} }))).toEqual(['the scope of b is the whole repository']);
  });

  it('names one test that is to prove several things, and work against a contract that is not there', () => {
    const criteria = [
      { text: 'It adds', evidence: { test: 'all' } },
      { text: 'It removes', evidence: { test: 'all' } },
    ];
    const soft = { dependencies: [{ packet: 'a', type: 'soft' as const }] };
    expect(texts(packet('a', { criteria }), packet('b', soft))).toEqual([
      'the test “all” alone is to prove 2 criteria (a)',
      'b begins before a is merged, which has no contract to go by',
    ]);
    expect(texts(packet('a', { contract: 'GET /a' }), packet('b', soft))).toEqual([]);
  });

  it('looks at no more pairs of scopes than it has time for, and says so', () => {
    const inScope = Array.from({ length: 60 }, (_, at) => `src/${at}/`);
    const many = Array.from({ length: 40 }, (_, at) =>
      packet(`p${at}`, { boundaries: { inScope: inScope.map((glob) => `p${at}/${glob}`) } }),
    );
    expect(planRemarks(many)).toEqual([{ packets: [], text: expect.stringContaining('too large') }]);
  });
});
