import type { FeatureReport } from '../../src/domain/report.ts';
import { processesWith } from '../../src/processes/process-table.ts';
import { leftIn } from '../support/two-workers.ts';
import { until } from '../support/until.ts';
import type { JournalLine, Origin, Reference } from './reference.ts';
import type { World } from './world.ts';

/** What a feature left, to be held against an undisturbed one. */
export interface Left {
  readonly report: FeatureReport;
  /** The tree of the base after the landing. */
  readonly tree: string;
  readonly head: string;
  /** Which packet each of the base's new commits belongs to, sorted. */
  readonly merges: readonly string[];
  readonly lines: readonly JournalLine[];
}

export async function leftBy(
  feature: string,
  report: FeatureReport,
  origin: Origin,
  reference: Reference,
): Promise<Left> {
  const format = '--format=%(trailers:key=Baton-Packet,valueonly,separator=%x2C)';
  const merges = await origin.git('log', format, `${reference.baseCommit}..main`);
  return {
    report,
    tree: await origin.git('rev-parse', 'main^{tree}'),
    head: await origin.git('rev-parse', 'main'),
    merges: merges.split('\n').sort(),
    lines: (await reference.lines()).filter((line) => line.feature === feature),
  };
}

const twice = (values: readonly string[]): string[] => [
  ...new Set(values.filter((value, at) => values.indexOf(value) !== at)),
];

const effects = ({ lines }: Left) =>
  lines.filter(({ what }) => what === 'effect').map(({ step }) => step ?? '');

/** After `told` was said to an agent of the packet, it did what only one does who never heard it. */
const forgot = (lines: readonly JournalLine[], packet: string, told: RegExp, did: string): boolean => {
  const own = lines.filter((line) => line.packet === packet);
  const heard = own.findIndex((line) => told.test(JSON.stringify(line)));
  return heard >= 0 && own.slice(heard + 1).some(({ what }) => what === did);
};

/** Which of Baton's promises a feature broke, beside one that nobody disturbed. */
export function broken(left: Left, calm: Left): string[] {
  const { report, lines } = left;
  const wrong: string[] = [];
  const same = (what: string, is: unknown, shouldBe: unknown) => {
    const [one, other] = [JSON.stringify(is), JSON.stringify(shouldBe)];
    if (one !== other) wrong.push(`${what}: ${one}, undisturbed ${other}`);
  };
  same('outcome', report.outcome, calm.report.outcome);
  same('tree', left.tree, calm.tree);
  same('merges', left.merges, calm.merges);
  same('effects of the release', effects(left), effects(calm));
  same('reported tree', report.tree, left.tree);
  same('reported commit', report.commit, left.head);
  const statuses = (of: FeatureReport) => of.packets.map(({ id, status }) => `${id} ${status}`);
  same('packets', statuses(report), statuses(calm.report));
  same(
    'decisions',
    report.decisions.map(({ choice }) => choice),
    calm.report.decisions.map(({ choice }) => choice),
  );
  const steps = lines.filter(({ what }) => what === 'step').map(({ packet, step }) => `${packet} ${step}`);
  for (const step of twice(steps)) wrong.push(`paid twice: ${step}`);
  for (const { step, operation } of lines.filter(({ what }) => what === 'overlap'))
    wrong.push(`two copies of ${step} at once: ${operation}`);
  if (forgot(lines, 'asks', /"answer":"/, 'asks-again')) wrong.push('an answer was lost: it was asked again');
  if (forgot(lines, 'mends', /"told":\[[^\]]*"check"/, 'hands-in-red')) wrong.push('feedback was lost');
  return wrong;
}

/** What features that have ended left in a home and among the processes, once their clearing up is over. */
export async function remains(world: World, features: readonly string[]): Promise<string[]> {
  const look = async () => {
    const processes = await Promise.all(features.map((id) => processesWith({ BATON_FEATURE: id })));
    return [
      ...processes.flat().map(({ pid, name }) => `process ${pid} ${name ?? ''}`),
      ...(await leftIn({ dir: world.home })),
    ];
  };
  let found: string[] = [];
  const nothing = async () => {
    found = await look();
    return found.length === 0;
  };
  await until('nothing is left', nothing).catch(() => undefined);
  return found;
}
