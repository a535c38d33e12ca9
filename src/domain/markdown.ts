/** Markdown for the Web UI, which renders HTML in it too: words of agents and people may not become markup. Pure. */

/**
 * The Web UI (2.42) makes the frame as high as the page without its margins, so the end of the text is cut off: a
 * last line with a space that doesn't collapse is there to be cut.
 */
export const CUT_OFF = '\u00a0';

/** At most `length` characters, none of them broken. */
export function cut(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** Text shown as it is: none of it is markup, HTML neither. */
export const verbatim = (text: string): string => text.replace(/([\\`*_{}[\]()#+\-.!:|&<>~])/g, '\\$1');

/** A quote, line by line, so that nobody takes what somebody said for Baton's own words. */
export const quote = (text: string, length: number): string =>
  cut(text, length)
    .split(/\r\n|[\r\n]/)
    .map((line) => (line.trim() === '' ? '>' : `> ${verbatim(line.trim())}  `))
    .join('\n');

/** As inline code; backticks in it become apostrophes. */
export const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;
