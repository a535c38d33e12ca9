import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { inputsDigest, runSetup, setupDigest, setupNeeded } from '../checks/setup.ts';
import type { CheckResult } from '../domain/checks.ts';
import { BatonError } from '../domain/failures.ts';
import { PROOF_SUFFIX } from '../domain/ids.ts';
import { createKeyedMutex } from '../git/mutex.ts';
import { writeFileAtomic } from '../homes/atomic-file.ts';
import { checkEnvironment } from './check-environment.ts';
import { readText, type Site, type Workshop } from './workshop.ts';

/** A worktree that is ready for work. */
export interface Tree {
  readonly feature: string;
  readonly name: string;
  readonly epoch: number;
  readonly path: string;
  /** Whose work stands in a tree of Baton's own. */
  readonly packet?: string;
  /** It was made just now, clean at this commit. */
  readonly createdAt?: string;
}

/** Trees that only Baton writes to: the home's own, so their epoch never rises. */
const OWN_EPOCH = 1;

const setupFile = (shop: Workshop, tree: Tree) => shop.featureFile(tree.feature, `${tree.name}.setup`);

/** The tree in which merges are rebased and checked; no agent ever works there. */
export const integrationTree = (shop: Workshop, site: Site): Promise<Tree> =>
  ownTree(shop, site, 'integration', site.ref.baseCommit);

/** A packet's second tree, in which its work is proven: only Baton writes there, so several can be at once. */
export async function proofTree(shop: Workshop, site: Site, packet: string, commit: string): Promise<Tree> {
  const tree = await ownTree(shop, site, proofName(packet), commit);
  await linkFromIntegration(shop, site, tree);
  return { ...tree, packet };
}

/** Removes a packet's trees; what is in them stays on its ref. */
export async function removeTrees({ repo, ref }: Site, packet: string): Promise<void> {
  for (const name of [packet, proofName(packet)]) await repo.removeWorktree({ feature: ref.feature, name });
}

export const proofName = (packet: string): string => `${packet}${PROOF_SUFFIX}`;

/** A tree of Baton's own, standing wherever it stood. */
export async function ownTree(
  _shop: Workshop,
  { ref, repo }: Site,
  name: string,
  start: string,
): Promise<Tree> {
  const worktree = { feature: ref.feature, name, epoch: OWN_EPOCH };
  // What a proof leaves is thrown away, one a packet; the others' last state is kept on the hub, once a feature.
  const own = name.endsWith(PROOF_SUFFIX);
  const { path: at, createdAt } = await repo.prepareWorktree({ ...worktree, start, own });
  return { ...worktree, path: at, ...(createdAt !== undefined && { createdAt }) };
}

/** An agent's tree: kept as it is where it is there already, with links and copies as configured. */
export async function agentTree(
  shop: Workshop,
  site: Site,
  {
    name,
    epoch,
    start,
    dependencies,
  }: {
    readonly name: string;
    readonly epoch: number;
    readonly start: string;
    /** Whether the agent needs what the set-up installs; else it gets just what is there already. */
    readonly dependencies: boolean;
  },
  signal?: AbortSignal,
): Promise<Tree> {
  const worktree = { feature: site.ref.feature, name, epoch };
  const { path: at, createdAt } = await site.repo.prepareWorktree({ ...worktree, start });
  const tree = { ...worktree, path: at };
  if (createdAt === undefined) return tree;
  // What is linked has to be installed first; where that fails the tree gets a set-up, and an error, of its own.
  if (dependencies && site.config.worktrees.link.length > 0)
    await setUp(shop, site, await integrationTree(shop, site), signal);
  await linkFromIntegration(shop, site, tree);
  return tree;
}

/** Whether what is installed in the integration tree, at `from`, is what `tree` would install. */
async function servesToo(shop: Workshop, site: Site, from: string, tree: Tree): Promise<boolean> {
  const { setup } = site.config.checks;
  if (setup === undefined) return true;
  const last = await readText(await setupFile(shop, { ...tree, name: 'integration', path: from }));
  if ((await setupNeeded(from, setup, last)) !== undefined) return false;
  return (await inputsDigest(from, setup)) === (await inputsDigest(tree.path, setup));
}

/** Links what the feature's set-up installed, and notes the set-up as done where that replaces it. */
export async function linkFromIntegration(shop: Workshop, site: Site, tree: Tree): Promise<void> {
  const { link, copy } = site.config.worktrees;
  if (link.length === 0 && copy.length === 0) return;
  const from = shop.home.paths.worktree(site.ref.feature, 'integration');
  const { linked } = await site.repo.linkAndCopy({ worktree: tree, link, copy, from });
  const { setup } = site.config.checks;
  if (setup === undefined || link.length === 0 || linked.length < link.length) return;
  if (await servesToo(shop, site, from, tree))
    await writeFileAtomic(await setupFile(shop, tree), await setupDigest(tree.path, setup));
}

/**
 * Runs the set-up command where its inputs have changed since its last success. A tree that shared the
 * feature's dependencies gets its own then, so that nobody else's change under it.
 *
 * @returns the failed check, or undefined where the tree is set up
 */
export const setUp = (
  shop: Workshop,
  site: Site,
  tree: Tree,
  signal?: AbortSignal,
): Promise<CheckResult | undefined> => oneSetUp(tree.path, () => setUpAlone(shop, site, tree, signal));

/** The baseline and the first agents want the same tree set up at the same time. */
const oneSetUp = createKeyedMutex();

async function setUpAlone(
  shop: Workshop,
  site: Site,
  tree: Tree,
  signal: AbortSignal | undefined,
): Promise<CheckResult | undefined> {
  const { setup } = site.config.checks;
  const file = await setupFile(shop, tree);
  const needed = await setupNeeded(tree.path, setup, await readText(file));
  if (setup === undefined || needed === undefined) return undefined;
  for (const link of site.config.worktrees.link) {
    const at = path.join(tree.path, link);
    if ((await lstat(at).catch(() => undefined))?.isSymbolicLink()) await rm(at);
  }
  const { result, digest } = await runSetup({
    config: setup,
    cwd: tree.path,
    env: checkEnvironment(site, tree.packet ?? tree.name),
    store: shop.store,
    signal,
  });
  if (!result.passed) return result;
  await writeFileAtomic(file, digest);
  return undefined;
}

/** What a failed set-up throws where there is no agent to mend it. */
export const setUpError = (tree: Tree, failed: CheckResult): BatonError =>
  new BatonError(
    'Setup',
    `the set-up failed in ${tree.name} (exit code ${failed.exitCode}): ${failed.tail.slice(-1500)}`,
  );
