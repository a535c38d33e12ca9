import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryContext } from './context.ts';
import { inWorktree } from './in-worktree.ts';
import { splitNul } from './run-git.ts';
import type { Place } from './worktree-place.ts';

const GITLINK = '160000';

/**
 * Adds everything that isn't ignored to Baton's index, repositories made inside the worktree as the files
 * they hold: git would record only a link to a commit that nobody else has. Submodules that `parent` has
 * stay what they are.
 * @returns the nested repositories, as paths without a slash at the end.
 */
export const stageNested = async (
  repo: RepositoryContext,
  place: Place,
  parent: string,
): Promise<string[]> => {
  const nested = new Set<string>();
  // A nested repository with a commit is shown as one entry that ends in a slash.
  for (const entry of splitNul((await inWorktree(repo, place, listOthers)).stdout)) {
    if (entry.endsWith('/')) nested.add(entry.slice(0, -1));
  }
  for (const folder of nested) await addFiles(repo, place, folder, nested);
  await inWorktree(repo, place, ['add', '--all', '--', '.']);
  // What still became a link: a file or folder that was tracked and is a repository now.
  for (const folder of await newLinks(repo, place, parent)) {
    nested.add(folder);
    await inWorktree(repo, place, ['update-index', '-z', '--force-remove', '--stdin'], {
      input: `${folder}\0`,
    });
    await addFiles(repo, place, folder, nested);
  }
  return [...nested].sort();
};

const listOthers = ['ls-files', '--others', '--exclude-standard', '-z'];

const addFiles = async (
  repo: RepositoryContext,
  place: Place,
  folder: string,
  nested: Set<string>,
): Promise<void> => {
  const files = await filesBelow(place, folder, nested);
  if (files.length === 0) return;
  // check-ignore knows no literal pathspecs; with ./ before it, no name is taken for a pattern.
  const ignored = await inWorktree(repo, place, ['check-ignore', '-z', '--stdin', '--no-index'], {
    input: files.map((file) => `./${file}\0`).join(''),
    env: { GIT_LITERAL_PATHSPECS: '0' },
    allow: [1],
  });
  const skip = new Set(splitNul(ignored.stdout).map((file) => file.slice('./'.length)));
  const wanted = files.filter((file) => !skip.has(file));
  await inWorktree(repo, place, ['update-index', '-z', '--add', '--stdin'], {
    input: wanted.map((file) => `${file}\0`).join(''),
  });
};

/** Files and links below `folder`, without any `.git`; further repositories found are added to `nested`. */
const filesBelow = async (place: Place, folder: string, nested: Set<string>): Promise<string[]> => {
  const found: string[] = [];
  for (const entry of await readdir(path.join(place.path, folder), { withFileTypes: true })) {
    const name = `${folder}/${entry.name}`;
    if (entry.name.toLowerCase() === '.git') continue;
    if (entry.isDirectory()) {
      const git = await lstat(path.join(place.path, name, '.git')).catch(() => undefined);
      if (git !== undefined) nested.add(name);
      found.push(...(await filesBelow(place, name, nested)));
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      found.push(name);
    }
  }
  return found;
};

const newLinks = async (repo: RepositoryContext, place: Place, parent: string): Promise<string[]> => {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', parent];
  const parts = splitNul((await inWorktree(repo, place, args)).stdout);
  const links: string[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [oldMode, newMode] = (parts[i] ?? '').replace(/^:/, '').split(' ');
    if (newMode === GITLINK && oldMode !== GITLINK) links.push(parts[i + 1] ?? '');
  }
  return links;
};
