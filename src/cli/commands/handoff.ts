import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { Handoff } from '../../domain/handoff.ts';
import { QUERIES } from '../../domain/messages.ts';
import { readJson } from '../../homes/atomic-file.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { homePaths } from '../../homes/paths.ts';
import { CommandError } from '../command-error.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say, styleFor } from '../output.ts';
import { handoffLines } from '../render/handoff.ts';
import { type Server, withServer } from '../server/connection.ts';
import { checkFeatureId, describeFeature, query, unknownFeature } from '../server/feature-lookup.ts';
import { workerMissing } from '../server/task-queue.ts';

/** `baton handoff`: the contexts that agents passed on. */
export const registerHandoff = (program: Command): void => {
  program
    .command('handoff')
    .description('the contexts passed from agent to agent')
    .argument('<feature>', 'id of the feature')
    .argument('[n]', '1 design, 2 implementation, 3 testing, 4 complete; all if not given')
    .option('--json', 'one JSON document, as the agents get it')
    .addOption(homeOption())
    .action(async (feature: string, n: string | undefined, flags: { json?: boolean; home?: string }) => {
      checkFeatureId(feature);
      if (n !== undefined && !/^0{0,2}[1-4]$/.test(n))
        throw new CommandError(
          `"${n}" is no handoff: they are 1 (design), 2 (implementation), 3 (testing), 4 (complete).`,
        );
      const home = homeOf(flags);
      const all = await withServer(home, (server) => handoffsOf(server, home, feature));
      const prefix = n === undefined ? 'context-' : `context-00${Number(n)}-`;
      const chosen = all.filter(({ name }) => name.startsWith(prefix));
      if (flags.json && n === undefined) return printJson(chosen);
      if (chosen.length === 0) {
        const there = all.map(({ name }) => name).join(', ');
        if (n === undefined)
          return say(`There are no handoffs yet. Follow the feature: baton watch ${feature}`);
        throw new CommandError(
          `There is no handoff ${n} yet; there ${there === '' ? 'are none' : `is ${there}`}.`,
        );
      }
      if (flags.json) return printJson(chosen[0]);
      print(chosen.map((handoff) => handoffLines(handoff, styleFor(process.stdout)).join('\n')).join('\n\n'));
    });
};

/** From the workflow; where that can't be asked, the files in the home. */
async function handoffsOf({ client }: Server, home: string, feature: string): Promise<readonly Handoff[]> {
  const known = await describeFeature(client, feature);
  const missing = known === undefined ? undefined : await workerMissing(client);
  if (known !== undefined && missing === undefined) {
    const answer = await query<Handoff[]>(client, feature, QUERIES.handoffs);
    if ('value' in answer) return answer.value;
  }
  const folder = homePaths(home).handoffsOf(feature);
  const names = (await readdir(folder).catch(() => [])).filter((name) =>
    /^context-00\d-.*\.json$/.test(name),
  );
  const files = await Promise.all(names.sort().map((name) => readJson(path.join(folder, name))));
  const found = files.filter(
    (value): value is Handoff => typeof (value as Handoff | undefined)?.name === 'string',
  );
  if (found.length > 0) return found;
  if (known === undefined) throw await unknownFeature(client, feature);
  if (missing !== undefined) throw new CommandError(`The handoffs can't be asked for: ${missing}.`);
  return [];
}
