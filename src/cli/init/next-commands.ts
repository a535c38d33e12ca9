import { forShell } from '../../detect/proposal.ts';
import { defaultHome } from '../../homes/home-dir.ts';
import { selfCommand } from '../self.ts';
import { withServer } from '../server/connection.ts';
import { serving } from '../server/task-queue.ts';

/** A command line to copy, with what it is for. */
export interface NextCommand {
  readonly why: string;
  readonly command: string;
}

/** What comes next: a worker, if none runs, and the one command that starts a feature. */
export async function nextCommands(
  checkout: string,
  base: string,
  written: readonly string[],
  home: string,
): Promise<NextCommand[]> {
  const self = selfCommand();
  const inHome = home === defaultHome() ? '' : ` --home ${forShell(home)}`;
  const there = await workerRuns(home);
  const isHere = checkout === process.cwd();
  const at = isHere ? 'git' : `git -C ${forShell(checkout)}`;
  const commit =
    written.length === 0
      ? ''
      : `${at} add ${written.map(forShell).join(' ')} && ${at} commit -m 'Add baton.yaml' && `;
  const repo = isHere ? '' : ` --repo ${forShell(checkout)}`;
  return [
    ...(there
      ? []
      : [{ why: 'Temporal and a worker, in another terminal:', command: `${self} dev${inHome}` }]),
    {
      why: `Your first feature, on ${base}, in your own words:`,
      command: `${commit}${self} start "what is to be built"${repo}${inHome} --watch`,
    },
  ];
}

const workerRuns = async (home: string): Promise<boolean> =>
  withServer(home, async ({ client }) => (await serving(client)).workers.length > 0).catch(() => false);
