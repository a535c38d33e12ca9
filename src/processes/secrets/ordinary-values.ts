import { existsSync } from 'node:fs';

/** What the name of a secret has in it, and what is one of its words: `AUTHOR_NAME` and `KEYBOARD` are no secrets. */
const SECRET_NAME =
  /passw(?:or)?d|passphrase|secret|token|credential|(?:api|access|private)[-_.]?key|webhook|cookie/i;
const SECRET_WORD = /^(?:pass|pwd|keys?|auth|creds?|private|dsn|salt|pin|otp|jwt|bearer|signature)$/i;
/** Of these a short number may be one: `PIN`, and not `MAX_TOKENS`. */
const NUMBER_NAME = /pass|pwd|secret|pin|otp/i;

/** Whether a variable is, by its name, one that holds a secret. */
export const isSecretName = (name: string): boolean =>
  SECRET_NAME.test(name) ||
  name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .split(/[^A-Za-z0-9]+/)
    .some((word) => SECRET_WORD.test(word));

/** Values of any variable that nobody would keep to themselves, passwords that everybody knows among them. */
const COMMON = new RegExp(
  `^(?:${[
    ...'true false yes no on off none null undefined default auto enabled disabled'.split(' '),
    ...'debug info warn warning error verbose silent production staging development testing localhost'.split(
      ' ',
    ),
    ...'postgres postgresql mysql mariadb mongo mongodb redis rabbitmq minio minioadmin guest root admin'.split(
      ' ',
    ),
    ...'username password passwd secret changeme change-me change_me example dummy foobar xxxxxx'.split(' '),
  ].join('|')})$`,
  'i',
);
/** A title, a sentence. */
const SENTENCE = /^(?=.* )[A-Za-z ,.!?'’&-]{1,200}$/;
/** One word, or several with short numbers: `eu-central-1`, `my_app.local`, `json,text`. */
const WORDS = /^(?=.{1,20}$)[a-z]{1,16}(?:[-_.,: /](?:[a-z]{1,16}|\d{1,4}))*$/i;
/** A figure, a date, a version, an address, a duration. */
const FIGURES = /^v?\d{1,8}(?:[-.:,/_ ]\d{1,8})*(?:[a-z]{1,3})?$/i;
const EMAIL = /^[\w.+-]{1,40}@[\w.-]{1,60}$/;
const PATH = /^(?:~|\.{1,2})?\/[^\0\n]*$/;
/** An address without anything in it that lets somebody in: a long part with digits in it is taken for that. */
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\/[^\s@?#]*$/i;
const LONG_PART = /(?=[^/]*\d)(?=[^/]*[a-z])[^/.:-]{20,}/i;

/**
 * Whether a value is ordinary text, which stands in files and logs without giving anything away: a region, a mode, a
 * path, an address. A name that says "secret" outweighs all but the most common words and paths that are there.
 */
export function isOrdinary(name: string, value: string): boolean {
  const text = value.trim();
  if (COMMON.test(text)) return true;
  if (isSecretName(name))
    return (PATH.test(text) && existsSync(text)) || (/^\d{1,7}$/.test(text) && !NUMBER_NAME.test(name));
  if (ADDRESS.test(text)) return !LONG_PART.test(text.replace(/^[^:]*:\/\/[^/]*/, ''));
  return [WORDS, SENTENCE, FIGURES, EMAIL, PATH].some((ordinary) => ordinary.test(text));
}
