import path from 'node:path';
import { parseArgs } from 'node:util';
import '../support/through-launcher.ts';
import { batch, keep, undisturbed } from './batch.ts';
import { FAULT_NAMES, type FaultName } from './faults.ts';
import type { Left } from './invariants.ts';
import { allTrials, inTurn, shuffled, type Trial, trialOf, trialText } from './trials.ts';
import { World } from './world.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);

const USAGE = `npm run chaos -- [--sample N | --all | --plan TRIAL,TRIAL…] [--seed N] [--skip N] [--faults NAME,…] [--minutes N]
                 [--side-by-side N] [--worlds N]

Kills and cuts at chosen events of a reference feature, and holds what comes of it against a run that nobody disturbed.
  --sample N        so many trials, drawn by --seed; 4 by default
  --all             each event of each workflow once, with the faults in turn; which is first, --seed says
  --plan            these trials, side by side: <workflow>@<event>:<fault>, e.g. api@12:worker,feature@40:server
  --seed N          fixes which trials are drawn, and their order; 1 by default
  --skip N          leaves out the first N of what was drawn, which an earlier run with this seed has tried
  --faults          of ${FAULT_NAMES.join(', ')}; all by default
  --minutes N       begins no further batch after so long
  --side-by-side N  features at once on one worker, each with a trial of its own; 4 by default
  --worlds N        servers at once, each with a worker and a home of its own; 1 by default`;

function options() {
  const { values } = parseArgs({
    options: {
      sample: { type: 'string' },
      all: { type: 'boolean' },
      plan: { type: 'string' },
      seed: { type: 'string', default: '1' },
      skip: { type: 'string', default: '0' },
      faults: { type: 'string' },
      minutes: { type: 'string', default: 'Infinity' },
      'side-by-side': { type: 'string', default: '4' },
      worlds: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    print(USAGE);
    process.exit(0);
  }
  const faults = (values.faults?.split(',') ?? [...FAULT_NAMES]).map((name): FaultName => {
    const found = FAULT_NAMES.find((known) => known === name);
    if (found === undefined)
      throw new Error(`there is no fault ${name}: choose of ${FAULT_NAMES.join(', ')}`);
    return found;
  });
  const plan = values.plan?.split(',').map(trialOf);
  return {
    faults,
    plan,
    seed: Number(values.seed),
    skip: Number(values.skip),
    all: values.all ?? false,
    many: Number(values.sample ?? 4),
    endsAt: Date.now() + Number(values.minutes) * 60_000,
    atOnce: plan?.length ?? Number(values['side-by-side']),
    worldCount: countOf(values.worlds),
  };
}

function countOf(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new Error(`"${text}" is no number of worlds`);
  return count;
}

const { faults, plan, seed, skip, all, many, endsAt, atOnce, worldCount } = options();
const worlds = await Promise.all(Array.from({ length: worldCount }, () => World.create()));
let stopping: Promise<unknown> | undefined;
const stop = () => {
  stopping ??= Promise.all(worlds.map((world) => world.stop()));
  return stopping;
};
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    print(`${signal}: clearing away`);
    void stop().finally(() => process.exit(1));
  });
let tried = 0;
let workflows = 0;
const missed: string[] = [];
const violated: string[] = [];
try {
  const calms = await Promise.all(worlds.map(async (world) => ({ world, ...(await undisturbed(world)) })));
  const points = calms[0]?.points ?? {};
  print(`events of the reference feature: ${JSON.stringify(points)}`);
  const every = allTrials(points, faults);
  const drawn = all ? shuffled(inTurn(points, faults, seed), seed) : shuffled(every, seed).slice(0, many);
  const trials: readonly Trial[] = plan ?? drawn.slice(skip);
  const one = async (world: World, calm: Left, at: number) => {
    const some = trials.slice(at, at + atOnce);
    const text = some.map(trialText).join(',');
    const began = Date.now();
    const result = await batch(world, `b${at / atOnce + 1}`, some, calm);
    tried += result.tried;
    workflows += result.workflows;
    missed.push(...result.missed);
    const seconds = Math.round((Date.now() - began) / 1000);
    const verdict = result.violations.length === 0 ? 'holds' : 'VIOLATED';
    print(`${verdict}  ${text}  ${seconds} s${result.missed.length ? `, missed ${result.missed}` : ''}`);
    if (result.violations.length === 0) return;
    for (const violation of result.violations) print(`  ${violation}`);
    const folder = path.resolve('.chaos', `${seed}-${text.replaceAll(/[^\w]+/g, '-')}`.slice(0, 150));
    await keep(world, folder, result);
    print(`  kept in ${folder}; again: npm run chaos -- --plan ${text}`);
    violated.push(text);
  };
  let next = 0;
  const inWorld = async ({ world, left }: (typeof calms)[number]) => {
    while (next < trials.length && Date.now() < endsAt) {
      const at = next;
      next += atOnce;
      await one(world, left, at);
    }
  };
  await Promise.all(calms.map(inWorld));
  print(
    `${tried} faults tried of ${trials.length} drawn from ${every.length} (seed ${seed}), ${missed.length} found nothing to hit, in ${workflows} workflows: ${violated.length} batches violated a promise`,
  );
  if (next < trials.length) print(`the rest: --seed ${seed} --skip ${skip + next}`);
} catch (error) {
  // What was under way fails when its world is taken away.
  if (stopping === undefined) throw error;
} finally {
  await stop();
}
process.exit(violated.length === 0 ? 0 : 1);
