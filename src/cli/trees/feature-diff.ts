import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { integrationBranch } from '../../domain/ids.ts';
import { type SealedView, withSealedView } from '../../git/sealed-view.ts';
import { readRefs } from '../../git/store/read-refs.ts';
import { executionRefs, headRef, workRefs } from '../../git/store/refs.ts';
import { repositoryAt } from '../../git/user-repository.ts';
import { homePaths } from '../../homes/paths.ts';
import { CommandError } from '../command-error.ts';

/** What is compared: of a whole feature, or of one of its packets. */
export interface DiffWanted {
  readonly feature: string;
  readonly packet?: string | undefined;
  /** Only which files differ, and how much. */
  readonly stat: boolean;
}

/** A difference, and the commits that it is between. */
export interface FeatureDiff {
  readonly from: string;
  readonly to: string;
  readonly text: string;
}

/**
 * What a feature or a packet changes, from the hub that a home has. Needs no server.
 *
 * @throws CommandError where this home has no hub with that work
 */
export async function featureDiff(home: string, wanted: DiffWanted): Promise<FeatureDiff> {
  const { feature, packet, stat } = wanted;
  const found = await hubWith(home, feature);
  const head = found.refs.get(headRef(integrationBranch(feature)));
  if (head === undefined)
    throw new CommandError(`The hub ${found.hub} has no branch of "${feature}" any more`);
  const repo = await repositoryAt(found.hub);
  if (repo === undefined) throw new CommandError(`${found.hub} is no git repository`);
  const to = packet === undefined ? head : await workOf(found.hub, feature, packet);
  return await withSealedView(repo, async (view) => {
    const from =
      packet === undefined ? await baseOf(view, head, found.marks) : await mergeBase(view, head, to);
    const options = [
      '--no-ext-diff',
      '--no-textconv',
      ...(stat ? ['--stat', '--summary'] : ['--stat', '-p']),
    ];
    const { stdout } = await view.run(['diff-tree', '-r', ...options, from, to]);
    return { from, to, text: stdout.trimEnd() };
  });
}

/** The hub of this machine that knows a feature. */
async function hubWith(home: string, feature: string) {
  const folder = homePaths(home).hubs;
  const own = (await readdir(folder).catch(() => [])).map((name) => path.join(folder, name));
  const shared = process.env.BATON_HUB;
  for (const hub of [...own, ...(shared !== undefined && path.isAbsolute(shared) ? [shared] : [])]) {
    const marks = await readRefs(hub, executionRefs(feature)).catch(() => new Map<string, string>());
    if (marks.size === 0) continue;
    return {
      hub,
      marks: [...marks.values()],
      refs: await readRefs(hub, headRef(integrationBranch(feature))),
    };
  }
  throw new CommandError(
    `This home (${home}) has no work of a feature "${feature}". If its workers share a hub, run this where they run, or set BATON_HUB to the hub's folder.\nSee all: baton list`,
  );
}

/** The newest work of a packet: that of its highest epoch. */
async function workOf(hub: string, feature: string, packet: string): Promise<string> {
  const prefix = workRefs(feature, packet);
  const works = [...(await readRefs(hub, prefix))].sort(
    ([a], [b]) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)),
  );
  const last = works.at(-1);
  if (last === undefined)
    throw new CommandError(
      `Packet "${packet}" of "${feature}" has nothing committed yet, or there is no such packet. See: baton status ${feature}`,
    );
  return last[1];
}

const mergeBase = async (view: SealedView, a: string, b: string): Promise<string> =>
  (await view.run(['merge-base', a, b])).stdout.trim();

/** The base commit that the branch began at: of several executions' the nearest. */
async function baseOf(view: SealedView, head: string, marks: readonly string[]): Promise<string> {
  const counted = await Promise.all(
    [...new Set(marks)].map(async (mark) => {
      const base = await mergeBase(view, head, mark);
      const { stdout } = await view.run(['rev-list', '--count', `${base}..${head}`]);
      return { base, ahead: Number(stdout) };
    }),
  );
  const [nearest] = counted.sort((a, b) => a.ahead - b.ahead);
  return nearest?.base ?? head;
}
