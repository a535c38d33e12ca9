import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Engine, until } from '../support/engine.ts';
import {
  plainWork,
  type Step,
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

const { crew } = tinyConfig;
const used = (inputTokens: number): Step => ({
  usage: { inputTokens, cachedInputTokens: inputTokens / 2, outputTokens: 0 },
});

describe.concurrent('work in other hands', { timeout: 240_000 }, () => {
  it('goes to the other agent where the first crashes every time, which finds the tree as it was left', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('one', { boundaries: { inScope: [] } })])],
        one: [plainWork('one', { exec: 'cat left.txt > {dir}/found' })],
      },
      {
        ...unattended,
        crew: {
          ...crew,
          implement: {
            runner: 'command',
            command: ['sh', '-c', 'echo left > left.txt; exit 3'],
            fallback: crew.implement,
          },
        },
      },
    );
    const report = await (await engine.feature(tiny, { id: 'crashes' })).report();
    expect(report).toMatchObject({
      outcome: 'landed',
      figures: { humanInterventions: 0 },
      handedOver: [{ packet: 'one', from: 'command', to: 'command' }],
    });
    expect(report.handedOver?.[0]?.why).toContain('exit code 3');
    expect(report.runs.filter(({ packet }) => packet === 'one').map(({ outcome }) => outcome)).toEqual([
      ...Array(4).fill('crashed'),
      'done',
    ]);
    expect(await tiny.read('found')).toBe('left\n');
    expect((await tiny.tasks('one'))[0]?.feedback[0]?.text).toContain('Another agent worked on this before');
  });

  it("is a person's from the start where the role is one, checked and merged like an agent's", async () => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one')])] },
      { ...unattended, crew: { ...crew, implement: { runner: 'person' } } },
    );
    const feature = await engine.feature(tiny, { id: 'person' });
    const { prompt, id } = await feature.item('by-hand-one');
    const worktree = /Its worktree is (\S+) /.exec(prompt)?.[1] as string;
    await feature.decide(id, 'hand-back');
    // Not yet what was asked for: it comes back with what is missing.
    const again = await until('it is asked again', async () =>
      (await feature.status()).attention.find((item) => item.kind === 'by-hand' && item.id !== id),
    );
    expect(again.prompt).toContain('one is there');
    await writeFile(path.join(worktree, 'src/one.txt'), 'one\n');
    await writeFile(path.join(worktree, 'tests/one-is-there.sh'), 'grep -q one src/one.txt\n');
    await feature.decide(again.id, 'hand-back');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      packets: [{ id: 'one', status: 'merged', runs: 0, byHand: 'tester', tests: { passing: 2 } }],
    });
    expect(await tiny.tasks('one')).toEqual([]);
  });
});

describe.concurrent('a budget', { timeout: 240_000 }, () => {
  it('of the feature is counted by the prices of tokens, and nothing starts beyond it', async () => {
    const tiny = await tinyRepository(
      {
        design: [[used(1_000_000), ...tinyDesign([])]],
        one: [plainWork('one', used(2_000_000))],
        two: [plainWork('two', used(2_000_000))],
      },
      {
        ...unattended,
        concurrency: 1,
        crew: {
          ...crew,
          design: { ...crew.design, model: 'priced' },
          implement: { ...crew.implement, model: 'priced' },
        },
        prices: { priced: { input: 2, output: 8, cachedInput: 0 } },
        budget: { usd: 3 },
      },
    );
    const packets = ['one', 'two'].map((id) => tinyPacket(id));
    const feature = await engine.feature(tiny, { id: 'priced', packets });
    expect((await feature.item('budget')).prompt).toContain('spent: $3.00 of $3.00');
    expect(await tiny.tasks('two')).toEqual([]);
    await feature.decide('budget', 'go-on');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      figures: { costUsd: { known: 5, unknownRuns: 0 } },
      roles: [
        { role: 'backend-architect', runs: 1, costUsd: { known: 1 } },
        { role: 'tdd-typescript', runs: 2, costUsd: { known: 4 } },
      ],
      packets: [{ spent: { costUsd: { known: 2 } } }, { spent: { costUsd: { known: 2 } } }],
    });
    expect(report.runs[1]).toMatchObject({ costFrom: 'prices', cachedInputTokens: 1_000_000 });
  });

  it('of a run ends it, and a person lets it go on in its session with as much again', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('one')])],
        one: [
          [{ usage: { costUsd: 1.5 } }, { silent: true }],
          [{ usage: { costUsd: 2 } }, ...plainWork('one')],
        ],
      },
      { ...unattended, crew: { ...crew, implement: { ...crew.implement, budget: { usd: 1 } } } },
    );
    const feature = await engine.feature(tiny, { id: 'over' });
    expect((await feature.item('budget-one')).options).toEqual(['go-on', 'take-over', 'drop', 'stop']);
    await feature.decide('budget-one', 'go-on');
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    expect(report.runs.filter(({ packet }) => packet === 'one')).toMatchObject([
      { outcome: 'over-budget', costUsd: 1.5, costFrom: 'runner' },
      { outcome: 'done', costUsd: 0.5, resumed: true },
    ]);
  });
});
