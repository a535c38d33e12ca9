import type { Command } from 'commander';
import { examine, smoke } from '../../agents/examine.ts';
import { measuringFiles, measuringPaths } from '../../config/measuring-files.ts';
import type { Config } from '../../domain/config.ts';
import { type CrewMember, hasFallback, memberOf } from '../../domain/crew-config.ts';
import { isLocal } from '../../git/remote/origin.ts';
import { installedProblem } from '../../installed/points-into.ts';
import { print, printJson, say, styleFor } from '../output.ts';
import { doctorLines, type Examined } from '../render/doctor.ts';
import { readBaseWithFiles } from '../start/base-config.ts';

interface Flags {
  readonly repo?: string;
  readonly base?: string;
  readonly smoke?: boolean;
  readonly json?: boolean;
}

/** `baton doctor`: whether the agents of a repository's crew can work on this machine, and what is protected there. */
export const registerDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description("look whether this machine has what the crew's agents need; run it where the worker runs")
    .option('--repo <path-or-url>', 'repository whose baton.yaml names the crew (default: the one here)')
    .option('--base <branch>', "branch whose baton.yaml is read (default: the repository's own)")
    .option('--smoke', 'have each agent write one file: calls its model, which costs')
    .option('--json', 'one JSON document')
    .action(async ({ repo = '.', base, smoke: tryIt = false, json = false }: Flags) => {
      const { config, files, repo: origin } = await readBaseWithFiles(repo, base);
      const examined: Examined[] = [];
      for (const { member, roles } of agentsIn(config)) {
        if (member.runner === 'person') {
          examined.push({ roles, runner: member.runner, findings: [] });
          continue;
        }
        const where = { cwd: process.cwd(), sandbox: config.sandbox.use };
        const found = await examine(member, where);
        const usable = found.every(({ state }) => state !== 'bad');
        if (tryIt && usable) say(`${member.runner}: writing one file …`);
        const tried = tryIt && usable ? [await smoke(member, where)] : [];
        const { runner, model } = member;
        examined.push({ roles, runner, model, findings: [...found, ...tried] });
      }
      if (json) printJson(examined);
      else {
        const measuring = measuringPaths(measuringFiles({ config, ...files }), files.files);
        const copies = await copiesProblem(origin, config);
        print(doctorLines(examined, styleFor(process.stdout), measuring, copies).join('\n'));
      }
      if (examined.some(({ findings }) => findings.some(({ state }) => state === 'bad')))
        process.exitCode = 1;
    });
};

/** Why what is installed in a user's checkout can't be copied; undefined if it can, or nothing is installed there. */
const copiesProblem = async (origin: string, { worktrees }: Config): Promise<string | undefined> =>
  isLocal(origin) && worktrees.installed.length > 0
    ? installedProblem(origin, worktrees.installed)
    : undefined;

/** Every agent once, with the roles that it serves. */
export function agentsIn({ crew }: Pick<Config, 'crew'>): { member: CrewMember; roles: string[] }[] {
  const found = new Map<string, { member: CrewMember; roles: string[] }>();
  for (const [phase, role] of Object.entries(crew))
    for (const which of hasFallback(role) ? ([undefined, 'fallback'] as const) : [undefined]) {
      const { role: _, ...member } = memberOf(role, which);
      const key = JSON.stringify(member);
      const entry = found.get(key) ?? { member: member as CrewMember, roles: [] };
      entry.roles.push(which === undefined ? phase : `${phase} (${which})`);
      found.set(key, entry);
    }
  return [...found.values()];
}
