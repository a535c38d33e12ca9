import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { featureWorkflowId } from '../../src/domain/ids.ts';
import type { FeatureReport } from '../../src/domain/report.ts';
import type { Feature } from '../support/engine.ts';
import { FAULTS } from './faults.ts';
import { broken, type Left, leftBy, remains } from './invariants.ts';
import type { Origin } from './reference.ts';
import { type Points, type Trial, trialText } from './trials.ts';
import { eventsOf, reaches, WORKFLOW_IDS } from './watch.ts';
import type { World } from './world.ts';

/** A feature with several faults takes half a minute, on two busy cores two; one that takes so long hangs. */
const ENDS_WITHIN_MS = 300_000;

export interface BatchResult {
  /** Faults that hit something. */
  readonly tried: number;
  /** Their moment never came, or nothing was there to be hit. */
  readonly missed: readonly string[];
  /** What doesn't hold, by feature. */
  readonly violations: readonly string[];
  /** Workflows that ran. */
  readonly workflows: number;
}

interface Started {
  readonly id: string;
  readonly feature: Feature;
  readonly origin: Origin;
}

async function begin(world: World, id: string): Promise<Started> {
  const origin = await world.reference.origin(id);
  return { id, origin, feature: await world.engine.feature(origin, { id, yes: true }) };
}

/** The report, or why there is none in time. The client outlives the server that it asks. */
export async function ended({
  id,
  feature,
}: Pick<Started, 'id' | 'feature'>): Promise<FeatureReport | string> {
  for (const end = Date.now() + ENDS_WITHIN_MS; Date.now() < end; ) {
    const late = sleep(end - Date.now(), undefined, { ref: false });
    const found = await Promise.race([feature.report(), late]).catch((error: Error) => error);
    if (found === undefined) break;
    if (!(found instanceof Error)) return found;
    if (!/connect|UNAVAILABLE|No connection|poll|ECONN/i.test(String(found.cause ?? found)))
      return `${id} failed: ${found.cause ?? found}`;
  }
  const status = await feature.status().catch((error: Error) => error.message);
  return `${id} does not end: ${JSON.stringify(status).slice(0, 3000)}`;
}

const waitFor = async (world: World, id: string, { workflow, event }: Trial): Promise<boolean> => {
  const { client, namespace } = world.engine;
  for (const end = Date.now() + ENDS_WITHIN_MS; Date.now() < end; ) {
    const found = await reaches(client, namespace, id, workflow, event).catch(() => undefined);
    if (found !== undefined) return found;
  }
  return false;
};

/** The reference feature, undisturbed: what it leaves, and how many events each of its workflows has. */
export async function undisturbed(world: World): Promise<{ readonly left: Left; readonly points: Points }> {
  const started = await begin(world, 'calm');
  const report = await ended(started);
  if (typeof report === 'string') throw new Error(report);
  const left = await leftBy('calm', report, started.origin, world.reference);
  const counted = Object.keys(WORKFLOW_IDS).map(
    async (workflow) => [workflow, await eventsOf(world.engine.client, 'calm', workflow)] as const,
  );
  return { left, points: Object.fromEntries(await Promise.all(counted)) };
}

/** A feature for each trial, side by side on one worker; each fault comes at its own feature's moment, one at a time. */
export async function batch(
  world: World,
  name: string,
  trials: readonly Trial[],
  calm: Left,
): Promise<BatchResult> {
  const started = await Promise.all(trials.map((_, at) => begin(world, `${name}-${at + 1}`)));
  const missed: string[] = [];
  let faults: Promise<void> = Promise.resolve();
  let tried = 0;
  const inflict = async (id: string, trial: Trial) => {
    if (await FAULTS[trial.fault](world, id)) tried += 1;
    else missed.push(trialText(trial));
  };
  const watched = started.map(async ({ id }, at) => {
    const trial = trials[at] as Trial;
    if (!(await waitFor(world, id, trial))) {
      missed.push(trialText(trial));
      return;
    }
    faults = faults.then(() => inflict(id, trial));
    await faults;
  });
  const results = await Promise.all(started.map(async (one) => ({ ...one, report: await ended(one) })));
  await Promise.all(watched);
  const violations: string[] = [];
  let workflows = 0;
  for (const { id, origin, report } of results) {
    if (typeof report === 'string') {
      violations.push(report);
      await world.engine.client.workflow.getHandle(featureWorkflowId(id)).terminate('it does not end');
      continue;
    }
    workflows += Object.keys(WORKFLOW_IDS).length;
    const left = await leftBy(id, report, origin, world.reference);
    violations.push(...broken(left, calm).map((what) => `${id}: ${what}`));
  }
  const ids = started.map(({ id }) => id);
  violations.push(...(await remains(world, ids)).map((what) => `${name}: left behind: ${what}`));
  const failed = await world.engine.failedWorkflowTasks();
  violations.push(...failed.filter((text) => text.includes(`:${name}-`)));
  return { tried, missed, violations, workflows };
}

/** Keeps what shows how a batch went wrong: histories, the journal and what was broken. */
export async function keep(world: World, folder: string, result: BatchResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'violations.txt'), `${result.violations.join('\n')}\n`);
  await writeFile(
    path.join(folder, 'journal.jsonl'),
    (await world.reference.lines()).map((line) => `${JSON.stringify(line)}\n`).join(''),
  );
  for (const [id, text] of await world.engine.histories())
    await writeFile(path.join(folder, `${id.replaceAll(/[^\w.-]+/g, '_').slice(0, 120)}.json`), text);
}
