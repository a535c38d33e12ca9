import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { packetBranch } from '../domain/ids.ts';
import type { Packet } from '../domain/packet.ts';
import { copyLocalSettings } from './set-up.ts';
import { shownIn, type Tree } from './trees.ts';
import type { Site } from './workshop.ts';

export interface AgentTreeRequest {
  /** Packet id or `design`. */
  readonly name: string;
  readonly epoch: number;
  /** Where it begins if nobody has worked on it yet. */
  readonly start: string;
  /** Its packet, whose own files are never taken for what checks leave behind. */
  readonly packet?: Packet | null | undefined;
  /** The branch that its repository shows. Default `baton/<feature>/<name>`. */
  readonly branch?: string | undefined;
}

/** An agent's tree with a repository of its own: kept as it is where it is there already. */
export async function agentTree(
  site: Site,
  { name, epoch, start, packet, branch = packetBranch(site.ref.feature, { id: name }) }: AgentTreeRequest,
): Promise<Tree> {
  const worktree = { feature: site.ref.feature, name, epoch };
  const prepared = await site.repo.prepareWorktree({ ...worktree, ...shownIn(site, packet), start, branch });
  const tree = { ...worktree, path: prepared.path, cwd: path.join(prepared.path, site.repo.root) };
  // An agent may have removed it, and would begin nowhere.
  if (site.repo.root !== '') await mkdir(tree.cwd, { recursive: true }).catch(() => undefined);
  if (prepared.createdAt !== undefined) await copyLocalSettings(site, tree);
  return tree;
}
