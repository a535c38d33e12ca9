import type { RepositoryContext } from '../context.ts';
import { readFileAt } from '../store/objects.ts';
import { type IgnoreRules, ignoreRules, ignoringLine } from './ignore-rules.ts';

/** A line of a `.gitignore`. */
export interface IgnoringLine {
  /** The `.gitignore`, by its path in the repository. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The pattern as it is written. */
  readonly pattern: string;
}

/** What ignores a path, by the rules that a commit has; undefined if nothing does. */
export const ignoredBy = async (
  repo: RepositoryContext,
  commit: string,
  relative: string,
): Promise<IgnoringLine | undefined> => {
  const parts = relative.split('/');
  let rules: readonly IgnoreRules[] = [];
  for (const depth of parts.keys()) {
    const base = parts
      .slice(0, depth)
      .map((part) => `${part}/`)
      .join('');
    const text = await readFileAt(repo, commit, `${base}.gitignore`);
    if (text !== undefined) rules = [ignoreRules(base, Buffer.from(text)), ...rules];
    const found = ignoringLine(parts.slice(0, depth + 1).join('/'), depth < parts.length - 1, rules);
    if (found === undefined) continue;
    const asText = (latin1: string) => Buffer.from(latin1, 'latin1').toString('utf8');
    return { file: `${asText(found.base)}.gitignore`, line: found.line, pattern: asText(found.text) };
  }
  return undefined;
};
