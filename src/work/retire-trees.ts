import { setupNeeded } from '../checks/setup.ts';
import { oneSetUp, readSetUpState } from './set-up-state.ts';
import { keepSpare } from './spares.ts';
import { proofName, removeTrees } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/**
 * Removes a packet's trees; what is in them stays on its ref. What is installed in its proof tree goes to the next tree that
 * wants it, because a copy is most of what a tree costs. An agent's tree gives nothing, since an agent wrote to it.
 */
export const retireTrees = async (shop: Workshop, site: Site, packet: string): Promise<void> => {
  const { feature } = site.ref;
  const name = proofName(packet);
  const tree = { feature, name, path: shop.home.paths.worktree(feature, name) };
  // If it can't be kept it is removed, and the next tree gets a copy.
  await oneSetUp(tree.path, () => keepInstalled(shop, site, tree)).catch(() => undefined);
  await removeTrees(site, packet);
};

const keepInstalled = async (
  shop: Workshop,
  { config, repo }: Site,
  tree: { readonly feature: string; readonly name: string; readonly path: string },
): Promise<void> => {
  const { setup } = config.checks;
  const state = await readSetUpState(shop, tree);
  if (state?.manifest === undefined || state.copyOf === undefined || setup === undefined) return;
  if ((await setupNeeded(tree.path, setup, state.digest, repo.root)) !== undefined) return;
  await keepSpare(shop, tree, { inputs: state.copyOf, manifest: state.manifest });
};
