import { lstat, mkdir, readFile, readlink, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readJson, writeFileSoon } from '../../homes/atomic-file.ts';
import { LARGEST_SCREENED, type Withheld } from '../commit-screen.ts';
import { converting, unfiltered } from '../content/converting.ts';
import { inClone, type RepositoryContext } from '../context.ts';
import { GitError, isRefusal } from '../git-error.ts';
import { belowModule } from '../modules/module-paths.ts';
import { movedModules } from '../modules/moved-modules.ts';
import { onDisk } from '../names.ts';
import { formatOf } from '../object-format.ts';
import { GITLINK, type Listing, listTree } from '../store/listing.ts';
import { asCheckedOut } from './as-checked-out.ts';
import { type FoundFile, findFiles, foundFile, foundFiles } from './find-files.ts';
import { forgetIndex, indexHolds, isIndexOf } from './index-state.ts';
import { asNotTakenOver } from './not-taken-over.ts';
import { copyPlain, fileId, isDenied, unlessDenied } from './plain-files.ts';
import { MOST_TRIES } from './while-changing.ts';
import type { WorktreePaths } from './worktree-paths.ts';

/** What is never captured of a worktree: paths, globs, and folders that end in `/`. */
export type Excluded = (relative: string) => boolean;

export interface CapturedTree {
  /** The content of the worktree as a tree in the clone's object store. */
  readonly tree: string;
  /** Repositories made inside the worktree: their files are in `tree`, their history isn't. */
  readonly nested: readonly string[];
  /** Paths that can't be committed; they are not in `tree`. */
  readonly unusable: readonly string[];
  /** Files that give something away, by their paths; in `tree` they are as in `from`. */
  readonly withheld: ReadonlyMap<string, Withheld>;
  /** Files that differ from `from`, as far as their states and contents tell. */
  readonly differing: readonly string[];
  /** Files that `from` doesn't have, nor its submodules. */
  readonly added: readonly string[];
}

/** A file that changed so shortly before may change again without its times telling: the kernel's clock ticks. */
const UNSETTLED_MS = 100;

/** By path: the state that a file was in when it was the same as a blob, and that blob. */
const stampsSchema = z.object({ stamps: z.record(z.string(), z.string()) });

const stampsFile = (paths: WorktreePaths): string => path.join(paths.admin, 'baton-stamps.json');

/**
 * Captures the content of a worktree in Baton's own object store. Its files are the only input: not its `.git`,
 * nor an index. What is unchanged since `from`, or is as a checkout of `from` writes it, keeps the blob that it has there,
 * whatever `.gitattributes` would make of it now; what changed is converted as git itself would on `git add`.
 *
 * Git runs on copies in a folder that only Baton writes to, so nothing that lies in the worktree can hang or lead it.
 *
 * @param from - a tree, not a commit
 * @param trackedOnly - files that `from` doesn't have are named and not captured
 * @param wanted - files that are captured although they are ignored
 * @param allowed - what a person allowed of what was withheld, see {@link Withheld}
 * @throws NotTakenOver for a reason that lies in the worktree
 */
export const captureWorktree = (
  repo: RepositoryContext,
  paths: WorktreePaths,
  from: string,
  excluded: Excluded,
  options: CaptureOptions = {},
): Promise<CapturedTree> =>
  capture(repo, paths, from, excluded, options).catch((error: unknown) => {
    throw asNotTakenOver(error);
  });

interface CaptureOptions {
  readonly trackedOnly?: boolean;
  readonly allowed?: readonly string[];
  readonly wanted?: readonly string[] | undefined;
  /** The submodule that the worktree is, from the top of the repository. Default: none. */
  readonly module?: string;
}

const capture = async (
  repository: RepositoryContext,
  paths: WorktreePaths,
  from: string,
  excluded: Excluded,
  { trackedOnly = false, allowed = [], wanted: named = [], module = '' }: CaptureOptions,
): Promise<CapturedTree> => {
  const repo = module === '' ? repository : unfiltered(repository);
  const listing = await listTree(repo, from);
  const lookedAt = Date.now();
  const found = await findFiles(paths.path, { tracked: listing, wanted: new Set(named), excluded });
  const known = await readStamps(paths);
  const changed: FoundFile[] = [];
  const wanted = trackedOnly ? found.files.filter((file) => listing.has(file.path)) : found.files;
  for (const file of wanted)
    if (!isNoted(known, file, listing) && !(await isBlob(paths, file, listing))) changed.push(file);
  const there = new Set(found.files.map((file) => file.path));
  const removed = [...listing]
    .filter(([file, { mode }]) => mode !== GITLINK && !there.has(file))
    .filter(([file]) => !isExcluded(file, excluded) && !isBelow(file, found.unread))
    .map(([file]) => file);
  const modules = await movedModules(repo, paths, listing, module, async (inside, at, where) => {
    const options = { trackedOnly, module: belowModule(module, where) };
    const its = await capture(repo, inside, at, (file) => excluded(`${where}/${file}`), options);
    // Names that can't be committed are changes too.
    return { differ: its.tree === at ? its.unusable : its.differing, added: its.added };
  });
  const moved = trackedOnly ? new Map<string, string>() : modules.moved;
  const change = { from, listing, changed, removed, allowed, moved };
  const { tree, refused, withheld } = await staged(repo, paths, change);
  const after = tree === from ? listing : await listTree(repo, tree);
  const settled = wanted.filter(
    (file) => file.changedMs < lookedAt - UNSETTLED_MS || isNoted(known, file, after),
  );
  await writeStamps(
    paths,
    settled.filter((file) => !refused.includes(file.path)),
    after,
  );
  return {
    tree,
    nested: found.nested,
    unusable: [...found.unusable, ...refused.filter((file) => !withheld.has(file)), ...modules.problems],
    withheld,
    differing: [...changed.map((file) => file.path), ...removed, ...moved.keys()],
    added: [...found.files.map((file) => file.path).filter((file) => !listing.has(file)), ...modules.added],
  };
};

/** Folders on the way count too: what is below an excluded one isn't looked at. */
const isExcluded = (file: string, excluded: Excluded): boolean => {
  if (excluded(file)) return true;
  for (let at = file.lastIndexOf('/'); at > 0; at = file.lastIndexOf('/', at - 1))
    if (excluded(file.slice(0, at + 1))) return true;
  return false;
};

const isBelow = (file: string, paths: readonly string[]): boolean =>
  paths.some((each) => each === '' || file === each || file.startsWith(`${each}/`));

const isBlob = async (paths: WorktreePaths, file: FoundFile, listing: Listing): Promise<boolean> => {
  const listed = listing.get(file.path);
  if (listed?.mode !== file.mode || file.mode === '120000') return false;
  return (
    (await fileId(onDisk(path.join(paths.path, file.path)), formatOf(listed.id)).catch(unlessDenied)) ===
    listed.id
  );
};

const attributesFirst = (a: string, b: string): number =>
  Number(path.posix.basename(b) === '.gitattributes') - Number(path.posix.basename(a) === '.gitattributes');

interface ToStage {
  readonly from: string;
  /** Of `from`. */
  readonly listing: Listing;
  readonly changed: readonly FoundFile[];
  readonly removed: readonly string[];
  readonly allowed: readonly string[];
  /** Submodules by path, with the commits that they stand at now. */
  readonly moved: ReadonlyMap<string, string>;
}

/** `from` with the changed files in it, and without the removed ones and those that are withheld. */
const staged = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  { from, listing, changed, removed, allowed, moved }: ToStage,
): Promise<{ tree: string; refused: string[]; withheld: ReadonlyMap<string, Withheld> }> => {
  const own = (args: readonly string[], input?: string, run: typeof converting = inClone) =>
    run(repo, args, {
      cwd: paths.staging,
      env: { GIT_WORK_TREE: paths.staging, GIT_INDEX_FILE: paths.index },
      names: true,
      ...(input !== undefined && { input }),
    });
  const withheld = new Map<string, Withheld>();
  if (changed.length + removed.length + moved.size === 0) return { tree: from, refused: [], withheld };
  await rm(paths.staging, { recursive: true, force: true });
  await mkdir(paths.staging, { recursive: true });
  const copied: string[] = [];
  const gone: string[] = [...removed];
  const unread: string[] = [];
  for (const { path: file } of changed) {
    const result = await copyToStaging(paths, file);
    const problem = result === 'copied' ? await screened(repo, paths, file, listing) : undefined;
    if (problem !== undefined && !allowed.includes(problem.allowance)) {
      withheld.set(file, problem);
      continue;
    }
    (result === 'copied' ? copied : result === 'gone' ? gone : unread).push(file);
  }
  try {
    if (!isIndexOf(paths, from)) await withFreshIndex(paths, () => own(['read-tree', '--reset', from]));
    const kept = await asCheckedOut(repo, paths, listing, copied);
    const update = (options: readonly string[], all: readonly string[]) =>
      withoutRefused(all, (files) =>
        own(
          ['update-index', '-z', ...options, '--stdin'],
          files.map((file) => `${file}\0`).join(''),
          options.includes('--add') ? converting : inClone,
        ),
      );
    // First: of what was below a folder that is a link now, git would refuse to look for it.
    const refused = await update(['--force-remove'], gone);
    const modes = modesToKeep(listing, changed, kept);
    if (modes !== '') await own(['update-index', '-z', '--index-info'], modes);
    const converted = copied.filter((file) => !kept.has(file)).sort(attributesFirst);
    refused.push(...(await update(['--add', '--remove', '--replace'], converted)));
    for (const [at, commit] of moved)
      await own(['update-index', '--cacheinfo', `${GITLINK},${commit},${at}`]);
    const tree = (await own(['write-tree'])).stdout.trim();
    indexHolds(paths, tree);
    return { tree, refused: [...refused, ...unread, ...withheld.keys()], withheld };
  } finally {
    await rm(paths.staging, { recursive: true, force: true });
  }
};

/** For git's index: the files that only changed their modes keep the blobs that `listing` has for them. */
const modesToKeep = (listing: Listing, changed: readonly FoundFile[], kept: ReadonlySet<string>): string =>
  changed
    .filter((file) => kept.has(file.path))
    .map((file) => `${file.mode} ${listing.get(file.path)?.id}\t${file.path}\0`)
    .join('');

/** Why the copy of a file may not be committed, before git has any of it. */
const screened = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  file: string,
  listing: Listing,
): Promise<Withheld | undefined> => {
  if (repo.screen === 'none') return undefined;
  const copy = onDisk(path.join(paths.staging, file));
  const stat = await lstat(copy);
  const content = stat.isSymbolicLink()
    ? await readlink(copy)
    : stat.size > LARGEST_SCREENED
      ? undefined
      : await readFile(copy, 'utf8');
  const before = async () => {
    const listed = listing.get(file);
    return listed === undefined || listed.mode === GITLINK
      ? undefined
      : (await inClone(repo, ['cat-file', 'blob', listed.id])).stdout;
  };
  return repo.screen.file({ path: file, content, before });
};

/** A file that changes while it is copied is copied again, so that it is in one of its states; one that went is gone. */
const copyToStaging = async (paths: WorktreePaths, file: string): Promise<'copied' | 'gone' | 'unread'> => {
  const target = path.join(paths.staging, file);
  try {
    await mkdir(onDisk(path.dirname(target)), { recursive: true });
    for (let tried = 1; ; tried += 1) {
      const before = await foundFile(paths.path, file);
      const from = path.join(paths.path, file);
      const copied = before !== undefined && (await copyPlain(onDisk(from), onDisk(target)));
      const after = await foundFile(paths.path, file);
      const isSame = before?.stamp === after?.stamp && copied === (after !== undefined);
      if (isSame || tried === MOST_TRIES) return copied ? 'copied' : 'gone';
      await rm(onDisk(target), { force: true });
    }
  } catch (error) {
    if (!isDenied(error)) throw error;
    return 'unread';
  }
};

/**
 * Git passes over names that it can't hold, and stops at a file that it can't convert as its attributes say: these are
 * left out and told. If it doesn't say which file it stopped at, halves are tried.
 */
const withoutRefused = async (
  files: readonly string[],
  work: (files: readonly string[]) => Promise<{ readonly stderr: string }>,
): Promise<string[]> => {
  let left = files;
  const refused: string[] = [];
  for (;;) {
    try {
      const { stderr } = left.length > 0 ? await work(left) : { stderr: '' };
      return [...refused, ...left.filter((file) => stderr.includes(`Ignoring path ${file}\n`))];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const name = left.length === 1 ? left[0] : refusedName(error.stderr, left);
      if (name === undefined) {
        const half = Math.ceil(left.length / 2);
        const halves = [left.slice(0, half), left.slice(half)];
        for (const each of halves) refused.push(...(await withoutRefused(each, work)));
        return refused;
      }
      refused.push(name);
      left = left.filter((file) => file !== name);
    }
  }
};

const refusedName = (stderr: string, files: readonly string[]): string | undefined => {
  const where = /'([^'\n]+)'|path ([^\n]+)$|^fatal: ([^\n]+): clean filter '/gm;
  const named = [...stderr.matchAll(where)].map((match) => match[3] ?? match[1] ?? match[2]);
  return named.find((name) => name !== undefined && files.includes(name));
};

/** An index that git can't read (cut short by a kill) is only a cache: made anew. */
export const withFreshIndex = async <T>(paths: WorktreePaths, work: () => Promise<T>): Promise<T> => {
  forgetIndex(paths);
  await rm(`${paths.index}.lock`, { force: true });
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    await rm(paths.index, { recursive: true, force: true });
    return await work();
  }
};

const noted = (file: FoundFile, listing: Listing): string | undefined => {
  const listed = listing.get(file.path);
  return listed?.mode === file.mode ? `${file.stamp} ${listed.id}` : undefined;
};

const isNoted = (known: Readonly<Record<string, string>>, file: FoundFile, listing: Listing): boolean => {
  const now = noted(file, listing);
  return now !== undefined && known[file.path] === now;
};

const readStamps = async (paths: WorktreePaths): Promise<Readonly<Record<string, string>>> => {
  const parsed = stampsSchema.safeParse(await readJson(stampsFile(paths)));
  return parsed.success ? parsed.data.stamps : {};
};

const writeStamps = async (
  paths: WorktreePaths,
  files: readonly FoundFile[],
  listing: Listing,
  others: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const now = files.flatMap((file): [string, string][] => {
    const stamp = noted(file, listing);
    return stamp === undefined ? [] : [[file.path, stamp]];
  });
  // Whatever a crash of the machine leaves of it, files without a stamp are only read once more.
  await writeFileSoon(
    stampsFile(paths),
    JSON.stringify({ stamps: { ...others, ...Object.fromEntries(now) } }),
  );
};

/**
 * Notes that Baton just wrote these files as `tree` has them, before anybody else could. What git writes for a blob
 * need not be what it would make a blob of again: line ends, other attributes by then.
 */
export const noteWritten = async (
  repo: RepositoryContext,
  paths: WorktreePaths,
  tree: string,
  written?: readonly string[],
): Promise<void> => {
  const listing = await listTree(repo, tree);
  const files = await foundFiles(paths.path, [...(written ?? listing.keys())], () => undefined);
  await writeStamps(paths, files, listing, written === undefined ? {} : await readStamps(paths));
};
