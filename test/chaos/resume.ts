import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startDevServer } from '../../src/dev-server/dev-server.ts';
import '../support/through-launcher.ts';
import { Engine } from '../support/engine.ts';
import { tinyDesign, tinyPacket, tinyRepository, tinyWork } from '../support/tiny-repository.ts';
import { until } from '../support/until.ts';

// `npm run chaos:resume`: how long it takes from a worker's SIGKILL until the same agents are at work again, each in
// its session. The next worker is started at once, as by systemd; ten agents run, and the worker is killed three times.

const PACKETS = Array.from({ length: 10 }, (_, n) => `p${n}`);
const KILLS = 3;

const dir = await mkdtemp(path.join(tmpdir(), 'baton-resume-'));
const server = await startDevServer({ dbFilename: path.join(dir, 'temporal.db'), port: 0, uiPort: 0 });
const engine = await Engine.start(server.address, { worker: false });
try {
  const tiny = await tinyRepository(
    {
      design: [tinyDesign([])],
      ...Object.fromEntries(PACKETS.map((id) => [id, [tinyWork(id, { hold: `{dir}/${id}` })]])),
    },
    { concurrency: PACKETS.length },
  );
  const env = { BATON_WORKER_AGENTS: String(PACKETS.length) };
  let worker = await engine.workerProcess(env);
  const feature = await engine.feature(tiny, { yes: true, packets: PACKETS.map((id) => tinyPacket(id)) });
  const took: number[] = [];
  let pids = await Promise.all(PACKETS.map((id) => tiny.reached(id)));
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const began = performance.now();
    worker.kill('SIGKILL');
    await worker.ended;
    const next = engine.workerProcess(env);
    const resumed = PACKETS.map((id, at) =>
      until(`${id} is at work again`, async () => {
        const pid = await tiny.reached(id);
        if (pid === pids[at]) return undefined;
        took.push((performance.now() - began) / 1000);
        return pid;
      }),
    );
    pids = await Promise.all(resumed);
    worker = await next;
  }
  const tasks = (await Promise.all(PACKETS.map((id) => tiny.tasks(id)))).flat();
  const resumed = tasks.filter(({ resume }) => resume !== null).length;
  for (const id of PACKETS) await tiny.release(id);
  const { outcome } = await feature.report();
  const sorted = took.map((s) => Number(s.toFixed(1))).sort((a, b) => a - b);
  const median = ((sorted[sorted.length / 2 - 1] ?? 0) + (sorted[sorted.length / 2] ?? 0)) / 2;
  process.stdout.write(
    `from SIGKILL to the same agent at work again: median ${median.toFixed(1)} s of ${sorted.length}, ${sorted[0]} to ${sorted.at(-1)} s; ` +
      `${resumed} of ${took.length} in their sessions; ${outcome}\n`,
  );
  await rm(tiny.dir, { recursive: true, force: true });
} finally {
  await engine.stop();
  await server.stop();
  await rm(dir, { recursive: true, force: true });
}
process.exit(0);
