import { splitCredential, type UrlCredential } from '../processes/secrets/url-credentials.ts';

/** By the URL without them. For as long as this process lives: they are written nowhere. */
const known = new Map<string, UrlCredential>();

/**
 * A URL without its password or token, which this process remembers and gives to git when git asks for it. So nothing
 * has it that shows URLs: a list of processes, git's errors and configuration, the history, the home.
 */
export const withoutCredential = (address: string): string => {
  const { url, credential } = splitCredential(address);
  if (credential !== undefined) known.set(url, credential);
  return url;
};

/** Remembers the credentials of addresses (`https://user:token@host/path`), for all that begins so; one a word. */
const rememberCredentials = (addresses: string): void => {
  for (const address of addresses.split(/\s+/)) withoutCredential(address);
};

/** The variable that has credentials for a worker, or a command line. */
const CREDENTIALS = 'BATON_GIT_CREDENTIALS';

/** What git calls as a credential helper: it answers from its environment. */
const HELPER =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$BATON_GIT_USERNAME" "$BATON_GIT_PASSWORD"; }; f';
/** Services take any name beside a token. */
const ANY_NAME = 'x-access-token';

/**
 * The environment by which git finds the credential of a URL among its arguments, if one is remembered. Only for that
 * URL, and in place of the user's helpers, which would otherwise be asked to keep it.
 */
export const credentialEnvironment = (args: readonly string[]): Record<string, string> => {
  rememberCredentials(process.env[CREDENTIALS] ?? '');
  const urls = [...known.keys()].filter((url) => args.some((arg) => isAt(arg, url)));
  const url = urls.sort((a, b) => b.length - a.length)[0];
  const credential = url === undefined ? undefined : known.get(url);
  if (credential === undefined) return {};
  const { username, password } = credential;
  const key = `credential.${url}.helper`;
  return {
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: key,
    GIT_CONFIG_VALUE_0: '',
    GIT_CONFIG_KEY_1: key,
    GIT_CONFIG_VALUE_1: HELPER,
    BATON_GIT_USERNAME: password === '' ? ANY_NAME : username || ANY_NAME,
    BATON_GIT_PASSWORD: password === '' ? username : password,
  };
};

const isAt = (address: string, url: string): boolean =>
  address === url ||
  address.startsWith(url.endsWith('/') ? url : `${url}/`) ||
  address.startsWith(`${url}.git`);
