import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mayMount } from '../support/own-disk.ts';
import { tinyDesign, tinyPacket, tinyRepository, tinyWork, unattended } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const CLIENT = ['--import', 'tsx', `${ROOT}src/client.ts`];
/** Holds a home with its database and the trees of a tiny repository, and what a tree leaves free. */
const DISK_MB = 256;

/** `baton dev`, as the first process on a disk of its own. */
const onSmallDisk = (folder: string) => {
  const mount = `mount -t tmpfs -o size=${DISK_MB}m none "$BATON_HOME" && exec "$@"`;
  const command = [process.execPath, ...CLIENT, 'dev', '--port', '0', '--ui-port', '0'];
  return execa('unshare', ['-Urm', 'sh', '-c', mount, 'sh', ...command], {
    env: { BATON_HOME: folder, TEMPORAL_ADDRESS: undefined },
    cwd: ROOT,
    reject: false,
    all: true,
  });
};

let home: string;
let dev: ReturnType<typeof onSmallDisk>;
let said = '';
beforeAll(async () => {
  if (!mayMount) return;
  home = await mkdtemp(path.join(tmpdir(), 'baton-full-'));
  dev = onSmallDisk(home);
  dev.all.on('data', (chunk) => {
    said += String(chunk);
  });
  await until('server and worker are there', async () => /^Ready\./m.test(said) || undefined);
});
afterAll(async () => {
  dev?.kill('SIGTERM');
  await dev;
});

/** On the same disk as the server and the worker, which nobody else sees. */
const inside = async (...command: string[]) => {
  // Whoever enters a mount namespace stands at its root.
  const there = ['sh', '-c', `cd '${ROOT}' && exec "$@"`, 'sh', ...command];
  const args = ['-t', String(dev.pid), '-U', '-m', '--preserve-credentials', ...there];
  const { stdout, stderr, exitCode } = await execa('nsenter', args, {
    env: { BATON_HOME: home, TEMPORAL_ADDRESS: undefined },
    cwd: ROOT,
    reject: false,
  });
  return { stdout, stderr, exitCode };
};
const baton = (...args: string[]) => inside(process.execPath, ...CLIENT, ...args);
const noRoom = () => `no room on the disk of ${home}: make room there, and it goes on by itself`;

it.skipIf(!mayMount)(
  'a full disk of the home is named by status and by the commands, and what was begun goes on when there is room',
  async () => {
    const tiny = await tinyRepository(
      { design: [tinyDesign([tinyPacket('one')])], one: [tinyWork('one')] },
      unattended,
    );
    await inside('dd', 'if=/dev/zero', `of=${home}/fill`, 'bs=64k');
    // How much its server needs to begin a feature depends on how full its file is: it gets a little, and a little more.
    await until('a feature is begun', async () => {
      await inside('truncate', '-s', '-512K', `${home}/fill`);
      const begun = await baton('start', 'x', '--repo', tiny.repo, '--id', 'full', '--yes');
      if (begun.exitCode === 0) return begun;
      expect(begun.stderr).toMatch(/can't write: no room on the disk|is in use/);
      return begun.stderr.includes('is in use') || undefined;
    });
    const status = await until('status says it', async () => {
      const { stdout } = await baton('status', 'full');
      return stdout.includes("can't be used since") ? stdout : undefined;
    });
    // It is found by the look before a tree is made, or by a write that failed before that.
    expect(status.replace(/\s+/g, ' ')).toMatch(
      /the (?:disk of the home|machine of) \S+ can't be used since \S+: .*no room (?:for|on)/,
    );
    // The server's own file has some room left in it: until that is used up it takes what it is told.
    const address = /^Temporal server: ([^,]+),/m.exec(said)?.[1] ?? '';
    const connection = await Connection.connect({ address });
    const { workflow } = new Client({ connection });
    for (const size of [500_000, 30_000, 10]) {
      const args = ['x'.repeat(size)];
      const start = (workflowId: string) =>
        connection.withDeadline(Date.now() + 3_000, () =>
          workflow.start('nothing', { taskQueue: 'nobody', workflowId, args }).then(
            () => true,
            () => false,
          ),
        );
      for (let taken = true, n = 0; taken && n < 100; n += 1) taken = await start(`fills-${size}-${n}`);
    }
    await connection.close();
    const refused = await baton('start', 'y', '--repo', tiny.repo, '--id', 'more', '--yes');
    expect(refused).toMatchObject({ stdout: '', exitCode: 2 });
    expect(refused.stderr).toContain(`The Temporal server at ${address} can't write: ${noRoom()}`);
    expect(refused.stderr).not.toMatch(/deadline|metadata filters/i);
    await inside('rm', `${home}/fill`);
    expect(await baton('watch', 'full', '--no-ask')).toMatchObject({ exitCode: 0 });
  },
  240_000,
);
