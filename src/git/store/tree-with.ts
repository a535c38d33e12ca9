import { rm } from 'node:fs/promises';
import path from 'node:path';
import { temporaryFolder } from '../../processes/temporary.ts';
import { inClone, type RepositoryContext } from '../context.ts';
import type { ListedFile } from './listing.ts';

/** Paths with what is to stand there; undefined: nothing. */
export type TreeEdits = ReadonlyMap<string, ListedFile | undefined>;

/** A tree with some files replaced, added or removed, made in the object store. @returns its name */
export const treeWith = async (repo: RepositoryContext, tree: string, edits: TreeEdits): Promise<string> => {
  const folder = await temporaryFolder('index');
  const env = { GIT_INDEX_FILE: path.join(folder, 'index') };
  const none = '0'.repeat(tree.length);
  try {
    await inClone(repo, ['read-tree', tree], { env });
    const lines = [...edits].map(([file, to]) => `${to?.mode ?? '0'} ${to?.id ?? none}\t${file}\0`);
    await inClone(repo, ['update-index', '-z', '--index-info'], { env, input: lines.join('') });
    return (await inClone(repo, ['write-tree'], { env })).stdout.trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
