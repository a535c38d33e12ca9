import { existsSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Lane, PORTS, takeLane } from '../../src/lanes/lane.ts';
import { event } from '../support/event.ts';

const taken = async (): Promise<Lane> => {
  const lane = await takeLane();
  onTestFinished(lane.release);
  return lane;
};

const listening = (port: number, host?: string): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    onTestFinished(() => void server.close());
    server.once('error', reject).listen({ port, host }, () => resolve(server));
  });

describe('a lane', () => {
  it('has a number, ports and a folder that no other has at the same time', async () => {
    const lanes = await Promise.all(Array.from({ length: 8 }, taken));
    for (const of of [
      lanes.map(({ slot }) => slot),
      lanes.map(({ folder }) => folder),
      lanes.flatMap(({ port }) => Array.from({ length: PORTS }, (_, index) => port + index)),
    ])
      expect(new Set<unknown>(of).size).toBe(of.length);
    // A socket below it may have a name of 107 bytes.
    expect(Math.max(...lanes.map(({ folder }) => Buffer.byteLength(folder)))).toBeLessThan(90);
    const [{ env, slot, port, folder }] = lanes as [Lane];
    expect(env).toEqual({
      BATON_SLOT: String(slot),
      BATON_PORT: String(port),
      BATON_PORTS: '10',
      BATON_TMP: folder,
      TMPDIR: folder,
    });
    await listening(port);
    await listening(port + PORTS - 1, '127.0.0.1');
  });

  it('is given again once it is released, and its folder goes with all that is in it', async () => {
    const lane = await taken();
    writeFileSync(path.join(lane.folder, 'left'), 'x');
    await lane.release();
    await lane.release();
    expect(existsSync(lane.folder)).toBe(false);
    expect((await taken()).slot).toBeLessThanOrEqual(lane.slot);
  });

  it.each(['127.0.0.1', '0.0.0.0', '::1'])('has no port on which somebody listens at %s', async (host) => {
    const lane = await taken();
    const server = await listening(lane.port + 3, host).catch(() => undefined);
    // No IPv6 here.
    if (server === undefined) return;
    await lane.release();
    expect((await taken()).slot).not.toBe(lane.slot);
  });

  it('is nobody’s as soon as its process was killed, and no other process is given it before', async () => {
    const code =
      "const { takeLane } = await import('./src/lanes/lane.ts'); const lane = await takeLane();" +
      'console.log(lane.slot, lane.port); setInterval(() => {}, 1000);';
    const other = execa('node', ['--import', 'tsx', '--input-type=module', '-e', code], {
      cwd: path.resolve(import.meta.dirname, '../..'),
      reject: false,
    });
    const line = await new Promise<string>((resolve) =>
      other.stdout.once('data', (data) => resolve(String(data))),
    );
    const [slot, port] = line.split(' ').map(Number) as [number, number];
    const held = await Promise.all([taken(), taken(), taken()]);
    expect(held.map((each) => each.slot)).not.toContain(slot);
    other.kill('SIGKILL');
    await other;
    expect([(await taken()).port, ...held.map((each) => each.port)]).toContain(port);
  }, 60_000);

  it('hangs up on whoever calls the port that stands for it', async () => {
    const lane = await taken();
    const { happen, happened } = event();
    connect(lane.port + 19, '127.0.0.1')
      .on('close', happen)
      .on('error', () => undefined);
    await happened;
  });
});
