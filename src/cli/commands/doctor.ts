import { isGrpcServiceError } from '@temporalio/client';
import type { Command } from 'commander';
import { examine, smoke } from '../../agents/examine.ts';
import { measuringFiles, measuringPaths } from '../../config/measuring-files.ts';
import type { Config } from '../../domain/config.ts';
import { type CrewMember, hasFallback, memberOf } from '../../domain/crew-config.ts';
import { firstLine } from '../../domain/error-text.ts';
import { isLocal } from '../../git/remote/origin.ts';
import { homeOf } from '../../homes/home-dir.ts';
import { installedProblem } from '../../installed/points-into.ts';
import { CommandError } from '../command-error.ts';
import { type Finding, plainFinding, toldBy } from '../doctor/finding.ts';
import { homeFindings, machineFindings } from '../doctor/machine.ts';
import { repositoryFindings, startFinding } from '../doctor/repository.ts';
import { serverFindings } from '../doctor/server.ts';
import { homeOption } from '../options.ts';
import { print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { buildLines, buildsWait } from '../render/builds.ts';
import { doctorLines, type Examined, findingLines } from '../render/doctor.ts';
import { type BuildEntry, buildEntries } from '../server/builds.ts';
import { withServer } from '../server/connection.ts';
import { readBaseWithFiles, type WantedBase } from '../start/base-config.ts';

interface Flags {
  readonly repo?: string;
  readonly base?: string;
  readonly root?: string;
  readonly smoke?: boolean;
  readonly fix?: boolean;
  readonly json?: boolean;
  readonly home?: string;
}

/**
 * `baton doctor`: whether the agents of a repository's crew can work on this machine, what is protected there, and
 * which builds of Baton work on features.
 */
export const registerDoctor = (program: Command): void => {
  program
    .command('doctor')
    .description(
      'look at all that can be wrong: agents, machine, repository, server; run it where the worker runs',
    )
    .option('--repo <path-or-url>', 'repository whose baton.yaml names the crew (default: the one here)')
    .option('--base <branch>', "branch whose baton.yaml is read (default: the repository's own)")
    .option('--root <folder>', 'folder of the repository that features work in')
    .option('--smoke', 'have each agent write one file: calls its model, which costs')
    .option(
      '--fix',
      'mend what needs no decision: search attributes, retention of a dev server, modes of the home',
    )
    .option('--json', 'one JSON document')
    .addOption(homeOption())
    .action(async (flags: Flags) => {
      const { repo = '.', base, root, smoke: tryIt = false, json = false } = flags;
      const home = homeOf(flags);
      const wanted = { base, root };
      const there = await baseIfUsable(repo, wanted);
      const known = 'problem' in there ? undefined : there.config;
      const findings = await allFindings(home, repo, wanted, known, flags.fix === true);
      if ('problem' in there) {
        // What the repository's findings name already isn't named twice.
        if (!findings.some(({ area, state }) => area === 'repository' && state === 'bad'))
          findings.push(startFinding(there.problem));
        // Without its configuration nobody knows the crew: all else can be looked at.
        if (json) printJson({ agents: [], builds: null, findings: findings.map(plainFinding) });
        else print(findingLines(findings, styleFor(process.stdout), screenWidth()).join('\n'));
        process.exitCode = 1;
        return;
      }
      const { config, files, repo: origin } = there;
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
      const builds = await buildsNow(home);
      if (json) printJson({ agents: examined, builds, findings: findings.map(plainFinding) });
      else {
        const measuring = measuringPaths(measuringFiles({ config, ...files }), files.files);
        const style = styleFor(process.stdout);
        const lines = typeof builds === 'string' ? [`Builds: ${builds}`] : buildLines(builds, style);
        const copies = await copiesProblem(origin, config);
        const more = ['', ...findingLines(findings, style, screenWidth()), '', ...lines];
        print(doctorLines(examined, style, measuring, copies, more, screenWidth()).join('\n'));
      }
      const waits = typeof builds !== 'string' && buildsWait(builds);
      const agentsBad = examined.some(({ findings: found }) => found.some(({ state }) => state === 'bad'));
      if (waits || agentsBad || findings.some(({ state }) => state === 'bad')) process.exitCode = 1;
    });
};

/** The base's configuration, or why a feature couldn't start from it. */
const baseIfUsable = async (repo: string, wanted: WantedBase) =>
  readBaseWithFiles(repo, wanted).catch((error: unknown) => {
    const problem = toldBy(error);
    if (problem === undefined) throw error;
    return { problem };
  });

/** Everything but the agents; with `fix`, what can be mended is mended, and looked at again. */
async function allFindings(
  home: string,
  repo: string,
  wanted: WantedBase,
  config: Config | undefined,
  fix: boolean,
): Promise<Finding[]> {
  const look = async () => [
    ...(await machineFindings(config)),
    ...(await homeFindings(home)),
    ...(await repositoryFindings(repo, wanted)),
    ...(await serverFindings(home)),
  ];
  const found = await look();
  const mendable = fix ? found.flatMap((finding) => finding.fix ?? []) : [];
  for (const mend of mendable)
    say(await mend().catch((error: unknown) => `could not be mended: ${firstLine(error)}`));
  return mendable.length > 0 ? look() : found;
}

/** The builds that a server knows; why nobody can tell, if none answers: the rest of what is looked at needs none. */
async function buildsNow(home: string): Promise<BuildEntry[] | string> {
  try {
    return await withServer(home, buildEntries);
  } catch (error) {
    if (error instanceof CommandError || isGrpcServiceError(error)) return `not known. ${firstLine(error)}`;
    throw error;
  }
}

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
