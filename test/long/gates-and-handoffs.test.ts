import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { HANDOFF_MAX_BYTES, type Handoff, handoffSchema } from '../../src/domain/handoff.ts';
import type { Engine } from '../support/engine.ts';
import {
  done,
  plainWork,
  type Script,
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

/** Counts the files of src; `min` of them is the gate's threshold. */
const filesGate = (min: number) => ({
  ...unattended,
  gates: {
    coverage: { run: 'echo "{\\"files\\": $(ls src | wc -l)}"', metric: 'files', min },
    security: { run: 'echo "{\\"high\\": 0}"', metric: 'high', max: 0 },
  },
});
const one: Script = { design: [tinyDesign([tinyPacket('one')])], one: [plainWork('one')] };

describe.concurrent('quality gates', { timeout: 240_000 }, () => {
  it('that are met let the feature land; those that are not configured are absent, never passed', async () => {
    const tiny = await tinyRepository(one, filesGate(2));
    const report = await (await engine.feature(tiny, { id: 'met' })).report();
    expect(report.outcome).toBe('landed');
    expect(report.gates.map(({ name, outcome }) => `${name} ${outcome}`).sort()).toEqual([
      'accessibility absent',
      'coverage met',
      'performance absent',
      'security met',
    ]);
    expect(report.gates.find(({ name }) => name === 'coverage')?.figures).toEqual({ files: 2 });
  });

  it('that are not met get a packet that closes the gap', async () => {
    const tiny = await tinyRepository(
      { ...one, 'gap-coverage-1': [[{ write: { 'src/gap.txt': 'x\n' } }, done('closed')]] },
      filesGate(3),
    );
    const report = await (await engine.feature(tiny, { id: 'gap' })).report();
    expect(report).toMatchObject({
      outcome: 'landed',
      packets: [{ id: 'one' }, { id: 'gap-coverage-1', kind: 'gap', status: 'merged' }],
      figures: { humanInterventions: 0 },
    });
    const [task] = await tiny.tasks('gap-coverage-1');
    expect(task?.feedback).toMatchObject([
      { kind: 'gate', text: expect.stringContaining('files is 2, needs at least 3') },
    ]);
    expect(task?.handoff?.name).toBe('context-002-implementation');
  });

  it('that stay unmet stop the feature at a person, with the recommendation to stop: nothing lands', async () => {
    const tiny = await tinyRepository(
      { ...one, 'gap-coverage-1': [[done('nothing found')]], 'gap-coverage-2': [[done('nothing found')]] },
      filesGate(9),
    );
    const feature = await engine.feature(tiny, { id: 'unmet' });
    const item = await feature.item('gate-');
    expect(item).toMatchObject({
      prompt: expect.stringContaining('Quality gate not met, cannot deploy'),
      options: ['waive', 'retry', 'stop'],
      recommended: 'stop',
    });
    await feature.decide('gate-', 'stop');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'stopped',
      reason: expect.stringContaining('cannot deploy: coverage: files is 2, needs at least 9'),
    });
    expect(report.branch).toBeUndefined();
    expect(await tiny.git('branch', '--list', 'feature/*')).toBe('');
  });

  it('may be waived with a note, and the report says by whom and why', async () => {
    const tiny = await tinyRepository(
      { ...one, 'gap-coverage-1': [[done('nothing found')]], 'gap-coverage-2': [[done('nothing found')]] },
      filesGate(9),
    );
    const feature = await engine.feature(tiny, { id: 'waived' });
    await feature.decide('gate-', 'waive', 'only a prototype');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.gates.find(({ name }) => name === 'coverage')).toMatchObject({
      outcome: 'waived',
      waivedBy: 'tester: only a prototype',
      figures: { files: 2 },
    });
    const handoffs = await feature.handle.query<Handoff[]>('handoffs');
    expect(handoffs.at(-1)?.quality_gates_passed).toEqual({ coverage: false, security: true });
  });
});

describe.concurrent('handoffs', { timeout: 240_000 }, () => {
  it('001 to 004 are valid, queryable, written as files, and what the next agents got', async () => {
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign(
            [
              tinyPacket('one'),
              tinyPacket('tests', { kind: 'test', dependencies: [{ packet: 'one' }] }),
              tinyPacket('ops', { kind: 'deploy', criteria: [], boundaries: { inScope: ['deploy/'] } }),
            ],
            { constraints: ['no database'], apiSpec: { get: '/files' } },
          ),
        ],
        one: [plainWork('one')],
        tests: [plainWork('tests')],
        ops: [
          [
            { write: { 'deploy/plan.md': 'plan\n' } },
            done('ready', { plan: 'one step', rollback: 'git revert' }),
          ],
        ],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'handoffs' });
    expect((await feature.report()).figures.handoffs).toBe(3);
    const handoffs = await feature.handle.query<Handoff[]>('handoffs');
    expect(handoffs.map(({ name }) => name)).toEqual([
      'context-001-design',
      'context-002-implementation',
      'context-003-testing',
      'context-004-complete',
    ]);
    for (const handoff of handoffs) {
      expect(handoffSchema.parse(handoff)).toEqual(handoff);
      const file = path.join(engine.home, 'handoffs', 'handoffs', `${handoff.name}.json`);
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(handoff);
    }
    const [design, implementation, testing, complete] = handoffs;
    expect((await tiny.tasks('one'))[0]?.handoff).toEqual(design);
    expect((await tiny.tasks('tests'))[0]?.handoff).toEqual(implementation);
    expect(design).toMatchObject({
      constraints: ['no database'],
      api_spec: { get: '/files' },
      files_modified: ['docs/design.md'],
    });
    expect(implementation).toMatchObject({
      files_modified: ['src/one.txt', 'tests/one-is-there.sh'],
      test_results: { total: 2, passing: 2, failing: 0 },
      metrics: { code_loc: 1, test_loc: 1 },
    });
    expect(testing).toMatchObject({ rollback: 'git revert' });
    expect(complete).toMatchObject({ phase: 'landed', status: 'complete', rollback: 'git revert' });
  });

  it('stay within 32 KiB where a designer fills every field', async () => {
    const many = (name: string) => Array.from({ length: 40 }, (_, n) => `${name} ${n} ${'ä'.repeat(480)}`);
    const full = {
      summary: 'ö'.repeat(2000),
      decisions: many('decision'),
      constraints: many('constraint'),
      pendingActions: many('action'),
      dataModel: { text: '€'.repeat(5900) },
      apiSpec: { text: '€'.repeat(7900) },
    };
    const tiny = await tinyRepository(
      { ...one, design: [tinyDesign([tinyPacket('one')], full)] },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'full' });
    expect((await feature.report()).outcome).toBe('landed');
    const handoffs = await feature.handle.query<Handoff[]>('handoffs');
    expect(handoffs).toHaveLength(4);
    for (const handoff of handoffs) {
      expect(Buffer.byteLength(JSON.stringify(handoff))).toBeLessThanOrEqual(HANDOFF_MAX_BYTES);
      expect(handoffSchema.parse(handoff)).toEqual(handoff);
    }
    expect(handoffs[0]?.shortened?.[0]?.digest).toMatch(/^sha/);
  });
});
