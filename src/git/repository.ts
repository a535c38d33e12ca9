import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import type { GitContent } from '../domain/git-content.ts';
import { readJson, writeFileAtomic } from '../homes/atomic-file.ts';
import type { HomePaths } from '../homes/paths.ts';
import { withProcessLock } from '../homes/process-lock.ts';
import { layOutBare } from './bare-layout.ts';
import type { CommitScreen } from './commit-screen.ts';
import type { ConfineFilters } from './content/filter-sandbox.ts';
import { fetchLfs } from './content/lfs.ts';
import type { RepositoryContext } from './context.ts';
import { withoutCredential } from './credentials.ts';
import { assertGit } from './git-version.ts';
import { cloneConfig, hubConfig } from './hardening.ts';
import { fetchModules } from './modules/fetch-modules.ts';
import { createKeyedMutex } from './mutex.ts';
import { formatIn } from './object-format.ts';
import { hubName } from './outage.ts';
import { beginFeature } from './remote/begin-feature.ts';
import { assertOneFormat, formatAt } from './remote/format-at.ts';
import { branchAt, createBranch, moveBranch, publishBranch, pushCandidate } from './remote/hub.ts';
import { landBranch, landIntoBase, resolveBase, takeBackBranch } from './remote/landing.ts';
import { isLocal, normaliseOrigin, repositoryKey } from './remote/origin.ts';
import { blobText, getText, putText, removeTexts, writeText } from './store/blobs.ts';
import { changedFiles, diffStat, patch } from './store/changes.ts';
import { combine } from './store/combine.ts';
import { commitFacts, makeCommit, workBase } from './store/commit-object.ts';
import { forgetFacts } from './store/facts.ts';
import { linksOut } from './store/links-out.ts';
import { listingOf, listTree } from './store/listing.ts';
import { leftoverMarkers } from './store/markers.ts';
import { isAncestor, listFilesAt, log, readFileAt, tree } from './store/objects.ts';
import { treeWith } from './store/tree-with.ts';
import { gitText } from './user-repository.ts';
import { prepareViews } from './view.ts';
import { bringUpTo } from './worktree/bring-up.ts';
import { checkoutClean, drift, restoreFiles } from './worktree/checkout.ts';
import { commitAll, workTip } from './worktree/commit.ts';
import { copyIn } from './worktree/copy-in.ts';
import { editedFiles, presentTree, writePatch } from './worktree/edits.ts';
import { ignoredBy } from './worktree/ignored-by.ts';
import { putTree } from './worktree/put-tree.ts';
import { cleanFeature, prepareWorktree, removeWorktree } from './worktree/worktrees.ts';

const operations = {
  beginFeature,
  branchAt,
  bringUpTo,
  changedFiles,
  checkoutClean,
  cleanFeature,
  combine,
  commitAll,
  commitFacts,
  copyIn,
  createBranch,
  diffStat,
  drift,
  editedFiles,
  fetchLfs,
  fetchModules,
  getText,
  ignoredBy,
  isAncestor,
  landBranch,
  landIntoBase,
  leftoverMarkers,
  linksOut,
  listingOf,
  listFilesAt,
  listTree,
  log,
  makeCommit,
  moveBranch,
  patch,
  prepareWorktree,
  presentTree,
  publishBranch,
  pushCandidate,
  putText,
  putTree,
  readFileAt,
  removeTexts,
  removeWorktree,
  resolveBase,
  restoreFiles,
  takeBackBranch,
  blobText,
  tree,
  treeWith,
  workBase,
  workTip,
  writeText,
  writePatch,
} as const;

type Operations = typeof operations;
type Bound = {
  readonly [Name in keyof Operations]: Operations[Name] extends (
    repo: RepositoryContext,
    ...rest: infer Rest
  ) => infer Result
    ? (...rest: Rest) => Result
    : never;
};

/** A repository as one home sees it. Each operation may be repeated after a crash at any moment. */
export interface Repository extends RepositoryContext, Bound {
  /** The folder that paths are named from, see `rootedAt`; `''`: its top. */
  readonly root: string;
  /** The same with all paths from its top. */
  readonly whole: Repository;
}

export interface OpenRequest {
  readonly home: HomePaths;
  /** The user's repository: folder or URL. */
  readonly origin: string;
  /** Folder or URL of a bare repository that all homes reach; without one the home has its own. */
  readonly hub?: string | undefined;
  /** What keeps secrets out of commits; `none`: nothing does. No default, because a tree's files are an agent's. */
  readonly screen: CommitScreen | 'none';
  /** How the person's git converts files, as read when the feature was started. Default: without filters. */
  readonly content?: GitContent | undefined;
  /** Default: filters run in no sandbox. */
  readonly confineFilters?: ConfineFilters | undefined;
}

const setUpMutex = createKeyedMutex();

/**
 * Opens a repository in a home, making the clone and the default hub where they are missing. Nothing is
 * fetched yet. Processes that do this at the same time wait for each other.
 */
export const openRepository = async ({
  home,
  origin,
  hub,
  screen,
  content,
  confineFilters,
}: OpenRequest): Promise<Repository> => {
  if (origin === '' || origin.startsWith('-') || hub?.startsWith('-')) {
    throw new BatonError('BadInput', `"${origin}" is not a repository's path or URL`);
  }
  await assertGit();
  const key = repositoryKey(origin);
  const clone = path.join(home.repos, `${key}.git`);
  const own = hub === undefined;
  const url = own
    ? path.join(home.hubs, `${key}.git`)
    : isLocal(hub)
      ? normaliseOrigin(hub)
      : withoutCredential(hub);
  const format = await setUpMutex(clone, () =>
    withProcessLock(path.join(home.repos, `${key}.lock`), async () => {
      await prepareViews(home.views);
      // Once it is there, it says by itself what it is: the origin may be away.
      const format = isBare(clone)
        ? formatIn((await gitText(path.join(clone, 'config'))) ?? '')
        : await formatAt(origin);
      await assertOneFormat({ clone, format, origin, hub: own ? undefined : url });
      await makeBare(clone, cloneConfig(format));
      const record = path.join(home.repos, `${key}.json`);
      const wanted = { origin: normaliseOrigin(origin), hub: own ? null : url };
      const known = JSON.stringify(await readJson(record)) === JSON.stringify(wanted);
      // An empty one in its place would be taken for one whose branches are gone.
      if (own && known && !isBare(url)) throw hubGone(url, record);
      if (own) await makeBare(url, hubConfig(format));
      if (!known) {
        await writeFileAtomic(record, `${JSON.stringify(wanted)}\n`);
      }
      return format;
    }),
  );
  const context: RepositoryContext = {
    home,
    key,
    origin: normaliseOrigin(origin),
    format,
    clone,
    hub: { url, own },
    screen,
    ...(content !== undefined && { content }),
    ...(confineFilters !== undefined && { confineFilters }),
  };
  const bound = Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [
      name,
      (...rest: unknown[]) => (operation as (...all: unknown[]) => unknown)(context, ...rest),
    ]),
  ) as unknown as Bound;
  const repo: Repository = {
    ...context,
    ...bound,
    root: '',
    get whole() {
      return repo;
    },
  };
  return repo;
};

/** Opens a repository that the home has had before, by its key; undefined where it never had it. */
export const openKnownRepository = async (
  key: string,
  how: Omit<OpenRequest, 'origin' | 'hub'>,
): Promise<Repository | undefined> => {
  const record = (await readJson(path.join(how.home.repos, `${path.basename(key)}.json`))) as
    | { origin?: unknown; hub?: unknown }
    | undefined;
  if (typeof record?.origin !== 'string') return undefined;
  const hub = typeof record.hub === 'string' ? record.hub : undefined;
  return openRepository({ ...how, origin: record.origin, hub });
};

/** A bare repository as `git init` leaves it. Its `config` is for people who look into it: Baton's git reads views only. */
const makeBare = async (folder: string, config: string): Promise<void> => {
  if (isBare(folder)) return;
  forgetFacts(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  layOutBare(folder, config);
};

const isBare = (folder: string): boolean =>
  ['HEAD', 'config', 'objects', 'refs'].every((name) => existsSync(path.join(folder, name)));

const hubGone = (folder: string, record: string): BatonError =>
  new BatonError(
    'Gone',
    `${hubName({ hub: { url: folder } })} is gone: it was there before, and holds the branches of features. Put it back. ` +
      `If it is lost, remove ${record}, and start those features anew`,
    { where: hubName({ hub: { url: folder } }) },
  );
