import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { Engine } from '../support/engine.ts';
import { tinyDesign, tinyPacket, tinyRepository, tinyWork } from '../support/tiny-repository.ts';

describe('a feature on a repository with checks in shell and no package.json', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.start(inject('temporalAddress'));
  });
  afterAll(() => engine.stop());

  it('goes from a request to a landed branch, each packet merged once, after its tests were red and green', async () => {
    const tiny = await tinyRepository({
      design: [tinyDesign([tinyPacket('one'), tinyPacket('two', { dependencies: [{ packet: 'one' }] })])],
      one: [tinyWork('one')],
      two: [tinyWork('two')],
    });
    const before = await tiny.git('rev-parse', 'HEAD');
    const feature = await engine.feature(tiny, { id: 'whole' });
    await feature.decide('design-approval', 'approve');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      branch: 'feature/whole',
      packets: [
        { id: 'one', status: 'merged', red: 1, submissions: 1, tests: { total: 2, passing: 2, failing: 0 } },
        { id: 'two', status: 'merged', red: 1, submissions: 1, tests: { total: 3, passing: 3, failing: 0 } },
      ],
    });
    expect(report.figures).toMatchObject({
      agentsInvolved: 2,
      humanInterventions: 1,
      costUsd: { known: 0, unknownRuns: 3 },
    });
    expect(await tiny.git('rev-parse', 'feature/whole')).toBe(report.commit);
    expect(await tiny.git('rev-parse', 'feature/whole^{tree}')).toBe(report.tree);
    expect((await tiny.git('ls-tree', '-r', '--name-only', 'feature/whole')).split('\n')).toEqual(
      expect.arrayContaining(['docs/design.md', 'src/one.txt', 'src/two.txt', 'tests/one-is-there.sh']),
    );
    expect(await tiny.git('rev-parse', 'HEAD')).toBe(before);
    expect(await tiny.git('status', '--porcelain')).toBe('');
  });
});
