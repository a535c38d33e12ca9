/**
 * Markdown that words of agents, repositories and people stand in without becoming markup: for the Web UI, which
 * renders HTML in it too, and for pull requests. Pure.
 */
import { cut, isVisible, oneLine, visible } from './visible.ts';

/**
 * The Web UI (2.42) makes the frame as high as the page without its margins, so the end of the text is cut off: a
 * last line with a space that doesn't collapse is there to be cut.
 */
export const CUT_OFF = '\u00a0';

/** The server takes 400 bytes. */
const MAX_SUMMARY_BYTES = 380;

/** What is made a link by its form alone, escaped or not: only code keeps it from that. */
const ADDRESS = /((?:[a-z][a-z0-9+.-]{0,20}:\/\/|www\.)[^\s`|\\]+)/i;

/** For those who have more to make harmless in text that is no code. */
type Plain = (text: string) => string;
const asItIs: Plain = (text) => text;

/** The Web UI's renderer (gomarkdown) takes no backslash before `=` and `$`, which make headings and formulas. */
const escaped = (text: string): string =>
  text
    .replace(/([\\`*_{}[\]()#+\-.!:|&<>~])/g, '\\$1')
    .replaceAll('=', '&#61;')
    .replaceAll('$', '&#36;');

/** Addresses as code, and all else as `plain` makes it. */
const withoutLinks = (line: string, plain: Plain): string =>
  line
    .split(ADDRESS)
    .map((part, at) => (at % 2 === 1 ? `\`${part}\`` : plain(part)))
    .join('');

const escapedLine = (line: string, plain: Plain): string =>
  withoutLinks(line, (part) => plain(escaped(part)));

/** Text shown as it is, in one line: none of it is markup, HTML or a link. */
export const verbatim = (text: string, plain = asItIs): string => escapedLine(oneLine(text), plain);

/** A quote, line by line, so that nobody takes what somebody said for Baton's own words. */
export const quote = (text: string, length: number, plain = asItIs): string =>
  cut(visible(text), length)
    .split('\n')
    .map((line) =>
      line.trim() === '' ? '>' : `> ${escapedLine(line.replaceAll('\t', ' ').trim(), plain)}  `,
    )
    .join('\n');

/** As inline code; what would end that, or the cell of a table, stands as text. */
export const code = (text: string): string =>
  isVisible(text) && /^[^`|\\\s]+(?: [^`|\\\s]+)*$/.test(text) ? `\`${oneLine(text)}\`` : verbatim(text);

/** An address as a link, if it is one and nothing in it is markup. */
export const link = (address: string): string =>
  /^https?:\/\/[\w.:/~-]{1,300}$/.test(address) ? address : verbatim(address);

/** The first words of a text as a summary in the Web UI: escaped only as far as one line of Markdown needs it. */
export function summaryOf(text: string): string {
  const words = oneLine(text);
  for (let length = 100; ; length -= 4) {
    const summary = withoutLinks(cut(words, length), (part) => part.replace(/([\\`*_~<[])/g, '\\$1')).replace(
      /^(\d*)(?=[#>+=|.)-])/,
      '$1\\',
    );
    // No character has more than four bytes, so this ends.
    if (new TextEncoder().encode(summary).length <= MAX_SUMMARY_BYTES) return summary;
  }
}
