import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConfigDraft } from '../../src/domain/config.ts';
import { type Engine, type Feature, until } from '../support/engine.ts';
import {
  done,
  plainWork,
  type Script,
  type Step,
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

/** Writes down which tree is checked, and holds there in Baton's own tree where that is wanted. */
const LOOK = `echo "$BATON_FEATURE $BATON_PACKET $(git rev-parse 'HEAD^{tree}')" >> {dir}/checked
at={dir}/$BATON_FEATURE-$BATON_PACKET
[ -e $at.wanted ] || exit 0
touch $at.reached
while [ ! -e $at.release ]; do sleep 0.1; done
`;

interface Landing extends TinyRepository {
  /** The origin, with `main` in it. */
  readonly bare: string;
  inBare(...args: string[]): Promise<string>;
  /** Somebody else pushes these files to the base. */
  move(files: Readonly<Record<string, string>>): Promise<void>;
  /** Waits until something of shell holds at `{dir}/<name>`. */
  reachedFile(name: string): Promise<void>;
  /** The trees that were checked for a feature's landing, in order. */
  checked(feature: string): Promise<string[]>;
}

const landing = async (script: Script, config: Partial<ConfigDraft> = {}): Promise<Landing> => {
  const tiny = await tinyRepository(
    { design: [tinyDesign([])], ...script },
    {
      ...unattended,
      land: 'merge',
      checks: { ...tinyConfig.checks, look: 'sh look.sh' },
      ...config,
    },
    { 'look.sh': LOOK },
  );
  const bare = path.join(tiny.dir, 'bare.git');
  await tiny.git('clone', '-q', '--bare', '.', bare);
  const inBare = (...args: string[]) => tiny.git('--git-dir', bare, ...args);
  const move = async (files: Readonly<Record<string, string>>) => {
    await tiny.git('fetch', '-q', bare, 'main');
    await tiny.git('reset', '-q', '--hard', 'FETCH_HEAD');
    await tiny.commit(files);
    await tiny.git('push', '-q', bare, 'main');
  };
  const checked = async (feature: string) =>
    ((await tiny.read('checked')) ?? '')
      .split('\n')
      .filter((line) => line.startsWith(`${feature} integration `))
      .map((line) => line.split(' ')[2] as string);
  const reachedFile = async (name: string) => {
    await until(
      `something at ${name}`,
      async () => (await tiny.read(`${name}.reached`)) !== undefined || undefined,
    );
  };
  return { ...tiny, bare, inBare, move, reachedFile, checked };
};

const start = (tiny: Landing, id: string, packet: string, more = {}) =>
  engine.feature({ ...tiny, repo: tiny.bare }, { id, packets: [tinyPacket(packet, more)] });
const landingNow = (feature: Feature) =>
  until('it is landing', async () => (await feature.status()).activity === 'landing' || undefined);

/** A hook of the origin that holds the first push to its base. */
const holdingHook = (dir: string) => `#!/bin/sh
while read old new ref; do
  if [ "$ref" = refs/heads/main ] && [ ! -e ${dir}/push.reached ]; then
    touch ${dir}/push.reached
    while [ ! -e ${dir}/push.release ]; do sleep 0.1; done
  fi
done
`;
const hold = '{dir}/agent';
const held = (id: string): Script => ({ [id]: [plainWork(id, { hold })] });

describe.concurrent('landing in the base', { timeout: 240_000 }, () => {
  it('lets two features that race land one after the other, the second checked on exactly what lands', async () => {
    const tiny = await landing({ one: [plainWork('one')], two: [plainWork('two')] });
    await writeFile(path.join(tiny.bare, 'hooks', 'pre-receive'), holdingHook(tiny.dir), { mode: 0o755 });
    const features = await Promise.all([start(tiny, 'race-one', 'one'), start(tiny, 'race-two', 'two')]);
    await tiny.reachedFile('push');
    await Promise.all(features.map(landingNow));
    await tiny.release('push');
    const reports = await Promise.all(features.map((feature) => feature.report()));
    expect(reports).toMatchObject([
      { outcome: 'landed', branch: 'main', figures: { humanInterventions: 0 } },
      { outcome: 'landed', branch: 'main', figures: { humanInterventions: 0 } },
    ]);
    const second = await tiny.inBare('rev-parse', 'main');
    const last = reports.find(({ commit }) => commit === second);
    const first = reports.find(({ commit }) => commit !== second);
    expect(await tiny.inBare('rev-parse', 'main^{tree}')).toBe(last?.tree);
    // One merge of both, and every commit that the reports name is in it.
    expect(await tiny.inBare('rev-list', '--merges', 'main')).toBe(second);
    const landed = (await tiny.inBare('rev-list', 'main')).split('\n');
    const packets = reports.flatMap((report) => report.packets.map(({ merge }) => merge?.new));
    expect(landed).toEqual(expect.arrayContaining([first?.commit, ...packets]));
    expect(await tiny.inBare('ls-tree', '-r', '--name-only', 'main', 'src/')).toBe(
      'src/base.txt\nsrc/one.txt\nsrc/two.txt',
    );
    expect((await tiny.checked(last?.feature as string)).at(-1)).toBe(last?.tree);
    expect(await tiny.checked(first?.feature as string)).not.toContain(last?.tree);
  });

  it('starts over where somebody else pushes between check and push', async () => {
    const tiny = await landing(held('one'));
    const feature = await start(tiny, 'overtaken', 'one');
    await tiny.reached('agent');
    await tiny.move({ 'src/first.txt': 'first\n' });
    await tiny.put('overtaken-integration.wanted', '');
    await tiny.release('agent');
    await tiny.reachedFile('overtaken-integration');
    await tiny.move({ 'src/second.txt': 'second\n' });
    await tiny.release('overtaken-integration');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', branch: 'main' });
    expect(await tiny.inBare('rev-parse', 'main', 'main^{tree}')).toBe(`${report.commit}\n${report.tree}`);
    expect(await tiny.inBare('ls-tree', '-r', '--name-only', 'main', 'src/')).toBe(
      'src/base.txt\nsrc/first.txt\nsrc/one.txt\nsrc/second.txt',
    );
    const [, between, last] = await tiny.checked('overtaken');
    expect(between).not.toBe(report.tree);
    expect(last).toBe(report.tree);
  });

  it('leaves a checked-out base alone: the commit is on feature/<id>, with a note', async () => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one')])], one: [plainWork('one')] },
      { ...unattended, land: 'merge' },
      { 'untracked.txt': 'x\n' },
    );
    const before = await tiny.git('rev-parse', 'HEAD');
    const report = await (await engine.feature(tiny, { id: 'checked-out' })).report();
    expect(report).toMatchObject({
      outcome: 'landed',
      branch: 'feature/checked-out',
      landing: expect.stringContaining('main is checked out'),
    });
    expect(await tiny.git('rev-parse', 'HEAD', 'feature/checked-out')).toBe(`${before}\n${report.commit}`);
    expect(await tiny.git('status', '--porcelain')).toBe('');
  });
});

describe.concurrent('a base that the feature does not fit on', { timeout: 240_000 }, () => {
  const shared: Step[] = [
    { hold },
    { write: { 'src/shared.txt': 'one\n', 'tests/one-is-there.sh': 'grep -q one src/shared.txt\n' } },
    done('one added'),
  ];
  const anywhere = { boundaries: { inScope: [] } };

  it('is settled by an agent: both are kept, in one merge without markers', async () => {
    const tiny = await landing({
      one: [shared],
      'landing-1': [[{ write: { 'src/shared.txt': 'base\none\n' } }, done('both kept')]],
    });
    const feature = await start(tiny, 'settled', 'one', anywhere);
    await tiny.reached('agent');
    await tiny.move({ 'src/shared.txt': 'base\n' });
    const moved = await tiny.inBare('rev-parse', 'main');
    await tiny.release('agent');
    const report = await feature.report();
    expect(report).toMatchObject({
      outcome: 'landed',
      branch: 'main',
      packets: [
        { id: 'one', status: 'merged' },
        { id: 'landing-1', status: 'merged', files: ['src/shared.txt'] },
      ],
      figures: { humanInterventions: 0 },
    });
    expect(await tiny.inBare('rev-parse', 'main', 'main^{tree}')).toBe(`${report.commit}\n${report.tree}`);
    expect(await tiny.inBare('show', 'main:src/shared.txt')).toBe('base\none');
    expect(await tiny.inBare('rev-parse', 'main^1')).toBe(moved);
    expect(await tiny.inBare('log', '-p', '-m', '--format=', 'main')).not.toContain('<<<<<<<');
    const [task] = await tiny.tasks('landing-1');
    expect(task?.feedback).toMatchObject([
      { text: expect.stringMatching(/main moved.*conflicts in src\/shared.txt/s), files: ['src/shared.txt'] },
    ]);
  });

  it('is not merged with conflict markers left: its agent is told', async () => {
    const tiny = await landing({
      one: [shared],
      'landing-1': [
        [{ write: { 'src/other.txt': 'x\n' } }, done('something else')],
        [{ write: { 'src/shared.txt': 'base\none\n' } }, done('both kept')],
      ],
    });
    const feature = await start(tiny, 'markers', 'one', anywhere);
    await tiny.reached('agent');
    await tiny.move({ 'src/shared.txt': 'base\n' });
    await tiny.release('agent');
    expect(await feature.report()).toMatchObject({ outcome: 'landed', branch: 'main' });
    const [, told] = await tiny.tasks('landing-1');
    expect(told?.feedback).toMatchObject([{ kind: 'conflict', files: ['src/shared.txt'] }]);
    expect(await tiny.inBare('show', 'main:src/shared.txt')).toBe('base\none');
    expect(await tiny.inBare('log', '-p', '-m', '--format=', 'main')).not.toContain('<<<<<<<');
  });

  it('is mended by an agent where the checks are red on it, and others land meanwhile', async () => {
    const tiny = await landing({
      ...held('one'),
      two: [plainWork('two')],
      'landing-1': [
        [
          { hold: '{dir}/mending' },
          { write: { 'src/also.txt': 'also\n' } },
          done('what was missing is there'),
        ],
      ],
    });
    const feature = await start(tiny, 'mended', 'one');
    await tiny.reached('agent');
    await tiny.move({ 'tests/also.sh': 'test ! -e src/one.txt || grep -q also src/also.txt\n' });
    await tiny.release('agent');
    await tiny.reached('mending');
    expect(await (await start(tiny, 'meanwhile', 'two')).report()).toMatchObject({ branch: 'main' });
    await tiny.release('mending');
    const report = await feature.report();
    expect(report).toMatchObject({ outcome: 'landed', branch: 'main', figures: { humanInterventions: 0 } });
    expect(await tiny.inBare('rev-parse', 'main', 'main^{tree}')).toBe(`${report.commit}\n${report.tree}`);
    expect(await tiny.inBare('ls-tree', '-r', '--name-only', 'main', 'src/')).toBe(
      'src/also.txt\nsrc/base.txt\nsrc/one.txt\nsrc/two.txt',
    );
    expect((await tiny.checked('mended')).at(-1)).toBe(report.tree);
  });

  it('goes to people where the agent can not mend it: retry once somebody has, or leave it as a branch', async () => {
    const failing: Script = { 'landing-1': [[{ result: { status: 'failed', reason: 'no idea' } }]] };
    const [again, branch] = await Promise.all([
      landing({ ...held('one'), ...failing }),
      landing({ ...held('one'), ...failing }),
    ]);
    const features = await Promise.all([start(again, 'again', 'one'), start(branch, 'as-branch', 'one')]);
    for (const tiny of [again, branch]) {
      await tiny.reached('agent');
      await tiny.move({ 'tests/none-of-it.sh': '! test -e src/one.txt\n' });
      await tiny.release('agent');
    }
    for (const feature of features) await feature.decide('failing-packet-landing-1', 'drop');
    const item = await features[0].item('conflict');
    expect(item).toMatchObject({
      prompt: expect.stringMatching(/main moved.*red in what would land.*test/s),
      options: ['retry', 'mend', 'branch', 'stop'],
    });
    await again.git('rm', '-q', 'tests/none-of-it.sh');
    await again.move({ 'tests/none-of-it.sh': 'true\n' });
    await features[0].decide('conflict', 'retry');
    expect(await features[0].report()).toMatchObject({ outcome: 'landed', branch: 'main' });
    const main = await branch.inBare('rev-parse', 'main');
    await features[1].decide('conflict', 'branch');
    expect(await features[1].report()).toMatchObject({
      outcome: 'landed',
      branch: 'feature/as-branch',
      landing: expect.stringContaining('not merged into main'),
    });
    expect(await branch.inBare('rev-parse', 'main')).toBe(main);
  });
});

describe.concurrent('a feature that ends in its turn', { timeout: 240_000 }, () => {
  it.each([
    ['cancelled', (feature: Feature) => feature.handle.cancel()],
    // Found by looking, seconds after the next has begun to wait.
    ['terminated', (feature: Feature) => feature.handle.terminate()],
  ] as const)('because it is %s blocks nobody', async (how, end) => {
    const tiny = await landing({ ...held('one'), two: [plainWork('two')] });
    const first = await start(tiny, how, 'one');
    await tiny.reached('agent');
    await tiny.move({ 'src/moved.txt': 'moved\n' });
    await tiny.put(`${how}-integration.wanted`, '');
    await tiny.release('agent');
    await tiny.reachedFile(`${how}-integration`);
    const second = await start(tiny, `after-${how}`, 'two');
    await landingNow(second);
    await end(first);
    expect(await second.report()).toMatchObject({ outcome: 'landed', branch: 'main' });
    await tiny.release(`${how}-integration`);
    await first.report().catch(() => undefined);
    expect(await tiny.inBare('ls-tree', '-r', '--name-only', 'main', 'src/')).toBe(
      'src/base.txt\nsrc/moved.txt\nsrc/two.txt',
    );
  });
});
