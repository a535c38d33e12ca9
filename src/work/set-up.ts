import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { inputsDigest, runSetup, setupDigest, setupNeeded } from '../checks/setup.ts';
import type { CheckResult } from '../domain/checks.ts';
import { BatonError } from '../domain/failures.ts';
import { integrationBranch } from '../domain/ids.ts';
import { andAbove, fromRoot, toRoot } from '../domain/root.ts';
import { isRefusal } from '../git/git-error.ts';
import { createKeyedMutex } from '../git/mutex.ts';
import { isRealFolder } from '../git/worktree/worktree-paths.ts';
import { assertRoom } from '../homes/disk-room.ts';
import { aside } from '../installed/aside.ts';
import { checkEnvironment } from './check-environment.ts';
import { confineCommand } from './confine.ts';
import { inLane } from './in-lane.ts';
import { foldersAbove } from './left-behind.ts';
import type { Served } from './served.ts';
import { withServices } from './services.ts';
import { keepSetUpState, oneSetUp, readSetUpState, type SetUpState } from './set-up-state.ts';
import { isLike, takeSpare } from './spares.ts';
import { setupTree, type Tree } from './trees.ts';
import { toldWaiting } from './under-way.ts';
import type { Site, Workshop } from './workshop.ts';

/** Paths that are named from the root, in the tree. */
const fromTop = ({ repo }: Site, paths: readonly string[]): string[] =>
  paths.map((each) => fromRoot(repo.root, each));

/**
 * Runs the set-up of an agent's tree where its inputs have changed since its last success, or copies what it would
 * make. @returns the failed check, or undefined where the tree is set up
 */
export const setUp = (
  shop: Workshop,
  site: Site,
  tree: Tree,
  signal?: AbortSignal,
): Promise<CheckResult | undefined> =>
  oneSetUp(tree.path, async () => {
    const { setup } = site.config.checks;
    const state = await readSetUpState(shop, tree);
    if (
      setup === undefined ||
      (await setupNeeded(tree.path, setup, state?.digest, site.repo.root)) === undefined
    )
      return undefined;
    const copy = state === undefined ? await copied(shop, site, tree, signal) : undefined;
    if (copy !== undefined) {
      const digest = await setupDigest(tree.path, setup, site.repo.root);
      await keepSetUpState(shop, tree, { digest, made: [], ...copy });
      return undefined;
    }
    const { result, digest } = await run(shop, site, tree, signal);
    if (!result.passed) return result;
    await keepSetUpState(shop, tree, { digest, made: [] });
    return undefined;
  });

/** Runs the set-up. What it linked from a store gets inodes of its own: trees share nothing that can be written to. */
const run = async (shop: Workshop, site: Site, tree: Tree, signal: AbortSignal | undefined) => {
  const { setup } = site.config.checks;
  if (setup === undefined) throw new TypeError('no set-up is configured');
  await assertRoom(shop.home.paths.dir, `the set-up of ${tree.name}`, { inodes: 0, bytes: 0 });
  const installed = (served: Served) =>
    inLane((lane) =>
      runSetup({
        config: setup,
        worktree: tree.path,
        root: site.repo.root,
        env: checkEnvironment(site, tree.packet ?? tree.name, { ...served.env, ...lane }),
        store: shop.store,
        signal,
        secrets: shop.secrets.list,
        confine: confineCommand(shop, site, tree, 'checks.setup', setup, served),
      }),
    );
  const of = { shop, site, tree, signal };
  const done = await withServices(of, setup.services ?? [], installed, ({ result }) => !result.passed);
  const top = await readdir(tree.path);
  await aside(
    'unshare',
    tree.path,
    top.filter((name) => name !== '.git'),
  );
  return done;
};

/**
 * Makes a tree of Baton's own exactly `commit`, set up: nothing is left of what ran there before but what the set-up
 * made, and that only if it is as the set-up made it. @returns the failed set-up, if it failed
 */
export const standAt = (
  shop: Workshop,
  site: Site,
  tree: Tree,
  commit: string,
  signal?: AbortSignal,
): Promise<CheckResult | undefined> =>
  oneSetUp(tree.path, async () => {
    const { setup } = site.config.checks;
    const state = await readSetUpState(shop, tree);
    const refused = await checkedOut(site, tree, commit, state?.made ?? []);
    if (refused !== undefined || setup === undefined) return refused;
    const needed = (await setupNeeded(tree.path, setup, state?.digest, site.repo.root)) !== undefined;
    if (!needed && (await isAsMade(tree, state))) return undefined;
    return install(shop, site, tree, commit, signal);
  });

/** What an agent committed may be what git can't check out, such as attributes that it takes for an error. */
const checkedOut = async (
  site: Site,
  tree: Tree,
  commit: string,
  keep: readonly string[],
): Promise<CheckResult | undefined> => {
  try {
    await checkout(site, tree, commit, keep);
    const problem = await rootGone(site, tree, commit);
    return problem === undefined ? undefined : { ...NOTHING_RAN, tail: `[baton] ${problem}` };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const tail = `[baton] git can't check out ${commit}: ${error.stderr.trim().slice(-MOST_OF_REFUSAL)}`;
    return { ...NOTHING_RAN, exitCode: error.exitCode ?? -1, tail };
  }
};

/** Commands would begin nowhere, or somewhere else. */
const rootGone = async ({ repo }: Site, tree: Tree, commit: string): Promise<string | undefined> => {
  for (const folder of andAbove(repo.root).slice(0, -1).reverse())
    if (!(await isRealFolder(path.join(tree.path, folder))))
      return `${folder} is no folder in ${commit}, and the feature's root is ${repo.root}: put it back`;
  return undefined;
};

const MOST_OF_REFUSAL = 2000;
const NOTHING_RAN: CheckResult = {
  name: 'setup',
  passed: false,
  exitCode: -1,
  timedOut: false,
  durationMs: 0,
  tests: null,
  failing: [],
  tail: '',
  log: null,
  cases: null,
};

/**
 * Makes what the set-up makes, in a tree that then holds nothing else beside its commit but `others`, which are not the
 * set-up's. @returns the failed set-up, if it failed
 */
const install = async (
  shop: Workshop,
  site: Site,
  tree: Tree,
  commit: string,
  signal: AbortSignal | undefined,
  others: readonly string[] = [],
): Promise<CheckResult | undefined> => {
  const { setup } = site.config.checks;
  if (setup === undefined) return undefined;
  await checkout(site, tree, commit, others);
  const copy = await copied(shop, site, tree, signal);
  if (copy === undefined) {
    const { result } = await run(shop, site, tree, signal);
    if (!result.passed) return result;
    await restoreTracked(site, tree);
  }
  const made =
    copy?.manifest.paths.map((each) => toRoot(site.repo.root, each)) ??
    (await untracked(site, tree, commit)).filter((each) => !others.includes(each));
  const digest = await setupDigest(tree.path, setup, site.repo.root);
  const like = copy ?? { manifest: await aside('manifestOf', tree.path, fromTop(site, made)) };
  await keepSetUpState(shop, tree, { digest, made, ...like });
  return undefined;
};

const checkout = async (site: Site, tree: Tree, commit: string, keep: readonly string[]): Promise<void> => {
  await site.repo.checkoutClean(tree, commit, keep);
  await copyLocalSettings(site, tree);
};

/** Copies the user's local settings in, where that is configured. */
export const copyLocalSettings = async ({ repo, config }: Site, worktree: Tree): Promise<void> => {
  const { copy } = config.worktrees;
  if (copy.length > 0) await repo.copyIn({ worktree, copy });
};

/** What a command changed among tracked files, put back. */
export const restoreTracked = async (
  site: Site,
  tree: Tree,
  keep: readonly string[] = [],
): Promise<{ readonly changed: readonly string[]; readonly added: readonly string[] }> => {
  const found = await site.repo.drift(tree, keep);
  if (found.changed.length > 0) await site.repo.restoreFiles(tree, found.changed);
  return found;
};

/** Paths that the set-up of a tree made, as far as it ran. */
export const madeBySetUp = async (shop: Workshop, tree: Tree): Promise<readonly string[]> =>
  (await readSetUpState(shop, tree))?.made ?? [];

/** Whether what the set-up made is unchanged; what was added to it is removed. */
const isAsMade = async (tree: Tree, state: SetUpState | undefined): Promise<boolean> => {
  if (state?.manifest === undefined) return state === undefined || state.made.length === 0;
  return isLike(tree.path, state.manifest);
};

/**
 * Puts back what the set-up made where somebody changed it meanwhile, so that no check decides what the next one runs.
 * What a check built elsewhere stays. @returns the failed set-up, if it failed
 */
export const renewSetUp = (
  shop: Workshop,
  site: Site,
  tree: Tree,
  commit: string,
  signal?: AbortSignal,
): Promise<CheckResult | undefined> =>
  oneSetUp(tree.path, async () => {
    const state = await readSetUpState(shop, tree);
    if (await isAsMade(tree, state)) return undefined;
    const others = (await untracked(site, tree, commit)).filter(
      (each) => !state?.made.some((made) => made === each || made.startsWith(`${each}/`)),
    );
    return install(shop, site, tree, commit, signal, others);
  });

/** The topmost paths of a tree that its commit doesn't have, but for what is copied in. */
const untracked = async (site: Site, tree: Tree, commit: string): Promise<string[]> =>
  (await entriesUntracked(site, tree, commit)).map(({ path: relative }) => relative);

/** Files that a commit doesn't have beside its own, ignored or not, but for what is copied in. */
export const filesBesideTracked = async (site: Site, tree: Tree, commit: string): Promise<string[]> =>
  (await entriesUntracked(site, tree, commit))
    .filter(({ isFolder }) => !isFolder)
    .map(({ path: relative }) => relative);

const entriesUntracked = async ({ repo, config }: Site, tree: Tree, commit: string) => {
  const files = await repo.whole.listingOf(commit);
  const folders = new Set([...files.keys()].flatMap(foldersAbove));
  const copies = config.worktrees.copy.map((each) => fromRoot(repo.root, each));
  const found: { readonly path: string; readonly isFolder: boolean }[] = [];
  const visit = async (folder: string): Promise<void> => {
    for (const entry of await readdir(path.join(tree.path, folder), { withFileTypes: true })) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (relative === '.git' || files.has(relative) || copies.includes(relative)) continue;
      if (entry.isDirectory() && folders.has(relative)) await visit(relative);
      else found.push({ path: relative, isFolder: entry.isDirectory() });
    }
  };
  await visit('');
  return found
    .map((entry) => ({ ...entry, path: toRoot(repo.root, entry.path) }))
    .sort((one, two) => (one.path < two.path ? -1 : 1));
};

/** What a tree has without a set-up of its own. */
type Copied = Required<Pick<SetUpState, 'copyOf' | 'manifest'>>;

/**
 * Copies what the set-up would make, from a tree in which nothing but the set-up ever runs; or takes such a copy over, from
 * a tree that is gone. @returns undefined for other inputs, or where the copy would lead back into that tree: the set-up has
 * to run.
 */
const copied = async (
  shop: Workshop,
  site: Site,
  tree: Tree,
  signal: AbortSignal | undefined,
): Promise<Copied | undefined> => {
  const { installed } = site.config.worktrees;
  const { setup } = site.config.checks;
  if (setup === undefined || installed.length === 0) return undefined;
  return fromSetupTree(site.ref.feature, async () => {
    const from = await setupTree(site);
    const wanted = await inputsDigest(tree.path, setup, site.repo.root);
    const state = await sourceFor(shop, site, from, wanted, signal);
    if (state === undefined || state.copyProblem !== undefined) return undefined;
    const spare = await takeSpare(shop, tree, wanted).catch(() => undefined);
    if (spare !== undefined) return { copyOf: wanted, manifest: spare };
    const made = installed.map((each) => each.replace(/\/$/, '')).filter((each) => state.made.includes(each));
    const paths = fromTop(site, made);
    const { skipped } = await aside('copyInstalled', { from: from.path, to: tree.path, paths });
    if (skipped.length > 0) return undefined;
    return { copyOf: wanted, manifest: await aside('manifestOf', tree.path, paths) };
  });
};
const fromSetupTree = toldWaiting(createKeyedMutex());

/** The tree to copy from, set up with the inputs `wanted`; undefined where it can't be. */
const sourceFor = async (
  shop: Workshop,
  site: Site,
  from: Tree,
  wanted: string,
  signal: AbortSignal | undefined,
): Promise<SetUpState | undefined> => {
  const { config, repo, ref } = site;
  const { setup } = config.checks;
  if (setup === undefined) return undefined;
  const state = await readSetUpState(shop, from);
  if (state !== undefined && (await inputsDigest(from.path, setup, repo.root)) === wanted) {
    if ((await setupNeeded(from.path, setup, state.digest, repo.root)) === undefined) return state;
  }
  // Other inputs: those of the integration branch were judged, those of a packet's work were not.
  const head = (await repo.branchAt(integrationBranch(ref.feature))) ?? ref.baseCommit;
  await checkout(site, from, head, state?.made ?? []);
  if ((await inputsDigest(from.path, setup, repo.root)) !== wanted) return undefined;
  await checkout(site, from, head, []);
  const { result, digest } = await run(shop, site, from, signal);
  if (!result.passed) return undefined;
  await restoreTracked(site, from);
  const made = await untracked(site, from, head);
  const named = config.worktrees.installed.map((each) => each.replace(/\/$/, ''));
  const more = made.find((each) => !named.includes(each));
  // What points into the tree is said first: naming more paths wouldn't help then.
  const copyProblem =
    (await aside('pointsInto', from.path, fromTop(site, made))) ??
    (more && `the set-up also makes ${more}, which worktrees.installed does not name`);
  const next: SetUpState = { digest, made, ...(copyProblem !== undefined && { copyProblem }) };
  await keepSetUpState(shop, from, next);
  return next;
};

/** Why what is installed is not copied into a feature's trees, so that each runs the set-up; undefined if it is. */
export const copyProblem = async (shop: Workshop, site: Site): Promise<string | undefined> =>
  site.config.worktrees.installed.length === 0
    ? undefined
    : (await readSetUpState(shop, await setupTree(site)))?.copyProblem;

/** Why each tree of the feature runs the set-up, where copies were wished for. */
export const copiesNote = async (shop: Workshop, site: Site): Promise<string | undefined> => {
  const problem = await copyProblem(shop, site);
  if (problem === undefined) return undefined;
  return `The set-up runs in each tree, since what it installs can't be copied: ${problem}`;
};

/** What a failed set-up throws where there is no agent to mend it. */
export const setUpError = (tree: Tree, failed: CheckResult): BatonError =>
  new BatonError(
    'Setup',
    `the set-up failed in ${tree.name} (exit code ${failed.exitCode}): ${failed.tail.slice(-1500)}`,
  );

/** Sets a tree of Baton's own up at a commit, or throws. */
export const mustStandAt = async (
  shop: Workshop,
  site: Site,
  tree: Tree,
  commit: string,
  signal?: AbortSignal,
): Promise<void> => {
  const failed = await standAt(shop, site, tree, commit, signal);
  if (failed !== undefined) throw setUpError(tree, failed);
};
