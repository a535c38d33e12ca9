import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import '../support/through-launcher.ts';
import { execa } from 'execa';
import { packetsOf } from '../../bench/overhead/shapes.ts';
import { type SyntheticRepository, syntheticRepository } from '../../bench/overhead/synthetic-repository.ts';
import { featureWorkflowId } from '../../src/domain/ids.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import { Feature, until } from '../support/engine.ts';
import { ended } from './batch.ts';
import { remains } from './invariants.ts';
import { randomBy } from './trials.ts';
import { World } from './world.ts';

// `npm run chaos:crowd -- --workflows 5000`: so many workflows, features side by side with four packets each, while the
// worker and the server are killed in turn, for as long as it takes. The agents are instant, so the kills hit Baton.

const PACKETS = packetsOf(4, 'chains', 2);
/** A feature's own and those of its packets. */
const WORKFLOWS_EACH = 1 + PACKETS.length;
/** Between two kills, seconds: the shortest is over before the next worker has begun everything again. */
const BETWEEN_KILLS = { least: 5, most: 25 };

const { values } = parseArgs({
  options: {
    workflows: { type: 'string', default: '500' },
    'side-by-side': { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  },
});
const many = Math.ceil(Number(values.workflows) / WORKFLOWS_EACH);
const random = randomBy(Number(values.seed));
const print = (line: string) => process.stdout.write(`${line}\n`);

const kills = { worker: 0, server: 0 };
const violations: string[] = [];
const done: string[] = [];

async function killInTurn(world: World, over: AbortSignal): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const { least, most } = BETWEEN_KILLS;
    const wait = (least + random() * (most - least)) * 1000;
    await sleep(wait, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) return;
    if (turn % 2 === 0) {
      await world.nextWorker('SIGKILL');
      kills.worker += 1;
    } else {
      await world.nextServer();
      kills.server += 1;
    }
  }
}

/** Starts it, also if the server dies meanwhile: then it was started, or is started again. */
const begun = (world: World, id: string, { repo }: SyntheticRepository): Promise<Feature> => {
  const git = async (...args: string[]) => (await execa('git', args, { cwd: repo })).stdout;
  const handle = world.engine.client.workflow.getHandle(featureWorkflowId(id));
  return until(`${id} is started`, async () => {
    const started = await world.engine
      .feature({ repo, git }, { id, yes: true, packets: PACKETS })
      .catch((error: Error) => error);
    if (!(started instanceof Error)) return started;
    return handle.describe().then(
      () => new Feature(handle),
      () => undefined,
    );
  });
};

async function one(world: World, id: string, synthetic: SyntheticRepository): Promise<void> {
  const report = await ended({ id, feature: await begun(world, id, synthetic) });
  const wrong = typeof report === 'string' ? [report] : await brokenBy(report, synthetic);
  violations.push(...wrong.map((what) => `${id}: ${what}`));
  done.push(id);
  if (wrong.length > 0) print(`VIOLATED  ${wrong.map((what) => `${id}: ${what}`).join('\n  ')}`);
  if (done.length % 20 === 0)
    print(
      `${done.length * WORKFLOWS_EACH} workflows, ${kills.worker} workers and ${kills.server} servers killed`,
    );
}

async function brokenBy(report: FeatureReport, { repo, commit }: SyntheticRepository): Promise<string[]> {
  const wrong: string[] = [];
  const git = async (...args: string[]) => (await execa('git', args, { cwd: repo })).stdout;
  if (report.outcome !== 'landed') return [`it ended as ${report.outcome}: ${report.reason}`];
  const branch = `feature/${report.feature}`;
  if ((await git('rev-parse', branch)) !== report.commit) wrong.push(`${branch} is not the reported commit`);
  const trailers = await git(
    'log',
    '--format=%(trailers:key=Baton-Packet,valueonly)',
    `${commit}..${branch}`,
  );
  const merged = trailers.split('\n').filter((line) => line !== '');
  const ids = PACKETS.map(({ id }) => id);
  const commits = ['design', ...ids];
  if (merged.sort().join() !== commits.join())
    wrong.push(`merged: ${merged}, and not each of ${commits} once`);
  for (const id of ids)
    if ((await git('show', `${branch}:src/${id}.txt`)) !== id) wrong.push(`the work of ${id} isn't there`);
  return wrong;
}

const world = await World.create();
const synthetic = await syntheticRepository({ slots: 2, agentSeconds: 0, checkSeconds: 0 });
const over = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    print(`${signal}: clearing away`);
    void world.stop().finally(() => process.exit(1));
  });
try {
  const began = Date.now();
  const killing = killInTurn(world, over.signal);
  const ids = Array.from({ length: many }, (_, n) => `crowd-${n + 1}`);
  const next = ids.values();
  const lanes = Array.from({ length: Number(values['side-by-side']) }, async () => {
    for (const id of next) await one(world, id, synthetic);
  });
  await Promise.all(lanes);
  over.abort();
  await killing;
  violations.push(...(await world.engine.failedWorkflowTasks()));
  violations.push(...(await remains(world, ids)).map((what) => `left behind: ${what}`));
  for (const violation of violations) print(`  ${violation}`);
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  print(
    `${many} features with ${many * WORKFLOWS_EACH} workflows in ${minutes} minutes (seed ${values.seed}), ` +
      `${kills.worker} workers and ${kills.server} servers killed: ${violations.length} promises violated`,
  );
} finally {
  over.abort();
  await world.stop();
  await rm(synthetic.dir, { recursive: true, force: true });
}
process.exit(violations.length === 0 ? 0 : 1);
