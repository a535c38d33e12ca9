import { forShell } from '../../detect/proposal.ts';
import { defaultHome } from '../../homes/home-dir.ts';
import { selfCommand } from '../self.ts';
import { withServer } from '../server/connection.ts';
import { serving } from '../server/task-queue.ts';
import type { ToCommit } from './checkout.ts';

/** A command line to copy, with what it is for. */
export interface NextCommand {
  readonly why: string;
  readonly command: string;
}

/** What the next commands are made of. */
interface Begun {
  /** The folder that was written to. */
  readonly checkout: string;
  readonly base: string;
  /** The base, if a person named it. */
  readonly named: string | undefined;
  /** Absent: nothing was written. */
  readonly commit: ToCommit | undefined;
  readonly home: string;
}

/** What comes next: a worker, if none runs, and the one command that starts a feature. */
export async function nextCommands({ checkout, base, named, commit, home }: Begun): Promise<NextCommand[]> {
  const self = selfCommand();
  const inHome = home === defaultHome() ? '' : ` --home ${forShell(home)}`;
  const there = await workerRuns(home);
  const isHere = checkout === process.cwd();
  const repo = isHere ? '' : ` --repo ${forShell(checkout)}`;
  const on = named === undefined ? '' : ` --base ${forShell(named)}`;
  const start = `${self} start "what is to be built"${repo}${on}${inHome} --watch`;
  return [
    ...(there
      ? []
      : [{ why: 'Temporal and a worker, in another terminal:', command: `${self} dev${inHome}` }]),
    {
      why: `Your first feature, on ${base}, in your own words:`,
      command: [...gitCommands(isHere ? 'git' : `git -C ${forShell(checkout)}`, commit), start].join(' && '),
    },
  ];
}

function gitCommands(git: string, commit: ToCommit | undefined): string[] {
  if (commit === undefined || commit.names.length === 0) return [];
  const { switchTo, names, ignored } = commit;
  return [
    ...(switchTo === undefined ? [] : [`${git} switch ${forShell(switchTo)}`]),
    `${git} add ${ignored ? '--force ' : ''}${names.map(forShell).join(' ')}`,
    `${git} commit -m 'Add baton.yaml'`,
  ];
}

const workerRuns = async (home: string): Promise<boolean> =>
  withServer(home, async ({ client }) => (await serving(client)).workers.length > 0).catch(() => false);
