import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeatureReport } from '../../src/domain/report.ts';
import { until } from '../support/engine.ts';
import { GitOverHttp } from '../support/git-over-http.ts';
import {
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
} from '../support/tiny-repository.ts';
import { type Homed, reachedOf, Site, trace, traces } from '../support/two-workers.ts';
import { type Cluster, startCluster } from './cluster.ts';

const PACKETS = ['one', 'two', 'three'];
const LOGIN = 'baton:cluster-secret';

const work = (id: string) => tinyWork(id, trace('{dir}', 'begins'), { hold: `{dir}/{feature}-${id}` });

describe('a server on PostgreSQL, three workers, a hub over HTTP', () => {
  let cluster: Cluster;
  let site: Site;
  let service: GitOverHttp;
  let tiny: TinyRepository;
  let workers: Homed[];

  const start = (id: string) =>
    site.engine.feature(tiny, { id, yes: true, packets: PACKETS.map((name) => tinyPacket(name)) });
  const release = async (id: string) => {
    for (const name of PACKETS) await tiny.release(`${id}-${name}`);
  };
  const allWork = (id: string) =>
    until('three agents work', async () => {
      const names = PACKETS.map((name) => `${id}-${name}`);
      return (await reachedOf(tiny, names)).length === PACKETS.length;
    });
  const landed = async (id: string, report: FeatureReport) => {
    expect(report.outcome).toBe('landed');
    expect(report.packets.map(({ status }) => status)).toEqual(['merged', 'merged', 'merged']);
    return tiny.git('rev-parse', `feature/${id}^{tree}`);
  };

  beforeAll(async () => {
    cluster = await startCluster((line) => process.stderr.write(`${line}\n`));
    const folder = await mkdtemp(path.join(tmpdir(), 'baton-hub-'));
    await execa('git', ['init', '-q', '--bare', path.join(folder, 'hub.git')]);
    await execa('git', ['config', 'http.receivepack', 'true'], { cwd: path.join(folder, 'hub.git') });
    service = await GitOverHttp.start(folder, LOGIN, false);
    site = await Site.open(cluster.address, `http://${LOGIN}@${service.host}/hub.git`, cluster.namespace);
    workers = await Promise.all([site.worker(1), site.worker(1), site.worker(1)]);
    tiny = await tinyRepository(
      { design: [tinyDesign([])], ...Object.fromEntries(PACKETS.map((id) => [id, [work(id)]])) },
      { concurrency: 3, homes: { gone: '20s' } },
    );
  });

  afterAll(async () => {
    // Nothing holds for ever, even where the test has failed.
    if (tiny !== undefined) for (const id of ['calm', 'killed']) await release(id);
    await site?.engine.stop();
    await cluster?.stop();
  });

  it('shares a feature’s packets among the workers, and lands it', async () => {
    const feature = await start('calm');
    await allWork('calm');
    const homes = new Set((await traces(tiny, 'calm')).map(({ home }) => home));
    expect(homes).toEqual(new Set(workers.map(({ home }) => home)));
    await release('calm');
    await landed('calm', await feature.report());
  });

  it('goes on after SIGKILL of one worker for good, of another until it is back, and of the server', async () => {
    const feature = await start('killed');
    await allWork('killed');
    const [lost, restarted] = workers as [Homed, Homed, Homed];
    for (const { process } of [lost, restarted]) process.kill('SIGKILL');
    await Promise.all([lost, restarted].map(({ process }) => process.ended));
    await cluster.restart();
    await site.worker(1, restarted.dir);
    await release('killed');
    const tree = await landed('killed', await feature.report());
    expect(tree).toBe(await tiny.git('rev-parse', 'feature/calm^{tree}'));
    const subjects = (id: string) => tiny.git('log', '--format=%s', `main..feature/${id}`);
    const sorted = async (id: string) => (await subjects(id)).split('\n').sort();
    expect(await sorted('killed')).toEqual(await sorted('calm'));
  });
});
