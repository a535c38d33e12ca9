import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { QUERIES, UPDATES } from '../../src/domain/messages.ts';
import { homePaths } from '../../src/homes/paths.ts';
import { type Engine, type Feature, until } from '../support/engine.ts';
import { waitUntilGone } from '../support/processes.ts';
import {
  plainWork,
  type Step,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  unattended,
} from '../support/tiny-repository.ts';
import { useEngine } from '../support/use-engine.ts';

const packetOf = async (feature: Feature, id: string) =>
  (await feature.status()).packets.find((packet) => packet.id === id);
const ask = (text: string, more: object = {}): Step => ({
  result: { status: 'blocked', question: { text, ...more } },
});

describe.concurrent('people', { timeout: 240_000 }, () => {
  let engine: Engine;
  useEngine((started) => {
    engine = started;
  });

  it('send a design back with a note, get a second item, and may reject that', async () => {
    const tiny = await tinyRepository({ design: [tinyDesign([tinyPacket('one')])] });
    const feature = await engine.feature(tiny, { id: 'revised' });
    await feature.decide('design-approval-1', 'revise', 'make it smaller');
    await feature.item('design-approval-2');
    const [, second] = await tiny.tasks('design');
    expect(second?.feedback).toEqual([{ kind: 'revise', text: 'make it smaller', files: [] }]);
    expect(second?.resume).toMatchObject({ sessionId: expect.stringMatching(/^design-/) });
    await feature.decide('design-approval-2', 'reject', 'not worth it');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'rejected', reason: 'not worth it', packets: [] });
    expect(report.branch).toBeUndefined();
    expect(await tiny.git('branch', '--list', 'feature/*', 'baton/*')).toBe('');
  });

  it('answer a question in its session, while another packet got the slot and was merged', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('asks', { size: 60 }), tinyPacket('other')])],
        asks: [
          [ask('Which colour?', { options: ['red', 'blue'], recommended: 'red' })],
          [{ write: { 'src/asks.txt': '{answer}\n' } }, { hold: '{dir}/answered' }, ...plainWork('asks')],
        ],
        other: [plainWork('other')],
      },
      { ...unattended, concurrency: 1 },
    );
    const feature = await engine.feature(tiny, { id: 'asked' });
    const item = await feature.item('question-asks');
    expect(item).toMatchObject({ prompt: 'Which colour?', options: ['red', 'blue'], recommended: 'red' });
    await until('other merged', async () => (await packetOf(feature, 'other'))?.status === 'merged');
    expect(await packetOf(feature, 'asks')).toMatchObject({ status: 'blocked' });

    const decide = (decision: object) =>
      feature.handle.executeUpdate(UPDATES.decide, { args: [decision] }).then(
        () => 'taken',
        (error: Error) => (error.cause as Error).message,
      );
    const { id } = item;
    expect(await decide({ item: id, choice: 'green', by: 'ann' })).toBe(
      `"green" is not offered by "${id}": choose one of "red", "blue"`,
    );
    expect(await decide({ item: 'question-9', choice: 'red', by: 'ann' })).toBe(
      `there is no open item "question-9"; open: ${id}`,
    );
    await feature.signal('decide', { item: id, choice: 'green', by: 'bob' });
    await feature.signal('decide', 'nonsense');
    await feature.signal('decide');
    await feature.signal('unblock', { packet: 'nobody', message: 'hello', by: 'bob' });
    await feature.signal('unblock');
    const dropped = await until('five dropped signals', async () => {
      const status = await feature.status();
      return status.dropped.length === 5 && status.dropped;
    });
    // A handler that awaits something is overtaken by one that doesn't.
    expect(dropped.map(({ signal, reason }) => `${signal}: ${reason}`).sort()).toEqual([
      `decide: "green" is not offered by "${id}": choose one of "red", "blue"`,
      expect.stringContaining('decide: a decision is {"item"'),
      expect.stringContaining('decide: a decision is {"item"'),
      'unblock: there is no packet "nobody"; there are: asks, other',
      expect.stringContaining('unblock: unblock takes {"packet"'),
    ]);

    await feature.signal('decide', { item: id, choice: 'blue', by: 'ann' });
    await tiny.reached('answered');
    expect(await decide({ item: id, choice: 'blue', by: 'bob' })).toBe('taken');
    expect(await decide({ item: id, choice: 'red', by: 'bob' })).toMatch(
      new RegExp(`^"${id}" was decided already: "blue" by ann at 20`),
    );
    const [first, second] = await tiny.tasks('asks');
    expect(first?.resume).toBeNull();
    expect(second?.resume).toEqual({ sessionId: expect.stringMatching(/^asks-/), answer: 'blue' });
    await tiny.release('answered');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 1 } });
    expect(report.decisions.filter(({ automatic }) => !automatic)).toMatchObject([
      { item: id, choice: 'blue', by: 'ann' },
    ]);
  });

  it('send junk to every signal of a feature, and it goes on', async () => {
    const tiny = await tinyRepository({
      design: [tinyDesign([tinyPacket('one')])],
      one: [plainWork('one')],
    });
    const feature = await engine.feature(tiny, { id: 'junk' });
    await feature.item('design-approval');
    for (const name of ['decide', 'unblock', 'report', 'progress', 'turn'] as const)
      for (const junk of [undefined, null, 7, 'text', [], {}, { child: 'one', packet: 4 }])
        await feature.signal(name, junk);
    await feature.signal('report', { child: 'release', type: 'asks' });
    await feature.signal('report', { child: 'release', type: 'step' });
    await feature.decide('design-approval', 'approve');
    for (const junk of [
      null,
      { child: 'one' },
      { child: 'one', type: 'asks' },
      { child: 'nobody', type: 'step' },
    ])
      await feature.signal('report', junk);
    await feature.signal('progress', { packet: 'one', percent: 'much' });
    const report = await feature.report();
    expect(report.outcome).toBe('landed');
    const { dropped, releaseSteps, attention } = await feature.status();
    expect(dropped.length).toBeGreaterThan(20);
    expect(releaseSteps).toEqual([]);
    expect(attention).toEqual([]);
  });

  it('give advice to an agent that runs or waits; it goes on in its session, and its cost counts once', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('runs'), tinyPacket('waits')])],
        runs: [
          [{ usage: { inputTokens: 100, costUsd: 2 } }, { hold: '{dir}/advised' }],
          [{ usage: { inputTokens: 150, costUsd: 3 } }, ...plainWork('runs')],
        ],
        waits: [[ask('What now?')], plainWork('waits')],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'advised' });
    const pid = await tiny.reached('advised');
    await feature.item('question-waits');
    await feature.signal('unblock', { packet: 'runs', message: 'use a file', by: 'ann' });
    await feature.signal('unblock', { packet: 'waits', message: 'mind the gap', by: 'ann' });
    await waitUntilGone(pid);
    await feature.decide('question-waits', 'go on');
    const report = await feature.report();
    const runs = await tiny.tasks('runs');
    expect(runs[1]).toMatchObject({
      resume: { sessionId: `runs-${pid}`, answer: null },
      feedback: [{ kind: 'advice', text: 'use a file\n(from ann)' }],
    });
    const waits = await tiny.tasks('waits');
    expect(waits[1]).toMatchObject({
      resume: { answer: 'go on' },
      feedback: [{ kind: 'advice', text: 'mind the gap\n(from ann)' }],
    });
    expect(report.figures.inputTokens).toEqual({ known: 150, unknownRuns: 3 });
    expect(report.figures.costUsd).toEqual({ known: 3, unknownRuns: 3 });
  });

  it('pause: what runs ends, nothing new starts until resume', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('one', { size: 60 }), tinyPacket('two')])],
        one: [plainWork('one', { hold: '{dir}/paused' })],
        two: [plainWork('two')],
      },
      { ...unattended, concurrency: 1 },
    );
    const feature = await engine.feature(tiny, { id: 'paused' });
    await tiny.reached('paused');
    await feature.signal('pause');
    await tiny.release('paused');
    await until('one submitted', async () => (await packetOf(feature, 'one'))?.status === 'submitted');
    expect(await feature.status()).toMatchObject({ paused: true, slots: { used: 0 } });
    expect(await tiny.tasks('two')).toEqual([]);
    await feature.signal('resume');
    expect((await feature.report()).outcome).toBe('landed');
  });

  it('cancel: process trees end, worktrees go, work stays on its refs, and there is a report', async () => {
    const tiny = await tinyRepository(
      {
        design: [tinyDesign(['held', 'asking', 'merged'].map((id) => tinyPacket(id)))],
        held: [
          [
            { write: { 'src/held.txt': 'half done\n' } },
            { exec: 'setsid sleep 600 >/dev/null 2>&1 & echo $! > {dir}/daemon' },
            { hold: '{dir}/cancelled' },
          ],
        ],
        asking: [[ask('Shall I?')]],
        merged: [plainWork('merged')],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'cancelled' });
    const pid = await tiny.reached('cancelled');
    const daemon = Number(await tiny.read('daemon'));
    await feature.item('question-asking');
    await until('one merged', async () => (await packetOf(feature, 'merged'))?.status === 'merged');
    await feature.handle.cancel();
    await expect(feature.report()).rejects.toThrow(/cancelled/i);
    expect((await feature.handle.describe()).status.name).toBe('CANCELLED');
    await waitUntilGone(pid);
    await waitUntilGone(daemon);
    const { report } = await feature.status();
    expect(report).toMatchObject({
      outcome: 'cancelled',
      packets: [
        { id: 'held', status: 'unfinished' },
        { id: 'asking', status: 'unfinished' },
        { id: 'merged', status: 'merged' },
      ],
    });
    expect(await readdir(homePaths(engine.home).treesOf('cancelled')).catch(() => [])).toEqual([]);
    const [hub] = (await engine.hubs()).filter(({ refs }) => refs.includes('/cancelled/'));
    expect(hub?.refs).toContain('refs/heads/baton/cancelled/integration');
    expect(await hub?.git('grep', '-l', 'half done', ...(hub?.commits ?? []))).toContain('src/held.txt');
    expect(await feature.handle.query(QUERIES.attention)).toEqual([]);
  });
});

describe.concurrent('a designer', { timeout: 240_000 }, () => {
  let engine: Engine;
  useEngine((started) => {
    engine = started;
  });
  const on = (id: string, dependency: string) => tinyPacket(id, { dependencies: [{ packet: dependency }] });

  it('gets impossible packets back with the complaint, and its next plan is taken without asking', async () => {
    const tiny = await tinyRepository(
      {
        design: [
          tinyDesign([on('one', 'two'), on('two', 'one')]),
          tinyDesign([on('one', 'three')]),
          tinyDesign([tinyPacket('one', { branch: 'same' }), tinyPacket('two', { branch: 'same' })]),
          tinyDesign([tinyPacket('one')]),
        ],
        one: [plainWork('one')],
      },
      unattended,
    );
    const report = await (await engine.feature(tiny, { id: 'impossible' })).report();
    expect(report).toMatchObject({
      outcome: 'landed',
      figures: { humanInterventions: 0, automaticDecisions: 1 },
    });
    const said = (await tiny.tasks('design')).map(({ feedback }) => feedback.map(({ text }) => text).join());
    expect(said).toEqual([
      '',
      expect.stringContaining('the dependencies form a cycle: one -> two -> one'),
      expect.stringContaining('packet "one" depends on "three", which is no packet'),
      expect.stringContaining('packets "one" and "two" share the branch "same"'),
    ]);
  });

  it('is sent back when it touches code, a bounded number of times; then a person is asked', async () => {
    const tiny = await tinyRepository(
      {
        design: [
          [{ write: { 'src/code.txt': 'x\n' } }, ...tinyDesign([tinyPacket('one')])],
          tinyDesign([tinyPacket('one')]),
          tinyDesign([tinyPacket('one')]),
          tinyDesign([tinyPacket('one')]),
          [{ remove: ['src/code.txt'] }, ...tinyDesign([tinyPacket('one')])],
        ],
        one: [plainWork('one')],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'coding' });
    const item = await feature.item('failing-packet');
    expect(item).toMatchObject({
      options: ['retry', 'stop'],
      prompt: expect.stringContaining('after 3 rounds'),
    });
    await feature.decide('failing-packet', 'retry', 'documents only');
    expect((await feature.report()).outcome).toBe('landed');
    const tasks = await tiny.tasks('design');
    expect(tasks).toHaveLength(5);
    expect(tasks[1]?.feedback).toMatchObject([{ kind: 'boundary', files: ['src/code.txt'] }]);
    expect(tasks[4]?.feedback).toMatchObject([
      { kind: 'boundary' },
      { kind: 'advice', text: 'documents only' },
    ]);
  });
});
