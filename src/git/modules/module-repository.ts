import { copyFile, lstat, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readIfRegular } from '../../files/regular-file.ts';
import { layOutBare } from '../bare-layout.ts';
import type { RepositoryContext } from '../context.ts';
import { hideCredentials } from '../git-error.ts';
import { formatSection, formatVersion } from '../object-format.ts';
import { quotedSetting } from '../quoted-setting.ts';
import { readRefs } from '../store/read-refs.ts';
import type { WorktreePaths } from '../worktree/worktree-paths.ts';
import { type ModuleSource, moduleRefs } from './sources.ts';

/**
 * Gives a submodule's folder a repository of its own, as `git submodule update` leaves it: its commit checked out on no
 * branch, the branches and tags of where it comes from. Objects are borrowed from Baton's clone. The folder is one that
 * nobody else writes to now; only files are written.
 */
export const makeModuleRepository = async (
  repo: RepositoryContext,
  { path: folder, index }: WorktreePaths,
  source: ModuleSource,
  commit: string,
): Promise<void> => {
  const git = path.join(folder, '.git');
  await rm(git, { recursive: true, force: true, maxRetries: 3 });
  const config = `${formatSection(repo.format)}[core]
${formatVersion(repo.format)}\tfilemode = true
\tbare = false
[user]
\tname = Agent
\temail = agent@localhost
[remote "origin"]
\turl = ${quotedSetting(hideCredentials(source.url))}
\tfetch = +refs/heads/*:refs/remotes/origin/*
`;
  layOutBare(git, config);
  await writeFile(path.join(git, 'objects/info/alternates'), `${path.join(repo.clone, 'objects')}\n`);
  const prefix = moduleRefs(source);
  const lines = [...(await readRefs(repo.clone, prefix))].map(([ref, id]) => {
    const [kind, ...name] = ref.slice(prefix.length).split('/');
    return `${id} refs/${kind === 'tags' ? 'tags' : 'remotes/origin'}/${name.join('/')}`;
  });
  await writeFile(path.join(git, 'packed-refs'), lines.map((line) => `${line}\n`).join(''));
  await writeFile(path.join(git, 'HEAD'), `${commit}\n`);
  await copyFile(index, path.join(git, 'index'));
};

const ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** The commit that is checked out in a submodule's folder, as its files say; undefined if they don't. */
export const moduleHead = async (folder: string): Promise<string | undefined> => {
  const git = path.join(folder, '.git');
  if (!(await lstat(git).catch(() => undefined))?.isDirectory()) return undefined;
  const text = (await readIfRegular(path.join(git, 'HEAD')))?.toString('utf8').trim() ?? '';
  if (ID.test(text)) return text;
  const ref = /^ref: (refs\/\S+)$/.exec(text)?.[1];
  if (ref === undefined || ref.split('/').includes('..')) return undefined;
  return (await readRefs(git, ref).catch(() => undefined))?.get(ref);
};

/** Makes the way to a submodule's folder, and the folder, real ones. */
export const makeModuleFolder = async (root: string, at: string): Promise<void> => {
  let folder = root;
  for (const part of at.split('/')) {
    folder = path.join(folder, part);
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isDirectory()) continue;
    if (found !== undefined) await rm(folder);
    await mkdir(folder);
  }
};
