/** What may stand around an event that is read all the same. */
export type Dress =
  | 'byte order mark'
  | 'control characters'
  | 'prefix of a logger'
  | 'progress bar'
  | 'several on a line'
  | 'over several lines';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufeff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: of a terminal, and padding.
const AROUND = /^[\s\u0000-\u001f\u007f-\u009f\ufeff]+|[\s\u0000-\u001f\u007f-\u009f\ufeff]+$/g;

/** Sequences of a terminal that begin with ESC, which no JSON holds; those that begin with U+009B may stand in a text. */
const SEQUENCES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-Z\\-~])/g;

/** A line without colours, byte order marks and control characters around it: no JSON has them outside of its texts. */
export function undressed(text: string): { readonly text: string; readonly dress: readonly Dress[] } {
  if (!CONTROL.test(text)) return { text: text.trim(), dress: [] };
  const plain = text.replace(SEQUENCES, '').replace(AROUND, '');
  const dress: Dress[] = [];
  if (text.includes('\ufeff')) dress.push('byte order mark');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a tab is only a space.
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text)) dress.push('control characters');
  return { text: plain, dress };
}

/** A longer one is a sentence. */
const MOST_OF_PREFIX = 120;
const LOGGER_WORD = [
  // A time, with a date or without.
  String.raw`(?:\d{4}[-/]\d\d[-/]\d\d[T ]?)?\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?`,
  String.raw`\d{4}[-/]\d\d[-/]\d\d`,
  // A level, with the name of a logger as Python (`INFO:root:`) and Java (`INFO a.b.C - `) have it.
  String.raw`(?:info|notice|log|output|out|stdout)\b(?::[\w.]{1,40}:|\s+[\w$]{1,40}(?:\.[\w$]{1,40}){1,8}\s*[:-]\s)?`,
  // A name as multiplexers of several programs put it before their lines.
  String.raw`\[[^\][{}"]{1,60}\]`,
  String.raw`[\w.-]{1,40}\s*\|`,
  // Of server-sent events.
  'data(?=:)',
].join('|');
const LOGGER = new RegExp(`^(?:(?:${LOGGER_WORD})[\\s:>–—|-]*)+$`, 'i');
/** What is logged so is as likely an event that is told about as one that is meant. */
const TOLD_ABOUT = /\b(?:debug|trace|warn|warning|error)\b/i;
const PROGRESS =
  /^(?:[[(|][#=\-_.\s>█▉▊▋▌▍▎▏░▒▓]*[\])|]\s*)?\d{1,3}(?:\.\d+)?\s*%[\s|:,-]*$|^[\u2800-\u28ff]\s*$/;

/** What stands before an event on its line, if it can't be words that speak of the event. */
export function prefixKind(
  prefix: string,
): Extract<Dress, 'prefix of a logger' | 'progress bar'> | undefined {
  if (prefix.length > MOST_OF_PREFIX) return undefined;
  if (PROGRESS.test(prefix)) return 'progress bar';
  return LOGGER.test(prefix) && !TOLD_ABOUT.test(prefix) ? 'prefix of a logger' : undefined;
}
