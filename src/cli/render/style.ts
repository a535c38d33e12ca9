import { randomInt } from 'node:crypto';
import { visible } from '../../domain/visible.ts';

type Paint = (text: string) => string;

/** Ways to set text off. With colours off each returns the text as it is. */
export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
}

/**
 * Stands in all of Baton's own sequences until they are written, and in no text of others: it is another in each
 * process. What measures text knows such a sequence as one that takes no room.
 */
const SEAL = Array.from({ length: 4 }, () => randomInt(1000, 10_000)).join(';');
const SEALED = new RegExp(`\\u001b\\[${SEAL};(\\d+)m`);

const escaped = (on: number, off: number): Paint => {
  const sealed = (code: number) => `\u001b[${SEAL};${code}m`;
  return (text) => (text === '' ? '' : `${sealed(on)}${text}${sealed(off)}`);
};

/** What a terminal is given: of all sequences only those of a {@link Style}, anything else in the text is to be seen. */
export const onTerminal = (text: string): string =>
  text
    .split(SEALED)
    .map((part, at) => (at % 2 === 1 ? `\u001b[${part}m` : visible(part)))
    .join('');

const plain: Paint = (text) => text;

export const PLAIN: Style = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, blue: plain };

const COLORED: Style = {
  bold: escaped(1, 22),
  dim: escaped(2, 22),
  red: escaped(31, 39),
  green: escaped(32, 39),
  yellow: escaped(33, 39),
  blue: escaped(34, 39),
};

export const makeStyle = (color: boolean): Style => (color ? COLORED : PLAIN);

/** https://no-color.org: set and not empty means none; FORCE_COLOR asks for it without a terminal. */
export function wantsColor(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true;
  return isTerminal && env.TERM !== 'dumb';
}
