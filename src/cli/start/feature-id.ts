import { randomInt } from 'node:crypto';

const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
/** Leaves room for the date and the random part below the 48 characters of an id. */
const MAX_SLUG = 32;
/** Words that tell nothing about a feature. */
const EMPTY_WORDS = new Set([
  'a',
  'an',
  'the',
  'and',
  'or',
  'of',
  'to',
  'for',
  'in',
  'on',
  'with',
  'that',
  'can',
  'please',
]);

/** The first telling words of a request, as part of an id: lower-case letters, digits and hyphens. */
export function slugOf(request: string): string {
  const words = request
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !EMPTY_WORDS.has(word));
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? word : `${slug}-${word}`;
    if (longer.length > MAX_SLUG) break;
    slug = longer;
  }
  return slug || (words[0]?.slice(0, MAX_SLUG) ?? 'feature');
}

/** Characters that can't be mistaken for one another. */
export const randomPart = (length: number): string =>
  Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** `<slug>-<month and day>-<three random characters>`. */
export function makeFeatureId(request: string, now: Date = new Date(), random = randomPart(3)): string {
  const day = `${now.getMonth() + 1}`.padStart(2, '0') + `${now.getDate()}`.padStart(2, '0');
  return `${slugOf(request)}-${day}-${random}`;
}
