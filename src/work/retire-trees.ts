import { setupNeeded } from '../checks/setup.ts';
import { oneSetUp, readSetUpState } from './set-up-state.ts';
import { keepSpare } from './spares.ts';
import { proofName, removeTrees } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/**
 * Takes what was copied into a packet's trees out of them, for the next trees that want it, because a copy is most of what
 * a tree costs. Whoever takes it looks whether it still is as it was made: an agent, or a test of its, may have written to
 * it. May be repeated. If one can't be kept, the next tree gets a copy.
 */
export const handOn = async (shop: Workshop, site: Site, packet: string): Promise<void> => {
  const { feature } = site.ref;
  for (const name of [proofName(packet), packet]) {
    const tree = { feature, name, path: shop.home.paths.worktree(feature, name) };
    await oneSetUp(tree.path, () => keepInstalled(shop, site, tree)).catch(() => undefined);
  }
};

/** Removes a packet's trees; what is in them stays on its ref, and what was copied into them goes on to the next. */
export const retireTrees = async (shop: Workshop, site: Site, packet: string): Promise<void> => {
  await handOn(shop, site, packet);
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
