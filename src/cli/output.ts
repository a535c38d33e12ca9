import { visibleJson } from '../domain/visible.ts';
import { makeStyle, onTerminal, type Style, wantsColor } from './render/style.ts';

/** A pipe may end in a terminal too. */
const write = (stream: NodeJS.WriteStream, text: string): void => {
  const shown = onTerminal(text);
  stream.write(shown.endsWith('\n') ? shown : `${shown}\n`);
};

/** Data: standard output. */
export const print = (text: string): void => write(process.stdout, text);

/** One JSON document on standard output. */
export const printJson = (value: unknown): void => print(visibleJson(value, 2));

/** One line of a stream of JSON documents. */
export const printJsonLine = (value: unknown): void => print(visibleJson(value));

/** Words for a person: standard error. */
export const say = (text: string): void => write(process.stderr, text);

/** Colours for a stream, or none where it is no terminal or NO_COLOR is set. */
export const styleFor = (stream: NodeJS.WriteStream): Style =>
  makeStyle(wantsColor(process.env, stream.isTTY === true));

/** Whether a person can be asked: both ends are a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

/** Width for tables; a pipe has none, and gets whole lines. */
export const screenWidth = (): number =>
  process.stdout.isTTY ? (process.stdout.columns ?? 80) : Number.POSITIVE_INFINITY;
