import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { copyFile, lstat, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type GitContent, usesLfs } from '../../domain/git-content.ts';
import { removeTree } from '../../installed/remove-tree.ts';
import { layOutBare } from '../bare-layout.ts';
import { lfsStore } from '../content/converting.ts';
import type { RepositoryContext } from '../context.ts';
import { hideCredentials } from '../git-error.ts';
import { moduleSources } from '../modules/sources.ts';
import { formatSection, formatVersion, type ObjectFormat } from '../object-format.ts';
import { quotedSetting } from '../quoted-setting.ts';
import { readRefs } from '../store/read-refs.ts';
import { headRef, originRef, TAGS } from '../store/refs.ts';
import { excludeLines } from './excluded.ts';
import { putInside } from './plain-files.ts';
import type { WorktreePaths } from './worktree-paths.ts';

/** What the repository in a worktree shows. */
export interface Shown {
  /** Checked out, at `head`. */
  readonly branch: string;
  readonly head: string;
  /** The base branch, as it was when the feature began. */
  readonly base?: { readonly branch: string; readonly commit: string } | undefined;
  /** What its `git status` leaves out beside `.gitignore`. */
  readonly excluded: readonly string[];
}

/** What git leaves when somebody stops in the middle of a merge, a rebase or a commit. */
const IN_PROGRESS = [
  ...['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'MERGE_RR', 'MERGE_AUTOSTASH', 'AUTO_MERGE', 'SQUASH_MSG'],
  ...['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD', 'rebase-merge', 'rebase-apply', 'sequencer'],
  ...['BISECT_LOG', 'index.lock', 'HEAD.lock', 'shallow'],
];

const config = (
  format: ObjectFormat,
  origin: string,
  base: string | undefined,
  content: GitContent | undefined,
) => `${formatSection(format)}[core]
${formatVersion(format)}\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[user]
\tname = Agent
\temail = agent@localhost
[remote "origin"]
\turl = ${quotedSetting(origin)}
\tfetch = +refs/heads/*:refs/remotes/origin/*
${base === undefined ? '' : `[branch ${quotedSetting(base)}]\n\tremote = origin\n\tmerge = ${quotedSetting(headRef(base))}\n`}${contentConfig(content)}`;

/** The agent's own git converts files as the person's does, or its status and its stashes would be full of them. */
const contentConfig = ({ autocrlf, eol, filters = [] }: GitContent = {}): string => {
  const line = (key: string, value: string | undefined) =>
    value === undefined ? '' : `\t${key} = ${quotedSetting(value)}\n`;
  const sections = filters.map(
    ({ name, clean, smudge, process, required }) =>
      `[filter ${quotedSetting(name)}]\n${line('clean', clean)}${line('smudge', smudge)}${line('process', process)}` +
      line('required', required === true ? 'true' : undefined),
  );
  return `[core]\n${line('autocrlf', autocrlf)}${line('eol', eol)}${sections.join('')}`;
};

const bareConfig = (format: ObjectFormat) => `${formatSection(format)}[core]
${formatVersion(format)}\tfilemode = true
\tbare = true
`;

/**
 * Gives a worktree a repository of its own, as `git clone` and `git switch -c` leave it: history, branches and tags of
 * the origin, its base branch, an index without changes. Objects are borrowed from Baton's clone. Its `origin` is a
 * copy that nobody else reads, so that nothing gets out by a push. One that is there already is replaced.
 *
 * Only files are written: git never runs on what somebody else could have touched.
 */
export const makeOwnRepository = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  shown: Shown,
  index = paths.index,
): Promise<void> => {
  const git = path.join(paths.path, '.git');
  mkdirSync(paths.admin, { recursive: true });
  const made = mkdtempSync(path.join(paths.admin, 'git-'));
  try {
    const refs = await originRefs(repo, shown);
    const origin = path.join(git, 'origin.git');
    bare(repo, path.join(made, 'origin.git'), refs.origin, shown.base?.branch ?? 'main');
    if (usesLfs(repo.content)) symlinkSync(lfsStore(repo), path.join(made, 'origin.git/lfs'));
    bare(repo, made, refs.own, shown.branch);
    const settings =
      config(repo.format, origin, shown.base?.branch, repo.content) + (await moduleSettings(repo));
    writeFileSync(path.join(made, 'config'), settings);
    if (shown.base !== undefined) {
      mkdirSync(path.join(made, 'refs/remotes/origin'), { recursive: true });
      writeFileSync(
        path.join(made, 'refs/remotes/origin/HEAD'),
        `ref: refs/remotes/origin/${shown.base.branch}\n`,
      );
    }
    mkdirSync(path.join(made, 'info'));
    writeFileSync(path.join(made, 'info', 'exclude'), excludeLines(shown.excluded));
    await copyFile(index, path.join(made, 'index'));
    // What stands there, be it a link, goes as it is; nothing is read of it.
    await removeTree(git);
    await putInside(paths.path, '.git', made);
  } catch (error) {
    await rm(made, { recursive: true, force: true });
    throw error;
  }
};

/** As `git submodule init` leaves them: relative ones are not relative to what is `origin` there. */
const moduleSettings = async (repo: RepositoryContext): Promise<string> => {
  const all = Object.entries(await moduleSources(repo));
  const isNested = (at: string) => all.some(([other]) => at.startsWith(`${other}/`));
  const sources = all.flatMap(([at, { name, url }]) => (isNested(at) ? [] : [[name, hideCredentials(url)]]));
  return sources
    .map(
      ([name = '', url = '']) =>
        `[submodule ${quotedSetting(name)}]\n\tactive = true\n\turl = ${quotedSetting(url)}\n`,
    )
    .join('');
};

const bare = (
  repo: RepositoryContext,
  folder: string,
  refs: ReadonlyMap<string, string>,
  branch: string,
): void => {
  layOutBare(folder, bareConfig(repo.format), branch);
  writeFileSync(path.join(folder, 'objects/info/alternates'), `${path.join(repo.clone, 'objects')}\n`);
  const lines = [...refs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ref, commit]) => `${commit} ${ref}\n`);
  writeFileSync(path.join(folder, 'packed-refs'), lines.join(''));
};

/** A repository may have thousands, and every tree shows them. */
const remembered = new Map<string, Promise<readonly (readonly [string, string])[]>>();

/** After a fetch. */
export const forgetFetchedRefs = (clone: string): boolean => remembered.delete(clone);

const fetchedRefs = ({ clone }: RepositoryContext) => {
  const known =
    remembered.get(clone) ??
    Promise.all([readRefs(clone, originRef('')), readRefs(clone, TAGS)]).then((all) =>
      all.flatMap((refs) => [...refs]),
    );
  remembered.set(clone, known);
  known.catch(() => remembered.delete(clone));
  return known;
};

/** The origin's branches and tags as last fetched, for the copy of the origin and for the repository itself. */
const originRefs = async (repo: RepositoryContext, { branch, head, base }: Shown) => {
  const fetched = await fetchedRefs(repo);
  const origin = new Map<string, string>();
  const own = new Map<string, string>();
  for (const [ref, id] of fetched) {
    if (ref.startsWith(TAGS)) {
      const tag = `refs/tags/${ref.slice(TAGS.length)}`;
      origin.set(tag, id);
      own.set(tag, id);
      continue;
    }
    const name = ref.slice(originRef('').length);
    // Where the hub is the origin, features leave branches there that are nobody's to look at.
    if (name.startsWith('baton/')) continue;
    origin.set(headRef(name), id);
    own.set(`refs/remotes/origin/${name}`, id);
  }
  if (base !== undefined) own.set(headRef(base.branch), base.commit);
  own.set(headRef(branch), head);
  return { origin, own };
};

/**
 * Moves the repository of a worktree to another commit: its branch, its index. Stashes, branches and commits of the
 * agent's own stay. One that the agent broke, or replaced by something else, is made anew.
 *
 * @param index - a file that becomes its index
 */
export const moveOwnRepository = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  shown: Shown,
  index: string,
): Promise<void> => {
  const git = path.join(paths.path, '.git');
  if (!(await isWhole(git))) return makeOwnRepository(repo, paths, shown, index);
  await Promise.all(IN_PROGRESS.map((name) => rm(path.join(git, name), { recursive: true, force: true })));
  await put(paths, `refs/heads/${shown.branch}`, `${shown.head}\n`);
  await put(paths, 'HEAD', `ref: ${headRef(shown.branch)}\n`);
  const copy = path.join(paths.admin, 'index.shown');
  await copyFile(index, copy);
  await putInside(paths.path, '.git/index', copy);
};

const put = async (paths: WorktreePaths, name: string, text: string): Promise<void> => {
  const file = path.join(paths.admin, 'ref.shown');
  await writeFile(file, text);
  await putInside(paths.path, `.git/${name}`, file);
};

const isWhole = async (git: string): Promise<boolean> => {
  const kind = async (name: string) => await lstat(path.join(git, name)).catch(() => undefined);
  const folders = await Promise.all(['', 'objects', 'refs', 'objects/info'].map(kind));
  const files = await Promise.all(['HEAD', 'config', 'objects/info/alternates'].map(kind));
  return folders.every((stat) => stat?.isDirectory()) && files.every((stat) => stat?.isFile());
};
