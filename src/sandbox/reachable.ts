import type { RunnerName } from '../domain/crew-config.ts';

/** A host and perhaps a port that a command in a sandbox may reach. */
export interface Reachable {
  /** Lower case; `*.` before it: all hosts below. */
  readonly host: string;
  /** Absent: any. */
  readonly port?: number;
}

/** Providers of the runners that have one of their own, as the CLIs reach them without further settings. */
const MODEL_HOSTS: Readonly<Record<RunnerName, readonly string[]>> = {
  claude: ['api.anthropic.com', 'platform.claude.com', 'claude.ai'],
  codex: ['api.openai.com', 'auth.openai.com', 'chatgpt.com'],
  gemini: ['generativelanguage.googleapis.com', 'cloudcode-pa.googleapis.com', 'oauth2.googleapis.com'],
  opencode: [],
  acp: [],
  command: [],
  person: [],
};

/** Where a runner's model is: at its provider, and wherever its arguments and variables lead. */
export const modelHosts = (runner: RunnerName, words: readonly string[]): Reachable[] => [
  ...MODEL_HOSTS[runner].map((host) => ({ host })),
  ...words.flatMap((text) => text.match(/https?:\/\/[^\s"'\\]+/g) ?? []).flatMap(reachableAt),
];

/** What `network` in baton.yaml names: a host, perhaps with a port. */
export function reachableNamed(named: string): Reachable {
  const [, host = '', port] = /^(.*?)(?::(\d+))?$/.exec(named) ?? [];
  return { host: host.toLowerCase(), ...(port !== undefined && { port: Number(port) }) };
}

/** Where a URL leads; nowhere if it is none. */
export function reachableAt(url: string): Reachable[] {
  if (!URL.canParse(url)) return [];
  const { hostname, port, protocol } = new URL(url);
  return [{ host: hostname, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) }];
}

/** Whether a host of the network may be reached. The machine's loopback has doors of its own. */
export function mayReach(reachable: readonly Reachable[], hostname: string, port: number): boolean {
  const asked = hostname.toLowerCase().replace(/\.$/, '');
  return reachable.some(
    ({ host, port: only }) =>
      !isLoopback({ host }) &&
      (host.startsWith('*.') ? asked.endsWith(host.slice(1)) : asked === host) &&
      (only === undefined || only === port),
  );
}

export const isLoopback = ({ host }: Reachable): boolean => host === 'localhost' || host === '127.0.0.1';
