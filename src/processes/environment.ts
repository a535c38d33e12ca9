import { BatonError } from '../domain/failures.ts';

/** What programs need to find each other, speak the person's language and know the time. */
const BASIC = ['PATH', 'LANG', 'TZ', 'TMPDIR', 'TERM', 'USER', 'LOGNAME', 'SHELL', 'HOME'];
/** Certificates of the machine's own authority: without them every TLS connection fails behind such a proxy. */
const CERTIFICATES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE'];
/** Where a proxy is the only way out, agents can't reach their model and set-up commands no registry. */
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];
/**
 * Where package managers fetch from. Only these: npm also puts paths of the project that Baton was started
 * from into the environment, and settings that may hold tokens.
 */
const REGISTRIES = [
  ...['registry', 'cache', 'cafile', 'proxy', 'https_proxy', 'noproxy', 'strict_ssl', 'prefer_offline'].map(
    (setting) => `npm_config_${setting}`,
  ),
  ...[
    'PIP_INDEX_URL',
    'PIP_FIND_LINKS',
    'PIP_CERT',
    'UV_INDEX_URL',
    'UV_DEFAULT_INDEX',
    'GOPROXY',
    'GOSUMDB',
  ],
];
const ANY_CASE = new Set([...PROXIES, ...REGISTRIES].map((name) => name.toLowerCase()));
const EXACT = new Set([...BASIC, ...CERTIFICATES]);

/** Why a variable can't be handed on even if the repository asks for it, or undefined. */
export const environmentNameProblem = (name: string): string | undefined =>
  /^TEMPORAL_/i.test(name)
    ? `${name} belongs to Baton's connection to Temporal and is never handed on: take it out of "env" in baton.yaml`
    : undefined;

/**
 * The environment of a program that Baton starts: an allow-list, so that nothing secret of the worker's gets
 * out by being forgotten.
 *
 * @param extra - names of further variables, taken where they are set
 * @param set - values of Baton's own (`BATON_…`, HOME); they win
 * @param from - default: this process's environment
 * @throws BatonError `BadInput` if `extra` names a variable that is never handed on
 */
export function allowedEnvironment({
  extra = [],
  set = {},
  from = process.env,
}: {
  readonly extra?: readonly string[];
  readonly set?: Readonly<Record<string, string | undefined>>;
  readonly from?: Readonly<Record<string, string | undefined>>;
} = {}): Record<string, string> {
  for (const name of extra) {
    const problem = environmentNameProblem(name);
    if (problem !== undefined) throw new BatonError('BadInput', problem);
  }
  const allowed = (name: string) =>
    EXACT.has(name) || name.startsWith('LC_') || ANY_CASE.has(name.toLowerCase()) || extra.includes(name);
  const entries = [...Object.entries(from).filter(([name]) => allowed(name)), ...Object.entries(set)];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
