import path from 'node:path';
import { type Command, Option } from 'commander';
import { createHandWorktree, PACKET_TEXT_FILE } from '../../git/by-hand/create-hand-worktree.ts';
import { handWork } from '../../git/by-hand/hand-work.ts';
import { type HandWorktree, handFolder, handWorktrees } from '../../git/by-hand/hand-worktrees.ts';
import { removeHandWorktree } from '../../git/by-hand/remove-hand-worktree.ts';
import { userRepository } from '../../git/user-repository.ts';
import { copyInstalled } from '../../installed/copy-installed.ts';
import { installedProblem } from '../../installed/points-into.ts';
import { processesIn } from '../../processes/working-in.ts';
import { checkName, findPacket } from '../by-hand/hand-packet.ts';
import { handBase } from '../by-hand/hand-repository.ts';
import { CommandError } from '../command-error.ts';
import { print, printJson, say, screenWidth, styleFor } from '../output.ts';
import { type HandRow, worktreeLines } from '../render/worktrees.ts';
import { usableConfig } from '../start/base-config.ts';

interface Flags {
  readonly repo: string;
  readonly base?: string;
  readonly dir?: string;
  readonly packets?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

/** `baton worktree`: worktrees for people who drive agents themselves; no feature, no server. */
export const registerWorktree = (program: Command): void => {
  const worktree = program.command('worktree').description('worktrees for agents that you drive by hand');
  const command = (usage: string, what: string) =>
    worktree
      .command(usage)
      .description(what)
      .addOption(new Option('--repo <folder>', 'your repository').default('.'))
      .option('--base <branch>', "branch that work starts from and goes to (default: the repository's own)");
  command('create <packet>', 'make a worktree with a branch of its own for a packet; prints its path')
    .option('--dir <folder>', 'where it is made (default: worktrees, next to the repository)')
    .option('--packets <folder>', 'packets, for branch and text (default: packets in the repository)')
    .action(create);
  command('list', 'worktrees with their state').option('--json', 'one JSON document').action(list);
  command('remove <packet>', 'remove a worktree whose work is merged; its branch stays')
    .option('--force', 'remove it although work is not merged; uncommitted files are lost')
    .action(remove);
};

async function create(name: string, flags: Flags): Promise<void> {
  checkName(name);
  const { repo, base, baseCommit, configText, configFile, place, where } = await handBase(
    flags.repo,
    flags.base,
  );
  const packets = flags.packets ?? path.join(repo, 'packets');
  const packet = await findPacket(name, packets, flags.packets !== undefined);
  const config =
    configText === undefined
      ? undefined
      : usableConfig({ text: configText, file: configFile, place }, base, where);
  const made = await createHandWorktree(await userRepository(repo), {
    name,
    branch: packet?.branch ?? `feature/${name}`,
    commit: baseCommit,
    into: path.resolve(flags.dir ?? path.join(path.dirname(repo), 'worktrees')),
    text: packet?.text,
    copy: config?.worktrees.copy ?? [],
  });
  print(made.path);
  say(`Branch ${packet?.branch ?? `feature/${name}`}, from ${base} at ${baseCommit.slice(0, 12)}.`);
  for (const { path: each, reason } of made.skipped) say(`Without ${each}: ${reason}.`);
  await bringInstalled(repo, made.path, config?.worktrees.installed ?? []);
  const task =
    packet === undefined ? 'Tell your agent what to do' : `Let your agent read ${PACKET_TEXT_FILE}`;
  say(`${task}; when it is merged: baton worktree remove ${name}`);
}

/** What the set-up installed in the user's checkout, copied; nothing in a copy may lead back there. */
async function bringInstalled(from: string, to: string, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  const problem = await installedProblem(from, paths);
  if (problem !== undefined) return say(`Without ${paths.join(', ')}: ${problem}.`);
  const { skipped } = await copyInstalled({ from, to, paths });
  for (const { path: each, reason } of skipped) say(`Without ${each}: ${reason}.`);
}

async function list(flags: Flags): Promise<void> {
  const found = await handBase(flags.repo, flags.base);
  const repo = await userRepository(found.repo);
  const rows: HandRow[] = [];
  for (const one of await handWorktrees(repo)) {
    const { uncommitted, unmerged } = await handWork(repo, one, found.baseCommit);
    const working = one.present ? await processesIn(one.path) : [];
    const state = !one.present
      ? 'gone'
      : working === undefined
        ? 'unknown'
        : working.length > 0
          ? 'running'
          : 'idle';
    rows.push({
      name: one.name,
      path: one.path,
      ...(one.branch !== undefined && { branch: one.branch }),
      state,
      uncommitted: uncommitted.length,
      unmerged,
    });
  }
  if (flags.json) return printJson(rows);
  if (rows.length === 0) return say('No worktrees yet. Make one: baton worktree create <packet>');
  const options = { style: styleFor(process.stdout), width: screenWidth(), base: found.base };
  print(worktreeLines(rows, options).join('\n'));
}

async function remove(name: string, flags: Flags): Promise<void> {
  checkName(name);
  const found = await handBase(flags.repo, flags.base);
  const repo = await userRepository(found.repo);
  const worktree = only(name, await handWorktrees(repo));
  const force = flags.force ?? false;
  const [working] = force ? [] : ((await processesIn(worktree.path)) ?? []);
  if (working)
    throw new CommandError(
      `Not removed: ${working.name} (process ${working.pid}) is at work in ${working.folder}. End it, or --force.`,
    );
  const wanted = { base: found.baseCommit, baseName: found.base, force };
  const kept = await removeHandWorktree(repo, worktree, wanted);
  const stays = worktree.branch === undefined ? '' : ` The branch ${worktree.branch} stays.`;
  say(`Removed ${worktree.path}.${stays}${kept === undefined ? '' : ` Its commits are kept as ${kept}.`}`);
}

function only(name: string, all: readonly HandWorktree[]): HandWorktree {
  const [found, ...more] = all.filter((one) => one.name === name);
  if (found === undefined)
    throw new CommandError(`There is no worktree ${handFolder(name)} here. See all: baton worktree list`);
  if (more.length > 0)
    throw new CommandError(
      `Several worktrees are named ${handFolder(name)}: ${[found, ...more].map((one) => one.path).join(', ')}.\n` +
        'Remove the one that is meant by git worktree remove.',
    );
  return found;
}
