/**
 * Text of others, with everything in it to be seen: agents, repositories and people may write what steers a terminal,
 * reorders a line or hides words. Pure.
 */

/** No field of the protocol is longer. */
const LONGEST_FIELD = 4000;

/** Arabic and Kaithi marks that are format characters by name, and yet are seen. */
const SEEN = '\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u{110bd}\\u{110cd}';
const EMOJI = '[\\p{Extended_Pictographic}\\p{Emoji_Modifier}\\p{Regional_Indicator}]';
/** Scripts in which a joiner between two letters says how both are written. */
const JOINING = `[${[
  'Arab',
  'Syrc',
  'Deva',
  'Beng',
  'Guru',
  'Gujr',
  'Orya',
  'Taml',
  'Telu',
  'Knda',
  'Mlym',
  'Sinh',
]
  .map((script) => `\\p{scx=${script}}`)
  .join('')}]`;
const WRITING = [
  `(?<=${EMOJI}\\ufe0f?)\\u200d(?=${EMOJI})`,
  `(?<=${EMOJI})\\ufe0f`,
  '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  `(?<=${JOINING})[\\u200c\\u200d](?=${JOINING})`,
].join('|');
/**
 * Control and format characters (escapes, bidi, zero width, tags), what else is drawn as nothing, and half characters;
 * not line feeds, tabs, and joiners in emoji and in scripts that need them.
 */
const UNSEEN = new RegExp(
  `(?=[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}])(?![\\n\\t${SEEN}]|${WRITING}).`,
  'gsu',
);
const LINE_BREAK = /\r\n?|[\v\f\u0085\u2028\u2029]/g;

/** At most `length` characters, none of them broken. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  // No character has more than two units.
  const characters = [...text.slice(0, 2 * length + 2)];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

const hex = (value: number): string => value.toString(16).toUpperCase().padStart(4, '0');

/** A text of any number of lines, in which what can't be seen stands as `<U+202E>`. Lines end in `\n`. */
export const visible = (text: string): string =>
  text.replace(LINE_BREAK, '\n').replace(UNSEEN, (character) => `<U+${hex(character.codePointAt(0) ?? 0)}>`);

/** A text without what can't be seen: for what is kept for ever, and read by other programs. Lines end in `\n`. */
export const withoutUnseen = (text: string): string => text.replace(LINE_BREAK, '\n').replace(UNSEEN, '');

/** A visible text in one line of at most `length` characters: a line break in it is a space. */
export const shortLine = (text: string, length: number): string =>
  cut(
    visible(cut(text, 2 * LONGEST_FIELD))
      .replace(/\s+/g, ' ')
      .trim(),
    length,
  );

/** The same, as long as any field may be. */
export const oneLine = (text: string): string => shortLine(text, LONGEST_FIELD);

/** Names beside each other. */
export const namesInLine = (names: readonly string[]): string => names.map(oneLine).join(', ');

/** A text of any number of lines among others of Baton's: from its second line on each is marked as more of it. */
export const inItsPlace = (text: string): string => visible(text).trim().replaceAll('\n', '\n│ ');

/** A value with every text in it in one line, names of fields too: for what is shown line by line. */
export function inLines<T>(value: T): T {
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return oneLine(part);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [oneLine(key), walk(each)]));
  };
  return walk(value) as T;
}

/** JSON of the same value, in which what can't be seen is escaped. */
export const visibleJson = (value: unknown, indent?: number): string =>
  escapeUnseen(JSON.stringify(value, undefined, indent) ?? 'null');

const escapeUnseen = (json: string): string =>
  json.replace(UNSEEN, (character) =>
    // Half by half, since JSON names characters by their UTF-16 units.
    Array.from(
      { length: character.length },
      (_, at) => `\\u${hex(character.charCodeAt(at)).toLowerCase()}`,
    ).join(''),
  );

/** JSON of a value that anybody may have sent, of whatever size and depth: at most `length` characters. */
export function shortJson(value: unknown, length: number): string {
  let json: string;
  try {
    json = JSON.stringify(value) ?? 'undefined';
  } catch {
    return 'something that is nested too deeply to be shown';
  }
  // Cut first: looking for what can't be seen in a megabyte takes seconds.
  return cut(escapeUnseen(cut(json, length)), length);
}

/** Whether a text is in one line and has nothing that can't be seen. */
export const isVisible = (text: string): boolean => !text.includes('\n') && text.search(UNSEEN) < 0;
