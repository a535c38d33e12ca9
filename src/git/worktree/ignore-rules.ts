import { bytesOf } from '../names.ts';
import { wildmatch } from './wildmatch.ts';

interface Pattern {
  /** As it is written, and where: lines count from 1. */
  readonly text: string;
  readonly line: number;
  /** Takes back what an earlier pattern ignored. */
  readonly negative: boolean;
  readonly foldersOnly: boolean;
  /** Whether a path, relative to the folder of the rules, is meant itself. */
  matches(relative: string): boolean;
}

/** The patterns of one `.gitignore`, which hold below `base` (a folder with a `/` at the end; empty: the top). */
export interface IgnoreRules {
  readonly base: string;
  readonly patterns: readonly Pattern[];
}

/** Reads a `.gitignore` as git does (dir.c). Bytes count, so patterns and paths are compared as `latin1`. */
export const ignoreRules = (base: string, content: Buffer): IgnoreRules => {
  const patterns = content
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .split('\n')
    .map((text, at) => ({ text, line: at + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))
    .map(({ text, line }) =>
      parse(withoutTrailingSpaces(text.replace(/\r$/, '').replace(/\0.*$/s, '')), line),
    );
  return { base: bytes(base), patterns };
};

/** Whether a path is ignored; folders on the way to it are asked about before. The last word of the nearest rules counts. */
export const isIgnored = (file: string, isFolder: boolean, nearestFirst: readonly IgnoreRules[]): boolean =>
  ignoringLine(file, isFolder, nearestFirst) !== undefined;

/** The line by which a path is ignored, in the `.gitignore` of the folder `base`; undefined if it isn't. */
export const ignoringLine = (
  file: string,
  isFolder: boolean,
  nearestFirst: readonly IgnoreRules[],
): { readonly base: string; readonly text: string; readonly line: number } | undefined => {
  const relative = bytes(file);
  for (const { base, patterns } of nearestFirst) {
    const below = relative.slice(base.length);
    const decides = patterns.findLast((each) => (isFolder || !each.foldersOnly) && each.matches(below));
    if (decides !== undefined) return decides.negative ? undefined : { base, ...decides };
  }
  return undefined;
};

const bytes = (text: string): string => bytesOf(text).toString('latin1');

const withoutTrailingSpaces = (line: string): string => {
  let end = 0;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === ' ') continue;
    if (line[at] === '\\') at += 1;
    end = at + 1;
  }
  return line.slice(0, end);
};

const parse = (text: string, line: number): Pattern => {
  const negative = text.startsWith('!');
  const body = negative ? text.slice(1) : text;
  const foldersOnly = body.endsWith('/');
  const pattern = foldersOnly ? body.slice(0, -1) : body;
  const plain = pattern.search(/[*?[\\]/);
  const prefix = plain < 0 ? pattern.length : plain;
  const matches = pattern.includes('/') ? onPath(pattern, prefix) : onName(pattern, prefix);
  return { text, line, negative, foldersOnly, matches };
};

const onName = (pattern: string, prefix: number) => (relative: string) => {
  const name = relative.slice(relative.lastIndexOf('/') + 1);
  return prefix === pattern.length ? name === pattern : wildmatch(pattern, name, false);
};

/** What comes before the first wildcard is compared as it is, and cut off: so `a**` and a `/` mean any folders. */
const onPath = (pattern: string, prefix: number) => {
  const from = pattern.startsWith('/') ? 1 : 0;
  const literal = pattern.slice(from, prefix);
  const rest = pattern.slice(Math.max(from, prefix));
  return (relative: string) =>
    relative.startsWith(literal) && wildmatch(rest, relative.slice(literal.length), true);
};
