import path from 'node:path';
import { LOGIN_FILES } from '../agents/login.ts';
import { variablesOf } from '../agents/runner-variables.ts';
import type { AgentTask } from '../domain/agent-protocol.ts';
import { type AgentConfig, sandboxOf } from '../domain/crew-config.ts';
import type { NetworkConfig, SandboxMode } from '../domain/sandbox-config.ts';
import { lfsStore } from '../git/content/converting.ts';
import { isLocal } from '../git/remote/origin.ts';
import { modelHosts, type Reachable, reachableNamed } from '../sandbox/reachable.ts';
import { registries } from '../sandbox/registries.ts';
import type { Confine } from '../sandbox/run-confined.ts';
import type { Confined, Limits, Unconfined } from '../sandbox/sandbox.ts';
import { expandHome } from '../sandbox/user-path.ts';
import { type Served, UNSERVED } from './served.ts';
import type { Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** What a check, the set-up or a role says of its sandbox. */
interface Own {
  readonly sandbox?: SandboxMode | undefined;
  readonly network?: NetworkConfig | undefined;
}

/** The sandbox of a command that runs agents' code in a tree of Baton's own; `served` by what it uses. */
export const confineCommand =
  (
    shop: Workshop,
    site: Site,
    tree: Tree,
    setting: string,
    own: Own = {},
    served: Served = UNSERVED,
  ): Confine =>
  async () =>
    confineServed(shop, served, {
      ...common(site, setting, own.sandbox ?? site.config.sandbox.use),
      cwd: tree.cwd,
      writable: [tree.path, ...more(site).write],
      cachesOf: site.ref.feature,
      ...(await networkOf(site, own, setting === 'checks.setup' ? ['registries'] : [])),
    });

/** The sandbox of a service, and the folders that it shares with who uses it. */
export const confineService = async (
  { shop, site, tree, served }: { shop: Workshop; site: Site; tree: Tree; served: Served },
  name: string,
  own: Own,
  folders: readonly string[],
): Promise<Confined | Unconfined> =>
  confineServed(shop, served, {
    ...common(site, `services.${name}`, own.sandbox ?? site.config.sandbox.use),
    cwd: tree.cwd,
    writable: [tree.path, ...folders, ...more(site).write],
    cachesOf: site.ref.feature,
    ...(await networkOf(site, own, [])),
  });

/** The services that a command uses have to be reached from its loopback, whichever that is. */
async function confineServed(shop: Workshop, served: Served, limits: Limits): Promise<Confined | Unconfined> {
  if (limits.network === 'open') await served.expose();
  const { doors } = served;
  const confined = await shop.sandboxes.confine({
    ...limits,
    readable: [...limits.readable, ...served.readable],
    writable: [...limits.writable, ...served.writable],
    doors,
  });
  if ('without' in confined) await served.expose();
  return confined;
}

/** What an agent is told of its sandbox. */
const CONFINED_WORDS =
  'You work in a sandbox. You can write in the worktree, in HOME and in /tmp; all else is read-only or not there, and what you start ends with you. ' +
  'The network is a loopback of your own: servers and clients that you start find each other there. Other hosts are reached by the proxy in the environment, ' +
  'and only those that baton.yaml names; what it refuses answers 403 with the reason. Do not try to get around it: if the work needs more, say so as a question.';

interface ConfinedAgent {
  readonly shop: Workshop;
  readonly site: Site;
  readonly tree: Tree;
  /** Its HOME. */
  readonly home: string;
  readonly role: AgentConfig;
  readonly setting: string;
  readonly served: Served;
}

/** Runs an agent in the sandbox that `confine` makes, and tells it so. */
export async function inSandbox<T>(
  confine: Confine,
  task: AgentTask,
  run: (confined: Confined | Unconfined, task: AgentTask) => Promise<T>,
): Promise<T> {
  const confined = await confine();
  if ('without' in confined) return await run(confined, task);
  try {
    return await run(confined, { ...task, instructions: `${task.instructions}\n\n${CONFINED_WORDS}` });
  } finally {
    await confined.dispose();
  }
}

/** The sandbox of an agent in its tree: its HOME is there beside it. */
export const confineAgent =
  ({ shop, site, tree, home, role, setting, served }: ConfinedAgent): Confine =>
  async () => {
    const variables = variablesOf(role).flatMap((name) => process.env[name] ?? []);
    const words = [...('args' in role ? role.args : []), ...(role.command ?? []), ...variables];
    return confineServed(shop, served, {
      ...common(site, setting, sandboxOf(role, site.config.sandbox.use)),
      cwd: tree.cwd,
      ownHome: home,
      writable: [tree.path, home, ...loginsOf(role.runner), ...more(site).write],
      ...(await networkOf(site, role, ['model', 'registries'], modelHosts(role.runner, words))),
    });
  };

/** The person's login, which the agent's HOME links to. CLIs renew it in place. */
const loginsOf = (runner: AgentConfig['runner']): string[] =>
  (LOGIN_FILES[runner] ?? []).map((file) => expandHome(`~/${file}`));

const more = ({ config }: Site) => ({
  read: config.sandbox.read.map(expandHome),
  write: config.sandbox.write.map(expandHome),
});

const common = (
  site: Site,
  setting: string,
  mode: SandboxMode,
): Pick<Limits, 'mode' | 'setting' | 'readable' | 'hidden'> => ({
  mode,
  setting,
  // The trees' own repositories borrow their objects from there.
  readable: [path.join(site.repo.clone, 'objects'), lfsStore(site.repo), ...more(site).read],
  // A person's checkout: what is copied out of it is in the tree.
  hidden: isLocal(site.repo.origin) ? [site.repo.origin] : [],
});

async function networkOf(
  { config }: Site,
  { network }: Own,
  usual: readonly string[],
  model: readonly Reachable[] = [],
): Promise<Pick<Limits, 'network' | 'packages'>> {
  if (network === 'open') return { network, packages: await registries() };
  const named = [...(network ?? usual), ...config.sandbox.network];
  const packages = named.includes('registries') ? await registries() : undefined;
  const hosts = named.filter((each) => each !== 'model' && each !== 'registries').map(reachableNamed);
  return {
    network: [...hosts, ...(named.includes('model') ? model : []), ...(packages?.hosts ?? [])],
    packages,
  };
}
