import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArtifactStore } from '../artifacts/artifact-store.ts';
import { CONFIG_FILE, parseConfig } from '../config/parse-config.ts';
import { formatProblems } from '../config/problem.ts';
import type { Config } from '../domain/config.ts';
import { BatonError } from '../domain/failures.ts';
import type { RepositoryRef } from '../domain/messages.ts';
import { andAbove, fromRoot, rootProblem } from '../domain/root.ts';
import type { FilterSandbox } from '../git/content/filter-sandbox.ts';
import { createKeyedMutex } from '../git/mutex.ts';
import { isLocal, normaliseOrigin, repositoryKey } from '../git/remote/origin.ts';
import { openKnownRepository, openRepository, type Repository } from '../git/repository.ts';
import { rootedAt } from '../git/rooted.ts';
import type { FoundWorktree } from '../git/worktree/worktrees.ts';
import { createExclusive, type Exclusive } from '../homes/exclusive.ts';
import type { Home } from '../homes/home.ts';
import { createSharedTurns, type Sharing } from '../homes/shared-turns.ts';
import { removeTree } from '../installed/remove-tree.ts';
import { CommandTurns } from '../lanes/command-turns.ts';
import { KnownSecrets } from '../processes/secrets/known-secrets.ts';
import { secretsInUrls } from '../processes/secrets/url-credentials.ts';
import { Sandboxes } from '../sandbox/sandbox.ts';
import { Shared } from '../services/shared.ts';
import { BlottingStore } from './blotting-store.ts';
import { screenOf } from './commit-screen.ts';
import { copiedSecrets, namedSecrets, workerSecrets } from './known-values.ts';
import type { ReadyService } from './served.ts';
import { fetchModulesOf } from './submodules.ts';
import { inTurn, waits } from './under-way.ts';

/** Who waited for a merge has begun by then; tidying up at once would only slow that. */
const LATER_MS = 2_000;

/** The tree in which a feature's merges, landings and gates are measured. */
export const INTEGRATION_TREE = 'integration';

/** One feature's repository and rules as a home sees them. */
export interface Site {
  readonly ref: RepositoryRef;
  /** Its paths are named from the root of the feature. */
  readonly repo: Repository;
  readonly config: Config;
  /** Id of the home. */
  readonly home: string;
}

/** A home with everything that work on its trees needs. */
export class Workshop {
  readonly exclusive: Exclusive = createExclusive();
  readonly sandboxes: Sandboxes;
  /** Checks, gates and commands of evidence: which of them run beside each other. */
  readonly commands = new CommandTurns();
  /** Services of trees, by feature, tree and name. */
  readonly services = new Shared<ReadyService>();
  private readonly checkSlots: Exclusive;
  private readonly mergeSlots: Exclusive;
  private readonly configs = new Map<string, Config>();
  /** What gets into nothing that is kept or told. */
  readonly secrets = new KnownSecrets();
  readonly store: ArtifactStore;
  private readonly screen = screenOf(this.secrets);
  /** Gets a line for whoever reads the worker's log. */
  tell: (line: string) => void = () => undefined;

  constructor(
    readonly home: Home,
    store: ArtifactStore,
    /** Shared by several homes; undefined: the home's own. */
    private readonly hub: string | undefined,
    /** Trees that are measured at once; see {@link checking}. */
    checks: number,
    /** Whether commands that run agents' code get sandboxes. */
    sandbox: 'on' | 'off',
  ) {
    this.sandboxes = new Sandboxes(home, sandbox);
    this.secrets.add([...workerSecrets(), ...secretsInUrls('HUB', this.hub ?? '')]);
    this.store = new BlottingStore(store, this.secrets);
    this.checkSlots = createExclusive(checks);
    this.mergeSlots = createExclusive(checks);
  }

  /** Opens the feature's repository and reads baton.yaml at its base commit, which no agent can change. */
  open(ref: RepositoryRef): Promise<Site> {
    return this.opened(ref, (repo) => readConfig(repo, ref));
  }

  /** As `open`, with a configuration that the base commit doesn't have. */
  openWith(ref: RepositoryRef, config: Config): Promise<Site> {
    return this.opened(ref, async (repo) => {
      await repo.resolveBase(ref.base);
      return config;
    });
  }

  private async opened(ref: RepositoryRef, configOf: (repo: Repository) => Promise<Config>): Promise<Site> {
    this.secrets.add(secretsInUrls('REPOSITORY', ref.repo));
    const { hub, screen } = this;
    const { content } = ref;
    const key = `${repositoryKey(ref.repo)} ${ref.baseCommit} ${ref.root ?? ''}`;
    let config = this.configs.get(key);
    const repo = await openRepository({
      home: this.home.paths,
      origin: ref.repo,
      hub,
      screen,
      content,
      confineFilters: ({ cwd, writable }) => this.confineFilters(ref.repo, config, cwd, writable),
    });
    if (config === undefined) {
      config = await configOf(repo);
      await fetchModulesOf({ repo, config }, ref.baseCommit);
      this.configs.set(key, config);
    }
    await this.learn(repo, config);
    return { ref, repo: rootedAt(repo, config.root ?? ''), config, home: this.home.id };
  }

  /**
   * Opens the repository of a tree whose feature nobody opens any more, to save what is in it; undefined if this home
   * never had that. What its baton.yaml says of secrets is learned first.
   * @throws where that can't be read: nothing is committed without it
   */
  async reopen({ repository, base, root, content }: FoundWorktree): Promise<Repository | undefined> {
    const { screen, home } = this;
    let config: Config | undefined;
    const repo = await openKnownRepository(repository, {
      home: home.paths,
      screen,
      content,
      confineFilters: ({ cwd, writable }) => this.confineFilters(repo?.origin ?? '', config, cwd, writable),
    });
    config = repo === undefined || base === undefined ? undefined : await configAt(repo, base, root);
    if (repo !== undefined && config !== undefined) await this.learn(repo, config);
    return repo;
  }

  private async learn({ origin }: Repository, config: Config): Promise<void> {
    this.secrets.add(namedSecrets(config));
    this.secrets.add(await copiedSecrets(origin, config));
  }

  private async confineFilters(
    repo: string,
    config: Config | undefined,
    cwd: string,
    writable: readonly string[],
  ): Promise<FilterSandbox> {
    const { repos, views } = this.home.paths;
    const confined = await this.sandboxes.confine({
      mode: config?.sandbox.use ?? 'on',
      setting: 'sandbox',
      cwd,
      readable: [path.join(repos, `${repositoryKey(repo)}.git`), views, cwd],
      writable,
      hidden: isLocal(repo) ? [normaliseOrigin(repo)] : [],
      network: [],
    });
    return 'without' in confined ? { prefix: [], env: {}, dispose: async () => undefined } : confined;
  }

  /** Runs work in a feature's integration tree: one at a time, and not while a gate measures alone. */
  integrating<T>(
    feature: string,
    signal: AbortSignal,
    work: () => Promise<T>,
    hold: 'shared' | 'alone' = 'shared',
  ): Promise<T> {
    const whenFree = inTurn(work);
    return this.exclusive[hold](() => this.integration(feature, whenFree), { signal });
  }
  private readonly integration = createKeyedMutex();

  /** Runs work of a packet while no gate measures alone. */
  beside<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.exclusive.shared(inTurn(work), { signal });
  }

  /** Measures one commit in a feature's integration tree, beside others who measure the same one. */
  measuring<T>(
    feature: string,
    commit: string,
    signal: AbortSignal,
    prepare: () => Promise<void>,
    work: (sharing: Sharing) => Promise<T>,
  ): Promise<T> {
    const goOn = waits();
    const turn = (inside: () => Promise<void>) => this.integration(feature, inside);
    const shared = {
      as: commit,
      turn,
      prepare: async () => {
        await goOn();
        await prepare();
      },
      work: async (sharing: Sharing) => {
        await goOn();
        return work(sharing);
      },
    };
    return this.exclusive.shared(() => this.sharedTurns(feature, shared), { signal });
  }
  private readonly sharedTurns = createSharedTurns();

  /**
   * Runs checks in a tree when their turn has come. Whoever holds a slot waits for nothing after it but the turns of
   * single commands. What is about to move a branch has slots of its own: others wait for that, so it doesn't wait for
   * submissions.
   */
  checking<T>(
    { name }: { readonly name: string },
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    const slots = name === INTEGRATION_TREE ? this.mergeSlots : this.checkSlots;
    return slots.shared(inTurn(work), { signal });
  }

  /**
   * Does what nobody waits for, in a while. Where it fails, the clean-up at the feature's end makes it good.
   * @param what - names it for {@link doneBefore}
   */
  later(what: string, work: () => Promise<void>): void {
    const own = new AbortController();
    const signal = AbortSignal.any([this.hurry.signal, own.signal]);
    const running = sleep(LATER_MS, undefined, { ref: false, signal })
      .catch(() => undefined)
      .then(work)
      .catch(() => undefined)
      .finally(() => {
        this.running.delete(running);
        if (this.putOff.get(what)?.running === running) this.putOff.delete(what);
      });
    this.running.add(running);
    this.putOff.set(what, { running, own });
  }

  /** Has what was put off under that name done now, and waits for it: it must not happen to what is made anew in its place. */
  async doneBefore(what: string): Promise<void> {
    const pending = this.putOff.get(what);
    pending?.own.abort();
    await pending?.running;
  }
  private readonly putOff = new Map<
    string,
    { readonly running: Promise<void>; readonly own: AbortController }
  >();
  private readonly running = new Set<Promise<void>>();
  private hurry = manyMayListen();

  /** Has what was put off done now, and waits for it. */
  async settled(): Promise<void> {
    this.hurry.abort();
    this.hurry = manyMayListen();
    await Promise.all(this.running);
  }

  /**
   * A file of Baton's own about one feature, beside its session notes and removed with them. Who writes it makes the folder;
   * a look at it doesn't, since it may come after all of the feature was removed.
   */
  featureFile(feature: string, name: string): string {
    return path.join(this.home.paths.sessions, feature, name);
  }

  /** Forgets what was kept of a feature: agents' homes and notes. */
  async forget(feature: string): Promise<void> {
    // Tools leave read-only folders in an agent's HOME, such as Go's modules.
    const { paths } = this.home;
    const folders = [paths.worktrees, paths.agents, paths.sessions].map((kind) => path.join(kind, feature));
    for (const folder of [paths.treesOf(feature), ...folders]) await removeTree(folder);
    await this.sandboxes.forget(feature);
  }

  reportFile(feature: string): string {
    return reportFile(this.home.dir, feature);
  }
}

/** Where a home keeps a feature's report, for when the server has forgotten it. */
export const reportFile = (homeDir: string, feature: string): string =>
  path.join(homeDir, 'reports', `${path.basename(feature)}.json`);

async function readConfig(repo: Repository, ref: RepositoryRef): Promise<Config> {
  // The base may have moved on since the start; its commit is still there once the branch is fetched.
  await repo.resolveBase(ref.base);
  await repo.fetchLfs(ref.baseCommit);
  const config = await configAt(repo, ref.baseCommit, ref.root);
  if (config === undefined)
    throw new BatonError(
      'Repository',
      `${ref.repo} has no ${CONFIG_FILE} at ${ref.baseCommit.slice(0, 12)}: add one at the repository's root (docs/configuration.md)`,
    );
  return config;
}

/**
 * What baton.yaml says at a commit; undefined where there is none for that root. Without a root, it is what the file at the
 * top names.
 */
async function configAt(repo: Repository, commit: string, root?: string): Promise<Config | undefined> {
  const listing = await repo.listingOf(commit);
  const problem = rootProblem(root ?? '', listing);
  if (problem !== undefined) throw new BatonError('Repository', `${repo.origin}: ${problem}`);
  const folder = andAbove(root ?? '').find((each) => listing.has(fromRoot(each, CONFIG_FILE)));
  const file = fromRoot(folder ?? '', CONFIG_FILE);
  const text = folder === undefined ? undefined : await repo.readFileAt(commit, file);
  if (text === undefined) return undefined;
  const parsed = parseConfig(text, file, { folder, root, listing });
  if (!parsed.ok) throw new BatonError('Repository', formatProblems(parsed.problems));
  return parsed.config;
}

/** Many packets may be merged within the time that tidying up is put off. */
function manyMayListen(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
