import path from 'node:path';
import { type Config, checkNamed, checkNames, reportPath } from '../domain/config.ts';
import { integrationBranch, PROOF_SUFFIX, packetBranch } from '../domain/ids.ts';
import type { Packet } from '../domain/packet.ts';
import { INTEGRATION_TREE, type Site } from './workshop.ts';

/** A worktree that is ready for work. */
export interface Tree {
  readonly feature: string;
  readonly name: string;
  readonly epoch: number;
  readonly path: string;
  /** The root in it: where agents and commands begin. */
  readonly cwd: string;
  /** Whose work stands in a tree of Baton's own. */
  readonly packet?: string;
}

/** Trees that only Baton writes to: the home's own, so their epoch never rises. */
const OWN_EPOCH = 1;

/** What never goes into a commit, whatever `.gitignore` says: reports, what is copied in, what checks leave behind. */
export const excludedFrom = ({ checks, gates, worktrees }: Config, leftBehind: readonly string[] = []) => {
  const reports = [
    ...checkNames({ checks } as Config).map((name) => checkNamed({ checks } as Config, name)?.report),
    ...Object.values(gates).map(({ report }) => report),
  ].flatMap((report) => (report === undefined ? [] : [reportPath(report)]));
  return [...new Set([...reports, ...worktrees.copy, ...worktrees.installed, ...leftBehind])];
};

/** What a packet's scope and the evidence of its criteria name. */
const namedBy = (packet: Packet | null | undefined): string[] => {
  const files = (packet?.criteria ?? []).flatMap(({ evidence }) =>
    evidence !== undefined && 'file' in evidence ? [evidence.file] : [],
  );
  return [...(packet?.boundaries.inScope ?? []), ...files];
};

/** Files that a packet names one by one: they are its work even if `.gitignore` ignores them. */
export const wantedBy = (packet: Packet | null | undefined): string[] => [
  ...new Set(namedBy(packet).filter((named) => !/[*?[\]{}!\\]|\/$/.test(named))),
];

/** Whether a packet's scope or criteria name what checks left behind on the base: then it is the packet's to make. */
const isOwn = (left: string, packet: Packet | null | undefined): boolean => {
  return namedBy(packet).some((named) => named === left || (left.endsWith('/') && named.startsWith(left)));
};

/** What every tree of a feature shows and leaves out. */
export const shownIn = ({ ref, config }: Site, packet?: Packet | null) => ({
  base: { branch: ref.base, commit: ref.baseCommit },
  excluded: excludedFrom(
    config,
    (ref.leftBehind ?? []).filter((left) => !isOwn(left, packet)),
  ),
  // Whoever prepares a tree without its packet leaves that as it is.
  ...(packet !== undefined && { wanted: wantedBy(packet) }),
});

/** The tree in which a feature's merges and gates are measured; no agent ever works there. */
export const integrationTree = (site: Site): Promise<Tree> =>
  ownTree(site, INTEGRATION_TREE, site.ref.baseCommit);

/** A packet's second tree, in which its work is measured: only Baton writes there, so several can be at once. */
export async function proofTree(
  site: Site,
  packet: Pick<Packet, 'id' | 'branch'>,
  commit: string,
): Promise<Tree> {
  const branch = packetBranch(site.ref.feature, packet);
  return { ...(await ownTree(site, proofName(packet.id), commit, branch)), packet: packet.id };
}

/**
 * The tree in which the set-up runs for others to copy: at a commit of the integration branch, and nothing else ever
 * runs there. A packet can't have that name.
 */
export const setupTree = (site: Site): Promise<Tree> =>
  ownTree(site, proofName('integration'), site.ref.baseCommit);

/** Removes a packet's trees; what is in them stays on its ref. */
export async function removeTrees({ repo, ref }: Site, packet: string): Promise<void> {
  for (const name of [packet, proofName(packet)]) await repo.removeWorktree({ feature: ref.feature, name });
}

export const proofName = (packet: string): string => `${packet}${PROOF_SUFFIX}`;

/** A tree of Baton's own, standing wherever it stood. */
export async function ownTree(
  site: Site,
  name: string,
  start: string,
  branch = integrationBranch(site.ref.feature),
): Promise<Tree> {
  const { ref, repo } = site;
  const worktree = { feature: ref.feature, name, epoch: OWN_EPOCH };
  const made = await repo.prepareWorktree({ ...worktree, ...shownIn(site), start, branch, own: true });
  return { ...worktree, path: made.path, cwd: path.join(made.path, repo.root) };
}
