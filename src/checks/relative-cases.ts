import { realpath } from 'node:fs/promises';
import type { TestCase } from '../domain/checks.ts';
import { isForeign, pathsInTree } from './report-paths.ts';

const BORDER = ' > ';

/**
 * The same cases for every worktree: files below `root` (or below the folder that it links to) as paths relative to
 * it, in names too, because a runner names a test file that could not be loaded by its path. Paths of another machine
 * or container are found by their ends; relative ones stay as they are.
 */
export async function relativeCases(cases: readonly TestCase[], root: string): Promise<TestCase[]> {
  const roots = [...new Set([root, await realpath(root).catch(() => root)])].map((one) =>
    one.replace(/\/+$/, ''),
  );
  const inNames = new RegExp(`(?<![\\w./-])(?:${roots.map((one) => escaped(one)).join('|')})/`, 'g');
  const named = cases.map((one) => ({ ...one, name: one.name.replace(inNames, '') }));
  const paths = named.flatMap(({ name, file }) => [
    ...(file === undefined ? [] : [file]),
    ...name.split(BORDER).filter(isPath),
  ]);
  const inTree = await pathsInTree(root, paths.filter(isForeign));
  return named.map((one) => ({
    ...one,
    name: one.name
      .split(BORDER)
      .map((part) => (isPath(part) ? inTree(part) : part))
      .join(BORDER),
    ...(one.file === undefined ? {} : { file: inTree(one.file) }),
  }));
}

/** A part of a name that is nothing but the path of a file. */
const isPath = (part: string): boolean => isForeign(part) && /^\S+\.\w+$/.test(part);

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
