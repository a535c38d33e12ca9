import type { TreeRef } from '../domain/activities.ts';
import { agentTree } from './agent-tree.ts';
import { setUp } from './set-up.ts';
import type { Site, Workshop } from './workshop.ts';

/** The packet's tree as its agent left it, set up as far as that goes, for a person to work in. */
export async function prepareByHand(
  shop: Workshop,
  site: Site,
  { name, place, start }: TreeRef & { readonly start: string },
  signal: AbortSignal,
): Promise<{ readonly path: string }> {
  const tree = await agentTree(site, { name, epoch: place.epoch, start });
  // A set-up that fails may be just what the person came to mend.
  await setUp(shop, site, tree, signal);
  return { path: tree.cwd };
}
