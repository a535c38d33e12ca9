import { realpath } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { TestCase } from '../domain/checks.ts';

/**
 * The same cases for every worktree: files below `root` (or below the folder that it links to) as paths relative to
 * it, in names too, because a runner names a test file that could not be loaded by its path.
 */
export async function relativeCases(cases: readonly TestCase[], root: string): Promise<TestCase[]> {
  const roots = [...new Set([root, await realpath(root).catch(() => root)])].map((one) =>
    one.replace(/\/+$/, ''),
  );
  const inNames = new RegExp(`(?<![\\w./-])(?:${roots.map((one) => escaped(one)).join('|')})/`, 'g');
  return cases.map((one) => ({
    ...one,
    name: one.name.replace(inNames, ''),
    ...(one.file === undefined ? {} : { file: relativeTo(roots, one.file) }),
  }));
}

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

function relativeTo(roots: readonly string[], file: string): string {
  if (!isAbsolute(file)) return file;
  const paths = roots.map((root) => relative(root, file));
  return paths.find((path) => path !== '' && path !== '..' && !path.startsWith('../')) ?? file;
}
