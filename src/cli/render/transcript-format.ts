import type { z } from 'zod';
import { cut } from '../../domain/visible.ts';
import type { Style } from './style.ts';

/** One thing of a transcript: a word for what it is, and its text, which is an agent's and not yet harmless. */
export interface LabelledText {
  readonly label: string;
  readonly text: string;
  /** Of the label; of the text too where it is `dim`. */
  readonly tone?: keyof Style;
}

/** How much is shown. */
export interface Detail {
  /** Everything whole: prompts, feedback, the output of red checks. */
  readonly full: boolean;
  /** Also the JSON that an agent's program printed, sessions and running totals. */
  readonly raw: boolean;
}

/** Of a line, unless everything is wanted. */
const LINE_LENGTH = 500;

/** The first lines of a text, and how many more there are. */
export function firstLines(text: string, count: number, { full }: Detail): string {
  if (full) return text;
  const lines = text.trimEnd().split(/\r\n|\r|\n/);
  const shown = lines.slice(0, count).map((line) => cut(line, LINE_LENGTH));
  const more = lines.length - shown.length;
  return [...shown, ...(more > 0 ? [`… ${more} more ${more === 1 ? 'line' : 'lines'} (--full)`] : [])].join(
    '\n',
  );
}

/** A JSON value as a text, for what isn't known better. */
export const compact = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    // An agent may nest deeper than the stack is.
    return '(nested too deep to be shown)';
  }
};

/** Formats what has the shape that it knows; undefined: it has another. Never throws. */
export type Formatter = (entry: unknown, detail: Detail) => LabelledText[] | undefined;

/** A formatter of what has a shape. */
export const on =
  <S extends z.ZodType>(
    shape: S,
    format: (entry: z.output<S>, detail: Detail) => LabelledText[],
  ): Formatter =>
  (entry, detail) => {
    const read = shape.safeParse(entry);
    return read.success ? format(read.data, detail) : undefined;
  };
