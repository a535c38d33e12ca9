import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { type Engine, until } from '../support/engine.ts';
import {
  done,
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

const clueless: Step[] = [{ result: { status: 'failed', reason: 'no idea' } }];
const pathIn = (prompt: string) => /Its worktree is (\S+) /.exec(prompt)?.[1] as string;

describe.concurrent('where an agent gets nowhere, a person', { timeout: 240_000 }, () => {
  it('may give the packet to the other agent of its role, which starts a conversation of its own', async () => {
    const { implement } = tinyConfig.crew;
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one')])], one: [clueless, plainWork('one')] },
      {
        ...unattended,
        crew: { ...tinyConfig.crew, implement: { ...implement, fallback: { ...implement, model: 'other' } } },
      },
    );
    const feature = await engine.feature(tiny, { id: 'other-agent' });
    expect(await feature.item('failing-packet-one')).toMatchObject({
      options: ['retry', 'other-agent', 'take-over', 'drop', 'stop'],
    });
    await feature.decide('failing-packet-one', 'other-agent', 'It is a text file');
    expect((await feature.report()).outcome).toBe('landed');
    const tasks = await tiny.tasks('one');
    expect(tasks.map(({ resume }) => resume)).toEqual([null, null]);
    expect(tasks[1]?.feedback.map(({ text }) => text)).toEqual([
      'The agent before could not go on: no idea',
      'It is a text file',
    ]);
  });

  it('may take its worktree over in a conflict, and hand back what is then checked and merged', async () => {
    const line = (id: string): Step[] => [
      {
        write: { 'src/shared.txt': `${id}\n`, [`tests/${id}-is-there.sh`]: `grep -q ${id} src/shared.txt\n` },
      },
      done(id),
    ];
    const shared = { boundaries: { inScope: ['src/shared.txt', 'tests/'] } };
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([tinyPacket('first', shared), tinyPacket('second', shared)])],
        first: [line('first')],
        // Never resolves the conflict that the other's line makes.
        second: [[{ hold: '{dir}/second' }, ...line('second')], [done('looks fine')]],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'take-over' });
    await until('first is merged', async () =>
      (await feature.status()).packets.some(({ id, status }) => id === 'first' && status === 'merged'),
    );
    await tiny.release('second');
    const asked = await feature.item('conflict-second-1');
    expect(asked.prompt).toContain('src/shared.txt');
    await feature.decide(asked.id, 'take-over');
    const item = await feature.item('by-hand-second');
    expect(item.options).toEqual(['hand-back', 'agent', 'drop', 'stop']);
    // Handed back unresolved, it comes again with what is wrong.
    await feature.decide(item.id, 'hand-back');
    const again = await until('it is asked again', async () =>
      (await feature.status()).attention.find(({ id, kind }) => kind === 'by-hand' && id !== item.id),
    );
    expect(again.prompt).toContain('onflict markers');
    const worktree = pathIn(again.prompt);
    await writeFile(path.join(worktree, 'src/shared.txt'), 'first\nsecond\n');
    // A person may commit, or leave it to Baton.
    await execa('git', ['-C', worktree, 'add', '-A']);
    await execa('git', [
      '-C',
      worktree,
      '-c',
      'user.name=P',
      '-c',
      'user.email=p@localhost',
      'commit',
      '-qm',
      'Both',
    ]);
    await feature.decide(again.id, 'hand-back', 'kept both lines');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed' });
    expect(report.packets.map(({ status }) => status)).toEqual(['merged', 'merged']);
    expect(await tiny.git('show', `${report.branch}:src/shared.txt`)).toBe('first\nsecond');
    expect(report.figures.humanInterventions).toBe(3);
  });

  it('may tick by hand what only an agent could have named evidence for, or give it back to the agent', async () => {
    const packet = tinyPacket('one', { criteria: [{ text: 'It reads well' }] });
    const tiny = await tinyRepository(
      {
        design: [tinyDesign([packet, tinyPacket('two')])],
        one: [clueless],
        two: [clueless, plainWork('two')],
      },
      unattended,
    );
    const feature = await engine.feature(tiny, { id: 'ticked' });
    await feature.decide('failing-packet-two', 'take-over');
    await feature.decide('by-hand-two', 'agent', 'Try once more');
    await feature.decide('failing-packet-one', 'take-over');
    const { prompt } = await feature.item('by-hand-one');
    await writeFile(path.join(pathIn(prompt), 'src/one.txt'), 'one\n');
    await feature.decide('by-hand-one', 'hand-back');
    expect((await feature.item('acceptance-one')).prompt).toContain('It reads well');
    await feature.decide('acceptance-one', 'met');
    const report = await feature.report();
    expect(report.packets.map(({ id, status }) => `${id} ${status}`)).toEqual(['one merged', 'two merged']);
    expect((await tiny.tasks('two'))[1]?.feedback.map(({ text }) => text)).toContain('Try once more');
  });
});
