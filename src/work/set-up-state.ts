import { rm } from 'node:fs/promises';
import { createKeyedMutex } from '../git/mutex.ts';
import { readTextIfThere, writeFileAtomic } from '../homes/atomic-file.ts';
import type { Manifest } from '../installed/manifest.ts';
import type { Tree } from './trees.ts';
import { toldWaiting } from './under-way.ts';
import type { Workshop } from './workshop.ts';

/** What a tree's last set-up came to; kept outside of the tree. */
export interface SetUpState {
  /** Of the command, its inputs and the folder. */
  readonly digest: string;
  /** Paths that the set-up made, the topmost ones, seen from the root; of a copy those that were copied. */
  readonly made: readonly string[];
  /** What is installed in it was like this then. Of an agent's tree: what was copied into it. */
  readonly manifest?: Manifest;
  /** Digest of the inputs, if they are a copy of what another tree's set-up made: then they may go on to a third. */
  readonly copyOf?: string;
  /** Why they can't be copied into another tree; only of the tree that others copy from. */
  readonly copyProblem?: string;
}

type NamedTree = Pick<Tree, 'feature' | 'name'>;

const stateFile = (shop: Workshop, tree: NamedTree) => shop.featureFile(tree.feature, `${tree.name}.setup`);

/** Undefined: nothing was kept of it. */
export const readSetUpState = async (shop: Workshop, tree: NamedTree): Promise<SetUpState | undefined> => {
  const text = await readTextIfThere(stateFile(shop, tree));
  // Before there was more to keep, the file held the digest alone.
  return text?.startsWith('{') ? (JSON.parse(text) as SetUpState) : undefined;
};

/** Replaces what was kept of a tree's last set-up. */
export const keepSetUpState = async (shop: Workshop, tree: NamedTree, state: SetUpState): Promise<void> =>
  writeFileAtomic(stateFile(shop, tree), JSON.stringify(state));

/** A tree of which nothing is kept is set up before anybody works in it. */
export const forgetSetUpState = (shop: Workshop, tree: NamedTree): Promise<void> =>
  rm(stateFile(shop, tree), { force: true });

/** The baseline and the first agents want the same tree set up at the same time. By a tree's path. */
export const oneSetUp = toldWaiting(createKeyedMutex());
