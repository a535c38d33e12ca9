import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HANDOFF_MAX_BYTES, type Handoff, handoffSchema, shrinkHandoff } from '../../src/domain/handoff.ts';

const sizeOf = (handoff: Handoff) => Buffer.byteLength(JSON.stringify(handoff), 'utf8');
const text = (maxLength: number) =>
  fc
    .tuple(fc.string({ maxLength: 20, unit: 'grapheme' }), fc.nat(maxLength))
    .map(([start, n]) => `${start}${'é'.repeat(n)}`.slice(0, maxLength));
const texts = fc
  .integer({ min: 0, max: 200 })
  .chain((n) =>
    fc.nat(490).map((length) => Array.from({ length: n }, (_, i) => `${i}:${'x'.repeat(length)}`)),
  );
const figures = fc.dictionary(fc.string({ maxLength: 20 }), fc.oneof(fc.double(), text(200)), {
  maxKeys: 60,
});
const handoff: fc.Arbitrary<Handoff> = fc
  .record(
    {
      version: fc.constant('1.0' as const),
      name: fc.constant('context-002-implementation' as const),
      workflow_id: fc.constant('feature:x'),
      timestamp: fc.constant('2026-01-01T00:00:00Z'),
      current_agent: fc.constant('tdd-typescript'),
      next_agent: fc.constant(null),
      phase: fc.constant('implementation-complete' as const),
      message: text(4000),
      files_modified: texts,
      decisions: texts,
      constraints: texts,
      pending_actions: texts,
      test_results: fc.constant(null),
      data_model: fc.nat(20_000).map((n) => ({ big: 'y'.repeat(n) })),
      api_spec: fc.nat(20_000).map((n) => ({ big: 'z'.repeat(n) })),
      metrics: figures,
      monitoring: figures,
      rollback: text(4000),
    },
    {
      requiredKeys: [
        'version',
        'name',
        'workflow_id',
        'timestamp',
        'current_agent',
        'next_agent',
        'phase',
        'message',
        'files_modified',
        'decisions',
        'constraints',
        'pending_actions',
        'test_results',
      ],
    },
  )
  .map((value) => handoffSchema.parse(JSON.parse(JSON.stringify(value))));
const limit = fc.constantFrom(HANDOFF_MAX_BYTES, 16_384, 6000);

it('fits a handoff into the limit, still valid, and does nothing the second time', () => {
  fc.assert(
    fc.property(handoff, limit, (given, max) => {
      const small = shrinkHandoff(given, 'sha512-x', max);
      expect(sizeOf(small)).toBeLessThanOrEqual(max);
      expect(handoffSchema.safeParse(small).success).toBe(true);
      expect(shrinkHandoff(small, 'sha512-y', max)).toBe(small);
    }),
    { numRuns: 60 },
  );
});

it('keeps the newest of each list, and says what is gone and where the whole is', () => {
  fc.assert(
    fc.property(handoff, limit, (given, max) => {
      const small = shrinkHandoff(given, 'sha512-x', max);
      for (const list of ['files_modified', 'decisions', 'constraints', 'pending_actions'] as const) {
        const kept = small[list];
        expect(kept).toEqual(kept.length === 0 ? [] : given[list].slice(-kept.length));
      }
      if (small !== given) expect(small.shortened?.every(({ digest }) => digest === 'sha512-x')).toBe(true);
      if (small !== given) expect(small.shortened?.length).toBeGreaterThan(0);
      expect(new Set(small.shortened?.map(({ what }) => what.split(':')[0])).size).toBe(
        small.shortened?.length ?? 0,
      );
    }),
    { numRuns: 40 },
  );
});

it('gives a handoff that fits back as it is', () => {
  fc.assert(
    fc.property(handoff, (given) => {
      expect(shrinkHandoff(given, 'd', sizeOf(given))).toBe(given);
    }),
    { numRuns: 40 },
  );
});

const full: Handoff = handoffSchema.parse({
  version: '1.0',
  name: 'context-003-testing',
  workflow_id: 'feature:x',
  timestamp: '2026-01-01T00:00:00Z',
  current_agent: 'tester',
  next_agent: null,
  phase: 'testing-complete',
  message: 'm'.repeat(600),
  files_modified: Array.from({ length: 120 }, (_, index) => `file-${index}`),
  decisions: ['d'],
  constraints: [],
  pending_actions: [],
  test_results: { total: 1, passing: 1, failing: 0, gaps: [{ file: 'a', line: 1 }], performance: { p95: 1 } },
  data_model: { user: 'x' },
  api_spec: { get: 'y' },
  metrics: { a: 1 },
  monitoring: { b: 2 },
  deployment: { production: { url: 'z' } },
  rollback: 'r'.repeat(600),
  quality_gates_passed: { coverage: true },
});

it('is told by its bytes, not by its characters', () => {
  for (const char of ['a', 'é', '€', '😀']) {
    const given = { ...full, message: char.repeat(100) };
    const bytes = sizeOf(given);
    expect(shrinkHandoff(given, 'd', bytes)).toBe(given);
    expect(shrinkHandoff(given, 'd', bytes - 1)).not.toBe(given);
  }
});

it('gives up detail in an order, the oldest first, and says what went', () => {
  const steps = [full];
  // Each time one byte less than it needs, until there is nothing left to give up.
  for (let last = full, limit = sizeOf(full); sizeOf(last) <= limit; steps.push(last)) {
    limit = sizeOf(last) - 1;
    last = shrinkHandoff(full, 'sha', limit);
    if (sizeOf(last) > limit) break;
  }
  const kept = steps.map((small) => [
    small.files_modified.at(0),
    small.files_modified.length,
    Object.keys(full)
      .filter((key) => !(key in small))
      .sort(),
    Object.keys(small.test_results ?? {}).length,
    [small.message.length, small.rollback?.length],
    small.shortened?.map(({ what }) => what) ?? [],
  ]);
  const files = (count: number) => `files_modified: 120 entries, the newest ${count} kept`;
  const documents = [
    'api_spec: in the document and the artifact',
    'data_model: in the document and the artifact',
  ];
  const rest = ['further fields: in the artifact'];
  const gone = (...more: string[]) => ['api_spec', 'data_model', ...more].sort();
  expect(kept).toEqual([
    ['file-0', 120, [], 5, [600, 600], []],
    ['file-20', 100, [], 5, [600, 600], [files(100)]],
    ['file-80', 40, [], 5, [600, 600], [files(40)]],
    ['file-100', 20, [], 5, [600, 600], [files(20)]],
    ['file-112', 8, gone(), 5, [600, 600], [...documents, files(8)]],
    ['file-117', 3, gone(), 5, [600, 600], [...documents, files(3)]],
    [undefined, 0, gone(), 5, [600, 600], [...documents, files(0)]],
    [undefined, 0, gone(), 5, [600, 600], rest],
    [undefined, 0, gone('metrics'), 5, [600, 600], rest],
    [undefined, 0, gone('metrics', 'monitoring'), 5, [600, 600], rest],
    [undefined, 0, gone('metrics', 'monitoring', 'deployment'), 5, [600, 600], rest],
    [undefined, 0, gone('metrics', 'monitoring', 'deployment'), 3, [600, 600], rest],
    [undefined, 0, gone('metrics', 'monitoring', 'deployment'), 3, [501, 600], rest],
    [undefined, 0, gone('metrics', 'monitoring', 'deployment'), 3, [501, 501], rest],
    [undefined, 0, gone('metrics', 'monitoring', 'deployment', 'quality_gates_passed'), 3, [501, 501], rest],
  ]);
});
