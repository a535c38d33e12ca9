import { Matcher, type Secret } from './matcher.ts';

export type { Secret } from './matcher.ts';

/** Shorter values (`1`, `true`, `eu`) are no secrets, and replacing them would garble every text. */
const SHORTEST_SECRET = 6;
/** Of a text that is there as a whole: what is looked at at once, so that memory is bounded. */
const PIECE = 1024 * 1024;

/** Whether a value can be told from other text. */
export const isLongEnough = (value: string): boolean => value.replace(/\s/g, '').length >= SHORTEST_SECRET;

/** The named variables' values that are long enough to be secrets. Default `from`: this process's environment. */
export const secretsOf = (
  names: readonly string[],
  from: Readonly<Record<string, string | undefined>> = process.env,
): Secret[] =>
  names.flatMap((name) => {
    const value = from[name];
    return value === undefined || !isLongEnough(value) ? [] : [{ name, value }];
  });

/** Made once for a list, and once for lists that say the same: each command and each agent is given one of its own. */
const matchers = new WeakMap<readonly Secret[], Matcher>();
const byContent = new Map<string, Matcher>();
/** Features at work at once have few lists between them. */
const REMEMBERED = 20;

function matcherOf(secrets: readonly Secret[]): Matcher {
  const known = matchers.get(secrets);
  if (known !== undefined) return known;
  const content = JSON.stringify(secrets);
  const matcher = byContent.get(content) ?? new Matcher(secrets);
  if (byContent.size >= REMEMBERED) byContent.clear();
  byContent.set(content, matcher);
  matchers.set(secrets, matcher);
  return matcher;
}

/** The text with every value, in whatever form, replaced by `[NAME]`. */
export function blotOut(text: string, secrets: readonly Secret[]): string {
  if (secrets.length === 0 || !isLongEnough(text)) return text;
  if (text.length <= PIECE) return matcherOf(secrets).scan(text, true).kept;
  const filter = new SecretFilter(secrets);
  let kept = '';
  for (let at = 0; at < text.length; at += PIECE) kept += filter.push(text.slice(at, at + PIECE));
  return kept + filter.end();
}

/** Name of a secret that is in the text, or undefined. */
export function secretIn(text: string, secrets: readonly Secret[]): string | undefined {
  if (secrets.length === 0) return undefined;
  const filter = new SecretFilter(secrets);
  for (let at = 0; at < text.length && filter.found === undefined; at += PIECE)
    filter.push(text.slice(at, at + PIECE));
  filter.end();
  return filter.found;
}

/** These hold words of Baton's own, by which a workflow goes on; a secret may be such a word (`production`). */
const WORDS_OF_BATON = new Set(
  'type status kind outcome phase step environment land per runner role how what namedBy'.split(' '),
);

/** And these what git and the store name by its content: a short secret may be in that by accident. */
const NAMES_OF_CONTENT = new Set(
  'commit baseCommit tree head base old new start from digest standsOn'.split(' '),
);
const NAME_OF_CONTENT = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|sha512-[A-Za-z0-9+/]{86}==)$/;

const isFixed = (key: string, value: string): boolean =>
  (WORDS_OF_BATON.has(key) && /^[a-z-]{1,24}$/.test(value)) ||
  (NAMES_OF_CONTENT.has(key) && NAME_OF_CONTENT.test(value));

/** A JSON value with every text in it blotted out, names of properties too; Baton's own words stay. */
export function blotOutDeep<T>(value: T, secrets: readonly Secret[], key = ''): T {
  if (secrets.length === 0) return value;
  if (typeof value === 'string') return (isFixed(key, value) ? value : blotOut(value, secrets)) as T & string;
  if (Array.isArray(value)) return value.map((item) => blotOutDeep(item, secrets)) as T & unknown[];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [blotOut(name, secrets), blotOutDeep(inner, secrets, name)]),
  ) as T & object;
}

/** Blots out of a text that comes in pieces, where a value may be cut between two of them. */
export class SecretFilter {
  readonly #matcher: Matcher | undefined;
  #rest = '';
  /** Name of the first secret that was found. */
  found: string | undefined;
  constructor(secrets: readonly Secret[]) {
    const matcher = secrets.length === 0 ? undefined : matcherOf(secrets);
    this.#matcher = matcher?.isEmpty ? undefined : matcher;
  }
  /** What is safe to keep by now; the end of `piece` may be held back. */
  push(piece: string): string {
    return this.#scan(piece, false);
  }
  /** What was held back. */
  end(): string {
    return this.#scan('', true);
  }
  #scan(piece: string, isEnd: boolean): string {
    if (this.#matcher === undefined) return piece;
    const { kept, rest, found } = this.#matcher.scan(this.#rest + piece, isEnd);
    this.#rest = rest;
    this.found ??= found[0];
    return kept;
  }
}
