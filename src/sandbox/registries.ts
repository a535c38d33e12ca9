import { homedir } from 'node:os';
import path from 'node:path';
import { allowedEnvironment } from '../processes/environment.ts';
import { runCommand } from '../processes/run-command.ts';
import { splitCredential } from '../processes/secrets/url-credentials.ts';
import { cargoUrls } from './cargo-registries.ts';
import { type Reachable, reachableAt } from './reachable.ts';

/** A client that doesn't answer in that time is not there. */
const CLIENT_PATIENCE_MS = 20_000;

/** Where packages come from. */
export interface Registries {
  readonly hosts: readonly Reachable[];
  /** Settings of the user's that can't be read in a sandbox, because logins stand beside them. */
  readonly env: Readonly<Record<string, string>>;
  /** The same for npm, in the form of its own file: a repository's `.npmrc` wins over it. */
  readonly npmrc: string;
}

/** A package manager that can be asked. */
interface Client {
  readonly ask: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly read: (
    answer: string,
  ) => Partial<Omit<Registries, 'hosts'>> & { readonly urls: readonly string[] };
}

const CLIENTS: readonly Client[] = [
  {
    ask: ['npm', 'config', 'list', '--json'],
    read: (answer) => {
      // The default one, and those of scopes.
      const found = Object.entries(JSON.parse(answer) as Record<string, unknown>).flatMap(([key, value]) =>
        key.endsWith('registry') && typeof value === 'string'
          ? [[key, splitCredential(value).url] as const]
          : [],
      );
      return {
        urls: found.map(([, url]) => url),
        npmrc: found.map(([key, url]) => `${key}=${url}\n`).join(''),
      };
    },
  },
  {
    // It has a default of its own, and names its setting by its major; each has an error for the other's name.
    ask: [
      'sh',
      '-c',
      'command -v yarn > /dev/null || exit 0; for name in registry npmRegistryServer; do yarn config get $name; done; true',
    ],
    // As a stand-in that fetches itself first, it would ask whoever is there.
    env: { COREPACK_ENABLE_NETWORK: '0' },
    read: (answer) => ({ urls: answer.match(/https?:\/\/[^\s"']+/g) ?? [] }),
  },
  {
    ask: ['go', 'env', 'GOPROXY', 'GOSUMDB'],
    // Its settings are the user's; what it notes beside them is not wanted there.
    env: { GOENV: path.join(homedir(), '.config/go/env'), XDG_CONFIG_HOME: '/dev/null' },
    // `direct` and `off` are no hosts; the database of checksums is a bare one.
    read: (answer) => ({
      urls: answer
        .split(/[\n,|]/)
        .flatMap((word) => (word.includes('.') ? [word.replace(/^(?!https?:)/, 'https://')] : [])),
    }),
  },
  {
    ask: [
      ...['python3', '-c'],
      'from pip._internal.models.index import PyPI as p; print(p.url); print("https://" + p.file_storage_domain)',
    ],
    read: (answer) => ({ urls: answer.split('\n') }),
  },
  {
    ask: ['python3', '-m', 'pip', 'config', 'list'],
    read: (answer) => {
      const index = /index-url='([^']+)'/.exec(answer)?.[1];
      return {
        urls: answer.match(/https?:\/\/[^\s']+/g) ?? [],
        ...(index !== undefined && { env: { PIP_INDEX_URL: splitCredential(index).url } }),
      };
    },
  },
  {
    ask: ['gem', 'sources', '--list'],
    // Bundler reads the list of versions from a host of its own below it.
    read: (answer) => ({
      urls: (answer.match(/https?:\/\/\S+/g) ?? []).flatMap((url) => [
        url,
        url.replace(/^(https?:\/\/(?:[^@/]*@)?)(?!index\.)/, '$1index.'),
      ]),
    }),
  },
];

const VARIABLES = [
  'PIP_INDEX_URL',
  'PIP_FIND_LINKS',
  'UV_INDEX_URL',
  'UV_DEFAULT_INDEX',
  'npm_config_registry',
];

let asked: Promise<Registries> | undefined;

/** From where the package managers of this machine are set to fetch. They are asked once in a worker's life. */
export const registries = (): Promise<Registries> => {
  asked ??= askRegistries();
  return asked;
};

/** The same, asked anew. */
export async function askRegistries(): Promise<Registries> {
  const answers = await Promise.all([...CLIENTS.map(answerOf), ofCargo()]);
  const own = allowedEnvironment();
  const urls = [...answers.flatMap((each) => each.urls), ...VARIABLES.flatMap((name) => own[name] ?? [])];
  return {
    hosts: urls.flatMap(reachableAt),
    env: Object.fromEntries(answers.flatMap(({ env = {} }) => Object.entries(env))),
    npmrc: answers.map(({ npmrc = '' }) => npmrc).join(''),
  };
}

async function ofCargo(): Promise<ReturnType<Client['read']>> {
  return { urls: await cargoUrls(CLIENT_PATIENCE_MS).catch(() => []) };
}

async function answerOf({ ask, env, read }: Client): Promise<ReturnType<Client['read']>> {
  try {
    // Not where others could have left settings.
    const run = await runCommand({
      command: ask,
      cwd: '/',
      env: allowedEnvironment({ ...(env !== undefined && { set: env }) }),
      timeoutMs: CLIENT_PATIENCE_MS,
    });
    await run.disposeLog();
    return run.exitCode === 0 ? read(run.stdout) : { urls: [] };
  } catch {
    // It isn't there, or has other words today: its hosts can be named.
    return { urls: [] };
  }
}
