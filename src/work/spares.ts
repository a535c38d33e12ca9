import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readTextIfThere } from '../homes/atomic-file.ts';
import { namesIn } from '../homes/names-in.ts';
import { aside } from '../installed/aside.ts';
import { notAFolder, unlessMissing } from '../installed/inside.ts';
import { type Manifest, removeAdded } from '../installed/manifest.ts';
import { removeTree } from '../installed/remove-tree.ts';
import { forgetSetUpState } from './set-up-state.ts';
import type { Tree } from './trees.ts';
import type { Workshop } from './workshop.ts';

/** What a set-up made, out of a tree that is gone. */
export interface Spare {
  /** Digest of the set-up's inputs. */
  readonly inputs: string;
  /** What it was like when it was made. */
  readonly manifest: Manifest;
}

/** Each may be a gigabyte; as many as are wanted at once when the next packets begin. */
const MOST_SPARES = 3;
const FACTS = 'spare.json';
const HELD = 'held';

/** Of one that is being made, by this process: those of others were left by a worker that was killed. */
const MAKING = `.making-${randomUUID()}`;

const spares = (shop: Workshop, feature: string) => shop.featureFile(feature, 'spares');

/**
 * Moves what a set-up made out of a tree that is about to be removed, unless there are enough. Should the tree be worked in
 * once more after all, it is set up again.
 */
export async function keepSpare(
  shop: Workshop,
  tree: Pick<Tree, 'feature' | 'name' | 'path'>,
  spare: Spare,
): Promise<void> {
  const folder = spares(shop, tree.feature);
  if ((await namesIn(folder)).length >= MOST_SPARES) return;
  const { paths } = spare.manifest;
  // Moving a file would change it, to the manifest.
  if (!(await areFolders(tree.path, paths))) return;
  await forgetSetUpState(shop, tree);
  const name = randomUUID();
  const making = path.join(folder, name + MAKING);
  try {
    await moveAll(tree.path, path.join(making, HELD), paths);
    // Not forced to the disk, as notes are: if it is lost, so is a copy.
    await writeFile(path.join(making, FACTS), JSON.stringify(spare));
    await rename(making, path.join(folder, name));
  } catch (error) {
    await removeTree(making);
    throw error;
  }
}

/**
 * Moves a spare of these inputs into a tree that has nothing in its place, if it is still as the set-up made it: what was
 * added to it goes, and one that was changed, or that can't be looked at, goes whole. Only one may be taken at a time.
 *
 * @returns what it is to be like; undefined if there is none
 */
export async function takeSpare(
  shop: Workshop,
  tree: Pick<Tree, 'feature' | 'path'>,
  inputs: string,
): Promise<Manifest | undefined> {
  const folder = spares(shop, tree.feature);
  for (const name of await namesIn(folder)) {
    if (name.endsWith(MAKING)) continue;
    const own = path.join(folder, name);
    const spare = await spareIn(own).catch(() => undefined);
    if (spare?.inputs === inputs) {
      if (!(await hasRoom(tree.path, spare.manifest.paths))) return undefined;
      if (await isLike(path.join(own, HELD), spare.manifest).catch(() => false)) {
        await moveAll(path.join(own, HELD), tree.path, spare.manifest.paths);
        await removeTree(own);
        return spare.manifest;
      }
    }
    // Of other inputs, which nobody is likely to want again; changed; or half-made by a worker that was killed.
    await removeTree(own);
  }
  return undefined;
}

const spareIn = async (own: string): Promise<Spare | undefined> => {
  const text = await readTextIfThere(path.join(own, FACTS));
  return text === undefined ? undefined : (JSON.parse(text) as Spare);
};

/** Whether nothing of what a manifest tells was changed; what was added to it goes. */
export const isLike = async (root: string, manifest: Manifest): Promise<boolean> => {
  const { added, changed, removed } = await aside('manifestChanges', root, manifest);
  if (changed.length + removed.length > 0) return false;
  await removeAdded(root, added);
  return true;
};

const isFolder = async (root: string, relative: string): Promise<boolean> =>
  (await notAFolder(root, relative)) === undefined &&
  (await lstat(path.join(root, relative)).catch(unlessMissing))?.isDirectory() === true;

const areFolders = async (root: string, paths: readonly string[]): Promise<boolean> => {
  for (const relative of paths) if (!(await isFolder(root, relative))) return false;
  return paths.length > 0;
};

const hasRoom = async (root: string, paths: readonly string[]): Promise<boolean> => {
  for (const relative of paths) {
    if ((await notAFolder(root, relative)) !== undefined) return false;
    if ((await lstat(path.join(root, relative)).catch(unlessMissing)) !== undefined) return false;
  }
  return true;
};

/** All of them or none. */
async function moveAll(from: string, to: string, paths: readonly string[]): Promise<void> {
  const moved: string[] = [];
  try {
    for (const relative of paths) {
      const target = path.join(to, relative);
      await mkdir(path.dirname(target), { recursive: true });
      await rename(path.join(from, relative), target);
      moved.push(target);
    }
  } catch (error) {
    for (const target of moved) await removeTree(target);
    throw error;
  }
}
