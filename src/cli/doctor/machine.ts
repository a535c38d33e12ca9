import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../domain/config.ts';
import { errorText } from '../../domain/error-text.ts';
import { gitProblem } from '../../git/git-version.ts';
import { runGit } from '../../git/run-git.ts';
import { makeHomeDir } from '../../homes/home-dir.ts';
import { homeProblem } from '../../homes/home-dir-problem.ts';
import { deepHome } from '../../homes/paths.ts';
import { roomLeft } from '../../homes/room.ts';
import { placeOnPath } from '../../processes/on-path.ts';
import { sandboxProblem } from '../../sandbox/probe.ts';
import { broken, type Finding, fine, worthKnowing } from './finding.ts';

/** A feature's trees of a middling repository with its dependencies; below it the first feature may fill the disk. */
const LEAST_BYTES = 5 * 1024 ** 3;
/** A `node_modules` has 50,000 files, and a feature several trees. */
const LEAST_INODES = 500_000;

/** What Baton itself needs of this machine. */
export const machineFindings = async (config: Config | undefined): Promise<Finding[]> => [
  await gitFinding(),
  await sandboxFindingHere(config),
  ...(await ghFinding(config)),
];

async function gitFinding(): Promise<Finding> {
  const about = { area: 'machine', what: 'git' } as const;
  const problem = await gitProblem().catch((error: unknown) => `git can't be started: ${errorText(error)}`);
  if (problem === undefined) return fine(about, (await runGit(['--version'], { cwd: '/' })).stdout.trim());
  return broken(about, problem, {
    why: 'all work is kept and merged by git',
    todo: 'install a newer git where the worker runs',
  });
}

async function sandboxFindingHere(config: Config | undefined): Promise<Finding> {
  const about = { area: 'machine', what: 'sandbox' } as const;
  const problem = await sandboxProblem();
  if (problem === undefined) return fine(about, 'bubblewrap and socat work');
  const required = config?.sandbox.use === 'required';
  return (required ? broken : worthKnowing)(about, problem, {
    why: required
      ? 'baton.yaml requires one'
      : "agents and their code run as the worker's user, with all that it may do",
    todo: 'install bubblewrap and socat, or give the worker a machine of its own',
  });
}

async function ghFinding(config: Config | undefined): Promise<Finding[]> {
  if (config?.land !== 'pull-request') return [];
  const about = { area: 'machine', what: 'gh' } as const;
  const file = await placeOnPath('gh');
  if (file !== undefined) return [fine(about, file)];
  return [
    broken(about, 'gh is not on PATH', {
      why: '`land: pull-request` opens the pull request by it',
      todo: 'install GitHub’s CLI where the worker runs, and log in: gh auth login',
    }),
  ];
}

/** Whether Baton's folder can be used, and has room. */
export async function homeFindings(home: string): Promise<Finding[]> {
  const folder = { area: 'home', what: 'folder' } as const;
  const problem = await homeProblem(home, 'toWrite');
  if (problem !== undefined)
    return [
      broken(folder, problem.replace(/ Name another folder .*$/, ''), {
        why: 'Baton keeps its trees and reports there',
        todo: 'name another folder by BATON_HOME or --home',
      }),
    ];
  const before = await stat(home).catch(() => undefined);
  if (before === undefined) {
    // Looking changes nothing, so only the place is looked at.
    const above = await nearestFolder(home);
    return [
      fine(folder, `${home} will be made by the first worker`),
      ...depthFindings(home),
      ...(await spaceFindings(above)),
    ];
  }
  const open = (before.mode & 0o077) !== 0;
  const finding = open
    ? worthKnowing(folder, `${home} is open to other users (mode ${(before.mode & 0o777).toString(8)})`, {
        why: 'sessions, trees and logs of agents are in it',
        todo: 'a worker closes it when it starts; or now: baton doctor --fix',
        fix: async () => {
          await makeHomeDir(home);
          return `${home} is its user's alone now`;
        },
      })
    : fine(folder, home);
  return [finding, ...depthFindings(home), ...(await spaceFindings(home))];
}

function depthFindings(home: string): Finding[] {
  const deep = deepHome(home);
  if (deep === undefined) return [];
  return [
    worthKnowing({ area: 'home', what: 'depth' }, deep.what, {
      why: 'a Unix socket may have a name of 107 bytes, and databases and dev servers make some in their tree',
      todo: deep.todo,
    }),
  ];
}

async function nearestFolder(at: string): Promise<string> {
  const there = await stat(at).catch(() => undefined);
  return there?.isDirectory() || path.dirname(at) === at ? at : nearestFolder(path.dirname(at));
}

async function spaceFindings(folder: string): Promise<Finding[]> {
  const [disk, inodes] = [
    { area: 'home', what: 'disk' },
    { area: 'home', what: 'inodes' },
  ] as const;
  const { bytes, inodes: left } = await roomLeft(folder);
  const gib = `${(bytes / 1024 ** 3).toFixed(1)} GiB free`;
  const state = bytes < LEAST_BYTES / 50 ? broken : worthKnowing;
  const space =
    bytes >= LEAST_BYTES
      ? fine(disk, gib)
      : state(disk, gib, {
          why: 'every packet has trees of its own there, with what the set-up installs',
          todo: 'make room, or name another disk by BATON_HOME',
        });
  if (left === undefined) return [space];
  const text = `${left.toLocaleString('en')} inodes free`;
  return [
    space,
    left >= LEAST_INODES
      ? fine(inodes, text)
      : (left < LEAST_INODES / 50 ? broken : worthKnowing)(inodes, text, {
          why: 'trees with what is installed have many small files',
          todo: 'remove files there, or name another disk by BATON_HOME',
        }),
  ];
}
