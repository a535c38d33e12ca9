import { mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

/** A link with this text. */
export const link = (target: string) => ({ link: target });
export type Content = string | Buffer | ReturnType<typeof link>;

/** An empty folder without links on the way to it. */
export const emptyTree = async (): Promise<string> =>
  realpath(await mkdtemp(path.join(tmpdir(), 'baton-installed-')));

/** Writes files and links into a tree, with the folders that they need. */
export async function fill(root: string, content: Readonly<Record<string, Content>>): Promise<void> {
  for (const [name, what] of Object.entries(content)) {
    const at = path.join(root, name);
    await mkdir(path.dirname(at), { recursive: true });
    if (typeof what === 'string' || Buffer.isBuffer(what)) await writeFile(at, what);
    else await symlink(what.link, at);
  }
}

/** A new tree with this content, which may need the tree's own path. */
export async function treeOf(content: (root: string) => Readonly<Record<string, Content>>): Promise<string> {
  const root = await emptyTree();
  await fill(root, content(root));
  return root;
}

/** Makes a named pipe, on which a reader would wait for ever. */
export const makePipe = (at: string) => execa('sh', ['-c', 'mkfifo "$1"', 'sh', at]);
