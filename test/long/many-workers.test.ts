import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { FeatureReport } from '../../src/domain/report.ts';
import { startTimeOf } from '../../src/processes/process-table.ts';
import { type Feature, until } from '../support/engine.ts';
import {
  type Step,
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
} from '../support/tiny-repository.ts';
import { bareHub, emptied, type Homed, reachedOf, Site, trace, traces } from '../support/two-workers.ts';

const SPREAD = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'];
const PAIR = ['one', 'two'];

/** Red, then something that is not committed, then held until the test lets it go on; green, and done. */
const work = (id: string): Step[] => [
  trace('{dir}', 'begins'),
  { write: { [`tests/${id}-is-there.sh`]: `grep -q ${id} src/${id}.txt\n` } },
  { checkpoint: { message: 'RED: the file is missing', run: ['test'] } },
  { write: { [`src/${id}.txt`]: 'half\n' }, hold: `{dir}/{feature}-${id}` },
  { write: { [`src/${id}.txt`]: `${id}\n` } },
  { checkpoint: { message: 'GREEN: the file is there', run: ['test'] } },
  trace('{dir}', 'ends'),
  { result: { status: 'done', summary: `${id} added` } },
];

/** A feature whose second packet's worker was lost, or whose first one's. */
interface Loss {
  readonly site: Site;
  readonly feature: Feature;
  readonly id: string;
  /** The worker that was lost, with the packet and the process of the agent it had; and the other. */
  readonly lost: Homed;
  readonly other: Homed;
  readonly packet: string;
  readonly agent: number;
  readonly undisturbed: string;
}

describe('several workers with homes of their own', () => {
  let tiny: TinyRepository;
  let hub: string;
  const sites: Site[] = [];
  const git = async (...args: string[]) => (await execa('git', args, { cwd: hub })).stdout;
  const start = (site: Site, id: string, packets: readonly string[]) =>
    site.engine.feature(tiny, { id, yes: true, packets: packets.map((packet) => tinyPacket(packet)) });
  const release = async (id: string, packets: readonly string[]) => {
    for (const packet of packets) await tiny.release(`${id}-${packet}`);
  };
  const open = async () => {
    const site = await Site.open(inject('temporalAddress'), hub);
    sites.push(site);
    return site;
  };
  const commits = (id: string) => tiny.git('log', '--format=%s', `main..feature/${id}`);
  const homeOf = async (id: string, packet: string) =>
    (await traces(tiny, id)).findLast((each) => each.packet === packet)?.home;

  /** One worker with one slot begins alone and has the feature; the other comes for the packet that waits. */
  const lose = async (id: string, which: 'first' | 'second'): Promise<Loss> => {
    const site = await open();
    const first = await site.worker(1);
    const feature = await start(site, id, PAIR);
    const names = PAIR.map((packet) => `${id}-${packet}`);
    await until('an agent works', async () => (await reachedOf(tiny, names)).length === 1);
    const second = await site.worker(1);
    await until('both agents work', async () => (await reachedOf(tiny, names)).length === 2);
    const [lost, other] = which === 'first' ? [first, second] : [second, first];
    const packet = (await homeOf(id, 'one')) === lost.home ? 'one' : 'two';
    const undisturbed = packet === 'one' ? 'two' : 'one';
    return {
      ...{ site, feature, id, lost, other, packet, undisturbed },
      agent: await tiny.reached(`${id}-${packet}`),
    };
  };
  /** Waits until the packet's agent works in the other home. */
  const replaced = ({ id, packet, agent }: Loss) =>
    until('another agent works', async () => (await tiny.reached(`${id}-${packet}`)) !== agent);

  let calm: FeatureReport;
  let spread: { site: Site; most: string[]; report: FeatureReport; homes: Homed[] };
  let killed: Loss & { report: FeatureReport };
  let stopped: Loss & { report: FeatureReport };

  const spreadOut = async () => {
    const site = await open();
    const homes = await Promise.all([site.worker(2), site.worker(2)]);
    const quiet = start(site, 'calm', PAIR);
    await release('calm', PAIR);
    calm = await (await quiet).report();
    const feature = await start(site, 'spread', SPREAD);
    const names = SPREAD.map((packet) => `spread-${packet}`);
    await until('four agents work', async () => (await reachedOf(tiny, names)).length === 4);
    const most = (await traces(tiny, 'spread')).map(({ home }) => home);
    await release('spread', SPREAD);
    spread = { site, most, homes, report: await feature.report() };
  };
  const killOne = async () => {
    const loss = await lose('killed', 'first');
    loss.lost.process.kill('SIGKILL');
    await loss.lost.process.ended;
    await release(loss.id, [loss.undisturbed]);
    await replaced(loss);
    await release(loss.id, [loss.packet]);
    killed = { ...loss, report: await loss.feature.report() };
  };
  const stopOne = async () => {
    const loss = await lose('stopped', 'second');
    loss.lost.process.kill('SIGSTOP');
    await release(loss.id, [loss.undisturbed]);
    await replaced(loss);
    loss.lost.process.kill('SIGCONT');
    // The agent holds in both homes: only Baton can end the one that was given up.
    await until('the stale agent is ended', async () => (await startTimeOf(loss.agent)) === undefined);
    await release(loss.id, [loss.packet]);
    stopped = { ...loss, report: await loss.feature.report() };
  };

  beforeAll(async () => {
    hub = await bareHub();
    const all = [...SPREAD, ...PAIR];
    tiny = await tinyRepository(
      { design: [tinyDesign([])], ...Object.fromEntries(all.map((id) => [id, [work(id)]])) },
      { concurrency: 6, homes: { gone: '3s' } },
    );
    await Promise.all([spreadOut(), killOne(), stopOne()]);
  }, 240_000);

  afterAll(async () => {
    // Nothing holds for ever, even where the test has failed.
    for (const id of ['calm', 'spread', 'killed', 'stopped']) await release(id, [...SPREAD, ...PAIR]);
    for (const { engine } of sites) await engine.stop();
  });

  describe('that are all there', () => {
    it('share the packets by their free slots, and never run more agents than those', async () => {
      const [one, two] = spread.homes.map(({ home }) => home);
      expect(spread.most.toSorted()).toEqual([one, one, two, two].toSorted());
      const running = new Map<string, number>();
      for (const { what, home } of await traces(tiny, 'spread')) {
        running.set(home, (running.get(home) ?? 0) + (what === 'begins' ? 1 : -1));
        expect(running.get(home)).toBeLessThanOrEqual(2);
      }
      expect([...running.keys()].toSorted()).toEqual([one, two].toSorted());
    });

    it('land everything, each packet once, and keep nothing in either home', async () => {
      expect(spread.report).toMatchObject({ outcome: 'landed', figures: { humanInterventions: 0 } });
      expect(spread.report.packets.map(({ status }) => status)).toEqual(SPREAD.map(() => 'merged'));
      for (const packet of SPREAD) {
        const calls = await spread.site.calls(`feature:spread:packet:${packet}`);
        expect(calls.filter(({ name }) => name === 'moveBranch')).toHaveLength(1);
      }
      await Promise.all(spread.homes.map(emptied));
    });
  });

  const losses = [
    ['killed for good, the feature’s own', () => killed],
    ['stopped until it was replaced', () => stopped],
  ] as const;

  describe.each(losses)('of which one is %s', (_, get) => {
    it('go on in the other home at the last checkpoint, under epoch 2', async () => {
      const { site, id, packet, lost, other } = get();
      const begun = (await traces(tiny, id)).filter(
        (each) => each.packet === packet && each.what === 'begins',
      );
      expect(begun.map(({ home }) => home)).toEqual([lost.home, other.home]);
      const checkpoint = await git(
        'log',
        '--format=%H',
        '--grep=RED',
        '-1',
        `refs/baton/work/${id}/${packet}/1`,
      );
      expect(begun[1]?.commit).toBe(checkpoint);
      const calls = await site.calls(`feature:${id}:packet:${packet}`);
      const agents = calls.filter(({ name }) => name === 'implement').map(({ place }) => place);
      expect(agents[0]).toEqual({ home: lost.home, epoch: 1 });
      expect(agents.at(-1)).toEqual({ home: other.home, epoch: 2 });
    });

    it('land the tree of an undisturbed run, each packet once', async () => {
      const { site, id, report } = get();
      expect(report).toMatchObject({ outcome: 'landed', tree: calm.tree });
      expect(report.figures.humanInterventions).toBe(calm.figures.humanInterventions);
      expect((await commits(id)).split('\n').toSorted()).toEqual(
        (await commits('calm')).split('\n').toSorted(),
      );
      for (const packet of PAIR) {
        const calls = await site.calls(`feature:${id}:packet:${packet}`);
        expect(calls.filter(({ name }) => name === 'moveBranch')).toHaveLength(1);
      }
    });

    it('fail no workflow task', async () => {
      expect(await get().site.engine.failedWorkflowTasks()).toEqual([]);
    });
  });

  it('a stopped worker’s stale attempt reaches only the ref of its own epoch', async () => {
    const { id, packet } = stopped;
    const ref = `refs/baton/work/${id}/${packet}`;
    expect(await git('show', `${ref}/1:src/${packet}.txt`)).toBe('half');
    expect(await git('show', `${ref}/2:src/${packet}.txt`)).toBe(packet);
    const half = await git('rev-parse', `${ref}/1`);
    const landed = await git('rev-parse', `refs/heads/baton/${id}/integration`);
    await expect(git('merge-base', '--is-ancestor', half, landed)).rejects.toThrow();
    const result = (await traces(tiny, id)).filter((each) => each.packet === packet && each.what === 'ends');
    expect(result.map(({ home }) => home)).toEqual([stopped.other.home]);
  });

  it('a stopped worker clears its home of the feature when that has ended', async () => {
    await Promise.all([stopped.lost, stopped.other].map(emptied));
  });

  it('a home that was down at its feature’s end is cleared by its next worker', async () => {
    await emptied(killed.other);
    await killed.site.worker(1, killed.lost.dir);
    await emptied(killed.lost);
  });
});
