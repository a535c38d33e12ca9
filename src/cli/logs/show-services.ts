import { readIfThere } from '../../files/regular-file.ts';
import { type ServiceLogName, serviceLogFile, serviceLogs } from '../../homes/service-files.ts';
import { CommandError } from '../command-error.ts';
import { print, say } from '../output.ts';
import type { RunSelection } from './logs-problems.ts';

/** Prints what a feature's services printed, of each tree the newest start; of one service if `name` says which. */
export async function showServices(
  { feature, packet, home }: RunSelection,
  name: string | undefined,
): Promise<void> {
  const all = await serviceLogs({ dir: home }, feature);
  const wanted = all.filter(
    ({ tree, service }) =>
      (name === undefined || service === name) &&
      (packet === undefined || tree === packet || tree.startsWith(`${packet}--`)),
  );
  if (wanted.length === 0) throw new CommandError(nothing(feature, home, all));
  for (const one of wanted) {
    const file = serviceLogFile({ dir: home }, one);
    say(`services.${one.service} in ${one.tree}, ${file}`);
    print(((await readIfThere(file)) ?? Buffer.alloc(0)).toString('utf8').trimEnd());
  }
}

function nothing(feature: string, home: string, all: readonly ServiceLogName[]): string {
  const there = all.map(({ service, tree }) => `${service} in ${tree}`).join(', ');
  return all.length === 0
    ? `The home ${home} has no log of a service of the feature "${feature}": none was started here. Name another home with --home.`
    : `There is no such service; the home ${home} has logs of ${there}.`;
}
