import type { Secret } from './secrets.ts';

export interface UrlCredential {
  readonly username: string;
  readonly password: string;
}

/** Scheme and what stands before the host; a password may hold an `@` of its own. */
const BEFORE_HOST = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'<>]*)@/gi;
/** A user name that is a token: services take it without a password. */
const TOKEN_LIKE = /^(?=.*\d)(?=.*[a-z])[\w.~-]{20,}$/i;

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const credentialOf = (before: string): UrlCredential => {
  const colon = before.indexOf(':');
  return colon < 0
    ? { username: decoded(before), password: '' }
    : { username: decoded(before.slice(0, colon)), password: decoded(before.slice(colon + 1)) };
};

/** Whether it lets somebody in; a mere user name (`git@`, `alice@`) doesn't. */
const isSecret = ({ username, password }: UrlCredential): boolean =>
  password !== '' || TOKEN_LIKE.test(username);

/** A URL without the password in it, and what stood there; a user name alone stays. */
export function splitCredential(url: string): { readonly url: string; readonly credential?: UrlCredential } {
  const [match] = url.matchAll(BEFORE_HOST);
  if (match?.index !== 0) return { url };
  const credential = credentialOf(match[2] ?? '');
  if (!isSecret(credential)) return { url };
  // Over ssh nobody is asked for a password, and the name is part of the way.
  const isHttp = /^https?:/i.test(url);
  const name = isHttp || credential.username === '' ? '' : `${encodeURIComponent(credential.username)}@`;
  return { url: `${match[1]}${name}${url.slice(match[0].length)}`, credential };
}

/** The secrets in all URLs of a text, under the name of what holds it. */
export const secretsInUrls = (name: string, text: string): Secret[] =>
  [...text.matchAll(BEFORE_HOST)].flatMap((match) => {
    const { username, password } = credentialOf(match[2] ?? '');
    if (password !== '') return [{ name: `${name}_PASSWORD`, value: password }];
    return TOKEN_LIKE.test(username) ? [{ name: `${name}_TOKEN`, value: username }] : [];
  });
