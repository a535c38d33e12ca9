import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FeatureReport } from '../../src/domain/report.ts';
import { installRelease } from '../support/installed-release.ts';
import { Holds } from '../support/killing.ts';
import {
  type TinyRepository,
  tinyDesign,
  tinyPacket,
  tinyRepository,
  tinyWork,
  unattended,
} from '../support/tiny-repository.ts';
import { bareHub } from '../support/two-workers.ts';
import { PATIENCE_MS, until } from '../support/until.ts';

/** What the next release does otherwise: one command more before each call of a home, as a change that has a name. */
const NEXT = [
  {
    file: 'src/workflows/patches.ts',
    from: "import { patched } from '@temporalio/workflow';",
    to: "import { patched } from '@temporalio/workflow';\nexport const oneMore = (): boolean => patched('one-more');",
  },
  {
    file: 'src/workflows/home-calls.ts',
    from: '    let silentSince: number | undefined;\n',
    to: "    let silentSince: number | undefined;\n    if (oneMore()) await sleep('1ms');\n",
  },
  {
    file: 'src/workflows/home-calls.ts',
    from: 'import type { Place }',
    to: "import { oneMore } from './patches.ts';\nimport type { Place }",
  },
];
/** Two builds of the whole package beside each other, on cores that others use too. */
const BUILDING_MS = 5 * 60_000;

/** A `baton dev` or `baton worker` of an installed release. */
interface Running {
  /** What it has said so far. */
  said(): string;
  /** Ctrl-C, and waits for its end. */
  stop(): Promise<void>;
}

describe('installed releases, one after the other and beside each other', () => {
  let last: string;
  let next: string;
  let home: string;
  let env: Record<string, string>;
  let holds: Holds;
  let tiny: TinyRepository;
  const processes: Running[] = [];
  let client: Client;

  beforeAll(async () => {
    [last, next, holds, home] = await Promise.all([
      installRelease('7.1.0'),
      installRelease('7.2.0', NEXT),
      Holds.create(),
      mkdtemp(path.join(tmpdir(), 'baton-home-')),
    ]);
    const clean = Object.entries(process.env).filter(([name]) => !/^(TEMPORAL_|BATON_)/.test(name));
    env = {
      ...Object.fromEntries(clean),
      BATON_HOME: home,
      BATON_WORKER_SANDBOX: 'off',
      BATON_HUB: await bareHub(),
    } as typeof env;
    const packets = [tinyPacket('one')];
    tiny = await tinyRepository(
      { design: [tinyDesign(packets)], one: [tinyWork('one', { hold: `${holds.dir}/{feature}` })] },
      unattended,
    );
  }, BUILDING_MS);
  afterAll(async () => {
    for (const each of processes) await each.stop();
    await client?.connection.close();
  });

  const baton = (release: string, ...args: string[]) =>
    execa('node', [release, ...args], { env, extendEnv: false, reject: false });

  /** Starts what runs until Ctrl-C, and waits until it says that it is there. */
  const run = async (
    release: string,
    args: string[],
    more: Record<string, string> = {},
  ): Promise<Running> => {
    const child = execa('node', [release, ...args], {
      env: { ...env, ...more },
      extendEnv: false,
      reject: false,
      buffer: false,
      stdin: 'ignore',
      stdout: 'ignore',
    });
    let said = '';
    child.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
    });
    const running = {
      said: () => said,
      stop: async () => {
        child.kill('SIGINT');
        await child;
      },
    };
    processes.push(running);
    await until(`${args.join(' ')} is there`, async () => {
      if (child.exitCode !== null) throw new Error(said);
      return said.includes('Ctrl-C stops');
    });
    return running;
  };
  /** Server and worker, on the same ports each time. */
  const dev = async (release: string, ...args: string[]): Promise<Running & { address: string }> => {
    const running = await run(release, ['dev', '--port', '0', '--ui-port', '0', ...args]);
    const address = /Temporal server: ([^,]+),/.exec(running.said())?.[1] ?? '';
    await client?.connection.close();
    client = new Client({ connection: await Connection.connect({ address }) });
    return { ...running, address };
  };
  const start = async (release: string, id: string): Promise<void> => {
    const started = await baton(release, 'start', 'Add the file', '--repo', tiny.repo, '--id', id);
    expect(started.stdout, started.stderr).toBe(id);
  };
  const landed = async (release: string, id: string): Promise<void> => {
    await client.workflow.getHandle(`feature:${id}`).result();
    const { stdout } = await baton(release, 'report', id, '--json');
    expect(JSON.parse(stdout) as FeatureReport).toMatchObject({
      outcome: 'landed',
      packets: [{ id: 'one', runs: 1 }],
    });
  };
  /** Builds that worked on a feature's packet, one after the other, and workflow tasks that failed. */
  const workOn = async (id: string) => {
    const builds: string[] = [];
    let failed = 0;
    for (const workflowId of [`feature:${id}`, `feature:${id}:packet:one`]) {
      const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
      for (const event of events ?? []) {
        if (event.workflowTaskFailedEventAttributes) failed += 1;
        const build = event.workflowTaskCompletedEventAttributes?.deploymentVersion?.buildId;
        if (build && workflowId.endsWith('one') && builds.at(-1) !== build) builds.push(build);
      }
    }
    return { builds: builds.map((build) => build.split('-')[0]), failed };
  };

  it(
    'a feature that the last release began goes on with the next one, and lands',
    async () => {
      const before = await dev(last);
      await start(last, 'forth');
      await holds.reached('forth');
      await before.stop();
      const after = await dev(next);
      await until('the next release has the work', async () =>
        /build 7\.2\.0-\w+ has the work now/.test(after.said()),
      );
      await holds.release('forth');
      await landed(next, 'forth');
      expect(await workOn('forth')).toEqual({ builds: ['7.1.0', '7.2.0'], failed: 0 });
      await start(next, 'back');
      await holds.reached('back');
      await after.stop();
    },
    3 * PATIENCE_MS,
  );

  it(
    'a feature that the next release began waits with the last one, which says for what',
    async () => {
      const before = await dev(last);
      await until('it says so', async () =>
        /belong to build 7\.2\.0-\w+, which is newer/.test(before.said()),
      );
      const status = await baton(last, 'status', 'back');
      expect(status.exitCode).toBe(2);
      expect(status.stderr).toMatch(/waits: no worker of build 7\.2\.0-\w+ is running, only 7\.1\.0-\w+/);
      const doctor = await baton(last, 'doctor', '--repo', tiny.repo);
      expect(doctor.exitCode).toBe(1);
      expect(doctor.stdout).toMatch(
        /bad {2}7\.2\.0-\w+: 0 workers, 1 feature; it has the work, and no worker/,
      );
      expect(doctor.stdout).toMatch(/note 7\.1\.0-\w+: 1 worker, 0 features/);
      expect(await workOn('back')).toEqual({ builds: ['7.2.0'], failed: 0 });
      await before.stop();
    },
    2 * PATIENCE_MS,
  );

  it(
    'taken back, the work goes to the last release, except for what only the next one can go on with; that goes on when it is back, beside the last one',
    async () => {
      const before = await dev(last, '--take-back');
      await until('it has the work', async () =>
        /1\.0-\w+ has the work now.*only build 7\.2\.0/.test(before.said()),
      );
      await start(last, 'beside');
      await holds.reached('beside');
      const status = await baton(last, 'status', 'back');
      expect(status.stderr).toMatch(/waits: no worker of build 7\.2\.0-\w+ is running, only 7\.1\.0-\w+/);
      const doctor = await baton(last, 'doctor', '--repo', tiny.repo);
      expect(doctor.stdout).toMatch(/ok {3}7\.1\.0-\w+: 1 worker, 1 feature; it has the work/);
      expect(doctor.stdout).toMatch(/bad {2}7\.2\.0-\w+: 0 workers, 1 feature; 1 held for it/);
      const other = await mkdtemp(path.join(tmpdir(), 'baton-home-'));
      const beside = { BATON_HOME: other, TEMPORAL_ADDRESS: before.address };
      const after = await run(next, ['worker'], beside);
      await until('the next release has the work', async () =>
        /build 7\.2\.0-\w+ has the work now/.test(after.said()),
      );
      await holds.release('back', 'beside');
      await landed(last, 'back');
      await landed(last, 'beside');
      expect(await workOn('back')).toEqual({ builds: ['7.2.0'], failed: 0 });
      expect(await workOn('beside')).toEqual({ builds: ['7.1.0', '7.2.0'], failed: 0 });
    },
    3 * PATIENCE_MS,
  );
});
