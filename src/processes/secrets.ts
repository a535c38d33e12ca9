/** The value of a named variable that must not be kept. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Shorter values (`1`, `true`, `eu`) are no secrets, and replacing them would garble every text. */
const SHORTEST_SECRET = 6;

/** The named variables' values that are long enough to be secrets. Default `from`: this process's environment. */
export const secretsOf = (
  names: readonly string[],
  from: Readonly<Record<string, string | undefined>> = process.env,
): Secret[] =>
  names.flatMap((name) => {
    const value = from[name];
    return value === undefined || value.trim().length < SHORTEST_SECRET ? [] : [{ name, value }];
  });

/** Every form of a value that programs print: as it is, trimmed, in JSON, in a URL; the longest first. */
const formsOf = (secrets: readonly Secret[]) =>
  secrets
    .flatMap(({ name, value }) =>
      [...new Set([value, value.trim(), JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])].map(
        (form) => ({ name, form }),
      ),
    )
    .sort((a, b) => b.form.length - a.form.length);

/** The text with every value replaced by `[NAME]`. */
export function blotOut(text: string, secrets: readonly Secret[]): string {
  let blotted = text;
  for (const { name, form } of formsOf(secrets)) blotted = blotted.replaceAll(form, `[${name}]`);
  return blotted;
}

/** These hold words of the protocol and no text of an agent's. */
const WORDS_OF_PROTOCOL = new Set(['type', 'status']);

/** A JSON value with every text in it blotted out; keys and the protocol's own words stay. */
export function blotOutDeep<T>(value: T, secrets: readonly Secret[], key = ''): T {
  if (secrets.length === 0) return value;
  if (typeof value === 'string')
    return (WORDS_OF_PROTOCOL.has(key) ? value : blotOut(value, secrets)) as T & string;
  if (Array.isArray(value)) return value.map((item) => blotOutDeep(item, secrets)) as T & unknown[];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, blotOutDeep(inner, secrets, name)]),
  ) as T & object;
}

/** Blots out of a text that comes in pieces, where a value may be cut between two of them. */
export class SecretFilter {
  readonly #secrets: readonly Secret[];
  readonly #keep: number;
  #rest = '';
  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets;
    this.#keep = Math.max(0, ...formsOf(secrets).map(({ form }) => form.length - 1));
  }
  /** What is safe to keep by now; the end of `piece` may be held back. */
  push(piece: string): string {
    if (this.#secrets.length === 0) return piece;
    const text = blotOut(this.#rest + piece, this.#secrets);
    const cut = Math.max(0, text.length - this.#keep);
    this.#rest = text.slice(cut);
    return text.slice(0, cut);
  }
  /** What was held back. */
  end(): string {
    const rest = this.#rest;
    this.#rest = '';
    return rest;
  }
}
