import path from 'node:path';
import { execa } from 'execa';
import { type Checkout, furtherPacket, type Measured, measure } from './measure.ts';
import { planOf } from './options.ts';
import type { Case } from './shapes.ts';
import { type CostsRow, costsTable, scheduleTable } from './table.ts';

const { cases, checkouts: directories, countGit } = planOf(process.argv);
const checkouts: readonly Checkout[] = await Promise.all(
  directories.map(async (given) => {
    const directory = path.resolve(given);
    const describe = ['describe', '--always', '--dirty', '--abbrev=7', '--exclude=*'];
    const commit = await execa('git', describe, { cwd: directory, reject: false });
    return { directory, name: commit.exitCode === 0 ? commit.stdout : path.basename(directory) };
  }),
);

const schedules: Measured[][] = [];
const costs: CostsRow[][] = [];
const furtherPackets: CostsRow[] = [];

/** The case in all checkouts, one right after the other, so that a machine that gets slower does so for all. */
async function inAll(one: Case): Promise<readonly Measured[]> {
  const group: Measured[] = [];
  for (const checkout of checkouts) {
    console.error(`${checkout.name}: ${JSON.stringify(one)}`);
    const measured = await measure(checkout, one, countGit);
    console.error(`  ${JSON.stringify(measured)}`);
    group.push(measured);
  }
  schedules.push(group);
  costs.push(group);
  return group;
}

for (const [n, { less, ...one }] of cases.entries()) {
  console.error(`Case ${n + 1} of ${cases.length}`);
  const all = await inAll(one);
  if (less === undefined) continue;
  const fewer = await inAll({ ...one, packets: less });
  const further = all.map((more, k): CostsRow => {
    const { checkout } = more;
    const other = fewer[k];
    if (other === undefined) throw new Error(`${checkout} was not measured with ${less} packets`);
    return { ...one, checkout, less, ...furtherPacket(more, other), memory: null };
  });
  costs.push(further);
  furtherPackets.push(...further);
}

console.log(scheduleTable(schedules));
console.log(`\nA packet:\n\n${costsTable(costs)}\n`);
console.log(JSON.stringify({ measured: schedules.flat(), furtherPackets }));
