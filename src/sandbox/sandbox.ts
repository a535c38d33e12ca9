import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { BatonError } from '../domain/failures.ts';
import type { SandboxMode } from '../domain/sandbox-config.ts';
import { removeTree } from '../installed/remove-tree.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import { type Door, throughDoors } from './doors.ts';
import { CACHES_IN_HOME, HIDDEN_IN_HOME } from './places.ts';
import { sandboxProblem } from './probe.ts';
import type { Reachable } from './reachable.ts';
import type { Registries } from './registries.ts';
import { openWayOut } from './way-out.ts';

/** What one command may touch. */
export interface Limits {
  readonly mode: SandboxMode;
  /** Which setting of baton.yaml to look at, for messages: `checks.test`. */
  readonly setting: string;
  readonly cwd: string;
  readonly writable: readonly string[];
  /** Also inside of what is hidden. */
  readonly readable: readonly string[];
  /** Beside what is hidden anyway. */
  readonly hidden: readonly string[];
  /** HOME of the command, in which it may write. Default: the user's, where it has only its caches. */
  readonly ownHome?: string;
  /** Whose caches it has: commands of one owner share them. */
  readonly cachesOf?: string;
  /** Where it fetches packages from, if it may: the user's own settings are hidden. */
  readonly packages?: Registries | undefined;
  /** `open`: the machine's network. */
  readonly network: 'open' | readonly Reachable[];
  /** Sockets that its loopback leads to; what holds them is `readable`. Not for one that has the machine's network. */
  readonly doors?: readonly Door[];
}

/** A sandbox that is ready for one command. */
export interface Confined {
  /** Starts the command inside. */
  readonly prefix: readonly string[];
  /** Wins over the command's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Hosts that it asked for and wasn't let to, by now. */
  readonly refused: readonly string[];
  /** After the command's end. */
  dispose(): Promise<void>;
}

/** What a command that was to have none, or couldn't have one, runs in. */
export interface Unconfined {
  /** Why. */
  readonly without: string;
}

/** A socket of a name longer than 107 bytes can't be bound, so they don't lie in the home. */
const socketsName = (home: string) => `baton-out-${home}-`;

/** Puts commands into sandboxes, for one home. */
export class Sandboxes {
  constructor(
    /** Baton's own folder; no command sees what is in it. */
    private readonly home: { readonly dir: string; readonly id: string },
    /** Off: this machine as a whole is the sandbox, such as a container. */
    private readonly machine: 'on' | 'off',
  ) {}

  /** Removes what a worker that was killed left behind. */
  async clean(): Promise<void> {
    await removeTree(this.temporary).catch(() => undefined);
    const sockets = (await readdir(tmpdir())).filter((name) => name.startsWith(socketsName(this.home.id)));
    for (const name of sockets) await rm(path.join(tmpdir(), name), { recursive: true, force: true });
  }

  /** @throws BatonError `Setup` where one is required and can't be had */
  async confine(limits: Limits): Promise<Confined | Unconfined> {
    if (limits.mode === 'off') return { without: `${limits.setting} has \`sandbox: off\`` };
    const problem =
      this.machine === 'off'
        ? 'the worker was started with BATON_WORKER_SANDBOX=off'
        : await sandboxProblem();
    if (problem === undefined) return await this.made(limits);
    if (limits.mode === 'required')
      throw new BatonError(
        'Setup',
        `baton.yaml requires a sandbox (${limits.setting}), and this worker can't make one: ${problem}`,
      );
    return { without: problem };
  }

  private async made(given: Limits): Promise<Confined> {
    const { network, cachesOf, hidden, packages, ownHome = homedir(), doors = [], ...limits } = given;
    const userHome = homedir();
    const inHome = (name: string) => path.join(userHome, name);
    await mkdir(this.temporary, { recursive: true });
    const temporary = await mkdtemp(path.join(this.temporary, 'run-'));
    const wayOut =
      network === 'open' || network.length === 0
        ? undefined
        : await openWayOut(network, path.join(tmpdir(), socketsName(this.home.id)));
    const caches = cachesOf === undefined ? [] : await this.caches(cachesOf);
    const options = await bubblewrapArguments({
      ...limits,
      userHome,
      hidden: [...HIDDEN_IN_HOME.map(inHome), this.home.dir, ...hidden].filter(
        // A repository in which the user's whole HOME lies: hiding it would hide every tool.
        (each) => !`${userHome}/`.startsWith(`${each}/`),
      ),
      caches,
      temporary,
      openNetwork: network === 'open',
      sockets: wayOut?.sockets,
    });
    return {
      prefix: [
        ...['bwrap', ...options],
        ...throughDoors(network === 'open' ? [] : [...(wayOut?.doors ?? []), ...doors]),
      ],
      env: {
        TMPDIR: '/tmp',
        // As TMPDIR: the lane's own folder isn't seen here.
        BATON_TMP: '/tmp',
        // Whoever starts Baton by npm hands npm's own cache on.
        npm_config_cache: path.join(ownHome, '.npm'),
        ...packages?.env,
        ...(await npmSettings(packages, temporary, limits.readable)),
        ...wayOut?.env,
      },
      get refused() {
        return wayOut?.refused ?? [];
      },
      dispose: async () => {
        // What can't be removed now goes when the worker starts the next time; the command's outcome counts.
        await wayOut?.close().catch(() => undefined);
        await removeTree(temporary).catch(() => undefined);
      },
    };
  }

  private async caches(owner: string) {
    const all = CACHES_IN_HOME.map((name) => ({
      at: path.join(homedir(), name),
      own: path.join(this.cachesFolder(owner), name),
    }));
    await Promise.all(all.map(({ own }) => mkdir(own, { recursive: true })));
    return all;
  }

  private cachesFolder(owner: string): string {
    return path.join(this.home.dir, 'caches', owner);
  }

  private get temporary(): string {
    return path.join(this.home.dir, 'tmp');
  }

  /** Removes an owner's caches. */
  async forget(owner: string): Promise<void> {
    await removeTree(this.cachesFolder(owner));
  }
}

/** The user's registries for npm, in a file of the command's; not where it may read the user's own. */
async function npmSettings(
  packages: Registries | undefined,
  temporary: string,
  readable: readonly string[],
): Promise<Record<string, string>> {
  if (packages === undefined || readable.includes(path.join(homedir(), '.npmrc'))) return {};
  await writeFile(path.join(temporary, '.npmrc'), packages.npmrc);
  return { npm_config_userconfig: '/tmp/.npmrc' };
}
