import { allowedEnvironment } from '../processes/environment.ts';
import { runCommand } from '../processes/run-command.ts';
import { type Reachable, reachableAt } from './reachable.ts';

/** A client that doesn't answer in that time is not there. */
const CLIENT_PATIENCE_MS = 20_000;

/** A package manager that can be asked, and what its answer says. */
const CLIENTS: readonly { readonly ask: readonly string[]; readonly urls: (answer: string) => string[] }[] = [
  {
    ask: ['npm', 'config', 'list', '--json'],
    // The default one, and those of scopes.
    urls: (answer) =>
      Object.entries(JSON.parse(answer) as Record<string, unknown>)
        .filter(([key, value]) => key.endsWith('registry') && typeof value === 'string')
        .map(([, value]) => value as string),
  },
  {
    ask: ['go', 'env', 'GOPROXY', 'GOSUMDB'],
    // `direct` and `off` are no hosts; the database of checksums is a bare one.
    urls: (answer) =>
      answer
        .split(/[\n,|]/)
        .flatMap((word) => (word.includes('.') ? [word.replace(/^(?!https?:)/, 'https://')] : [])),
  },
  {
    ask: [
      ...['python3', '-c'],
      'from pip._internal.models.index import PyPI as p; print(p.url); print("https://" + p.file_storage_domain)',
    ],
    urls: (answer) => answer.split('\n'),
  },
  {
    ask: ['python3', '-m', 'pip', 'config', 'list'],
    urls: (answer) => answer.match(/https?:\/\/[^\s']+/g) ?? [],
  },
];

const VARIABLES = [
  'PIP_INDEX_URL',
  'PIP_FIND_LINKS',
  'UV_INDEX_URL',
  'UV_DEFAULT_INDEX',
  'npm_config_registry',
];

let asked: Promise<Reachable[]> | undefined;

/** Hosts from which the package managers of this machine are set to fetch. They are asked once in a worker's life. */
export const registries = (): Promise<Reachable[]> => {
  asked ??= Promise.all(CLIENTS.map(urlsOf)).then((urls) => {
    const env = allowedEnvironment();
    return [...urls.flat(), ...VARIABLES.flatMap((name) => env[name] ?? [])].flatMap(reachableAt);
  });
  return asked;
};

async function urlsOf({ ask, urls }: (typeof CLIENTS)[number]): Promise<string[]> {
  try {
    // Not where others could have left settings.
    const run = await runCommand({
      command: ask,
      cwd: '/',
      env: allowedEnvironment(),
      timeoutMs: CLIENT_PATIENCE_MS,
    });
    await run.disposeLog();
    return run.exitCode === 0 ? urls(run.stdout) : [];
  } catch {
    // It isn't there, or has other words today: its hosts can be named.
    return [];
  }
}
