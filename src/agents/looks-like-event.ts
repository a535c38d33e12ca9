import { EVENT_TYPES } from './event-line.ts';
import { ObjectScanner } from './object-scanner.ts';

const TYPES = EVENT_TYPES.join('|');
/** `"type":"result"` as any language prints it, also inside a string of other JSON. */
const LOOKS = new RegExp(
  String.raw`\\?["']?\btype\\?["']?\s*(?::|=>?)\s*\\?["'\`](?:${TYPES})\\?["'\`]`,
  'i',
);
const IN_TEXT = new RegExp(String.raw`\\"type\\"\s*:\s*\\"(?:${TYPES})\\"`, 'i');

/** Whether a line that is no event was probably meant as one. */
export const looksLikeEvent = (text: string): boolean => LOOKS.test(text.replaceAll('\0', ''));

/** What an agent's author is told of a text that looks like an event; without a word of the text, which may be secret. */
export function whyNoEvent(text: string): string {
  if (text.includes('\0')) return 'it has NUL bytes, as UTF-16 has: write UTF-8';
  if (IN_TEXT.test(text)) return 'it is a text inside of other JSON: write the object itself';
  const from = text.indexOf('{');
  if (from < 0) return 'it is no JSON object: write one in braces';
  const scanned = new ObjectScanner().feed(text, from);
  if (scanned.kind === 'open') return 'its object does not end: write it on one line, and end it';
  if (scanned.kind === 'broken') return brokenAt(text, scanned.at, scanned.expected);
  if (from > 0) return 'words stand before it: write an event on a line of its own';
  return text.slice(scanned.at).trim() === ''
    ? 'it is no JSON: look at its escapes'
    : 'something follows it: write an event on a line of its own';
}

function brokenAt(text: string, at: number, expected: string): string {
  const here = text.charAt(at);
  const before = text.slice(0, at).trimEnd().slice(-1);
  const where = `at column ${at + 1}`;
  if (here === "'") return `a single quote stands ${where}: JSON has double quotes`;
  if ((here === '}' || here === ']') && before === ',')
    return `a comma stands before the end ${where}: JSON has none`;
  if (here === '"')
    return `the text that begins ${where} does not end, or has a line break or tab in it: write \\n or \\t`;
  if (/[A-Z]/.test(here) && /^(?:True|False|None|NaN|Infinity|Undefined)\b/.test(text.slice(at, at + 12)))
    return `a word that JSON doesn't know stands ${where}: it has true, false and null`;
  return `${expected} is missing ${where}, so it is no JSON`;
}
