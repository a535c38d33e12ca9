import type { BigIntStats } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { removeTree } from '../installed/remove-tree.ts';

/** A larger report is no report: it would be read into memory whole. */
const MAX_REPORT_BYTES = 64 * 1024 * 1024;
/** Of all files of a glob: their cases are kept together. */
const MAX_ALL_BYTES = 256 * 1024 * 1024;
/** Never searched: large, and nothing in them is the repository's own. */
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules']);

/** A glob with `*`, `**`, `?` and `{a,b}` as an expression on paths with slashes. */
export function globExpression(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|\{[^{}]*\}|[\\^$.|+()[\]{}]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.startsWith('{') && token.length > 1)
      return `(?:${token
        .slice(1, -1)
        .split(',')
        .map((one) => globExpression(one).source.slice(1, -1))
        .join('|')})`;
    return `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}

/** Paths below `folder` that match one of the globs, sorted; folders no deeper than `depth`. */
export async function filesMatching(folder: string, globs: readonly string[], depth = 12): Promise<string[]> {
  const expressions = globs.map(globExpression);
  const found: string[] = [];
  const visit = async (below: string, level: number): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory() && level < depth && !SKIPPED_FOLDERS.has(entry.name))
        await visit(path, level + 1);
      else if (entry.isFile() && expressions.some((expression) => expression.test(path))) found.push(path);
    }
  };
  await visit('', 1);
  return found.sort();
}

/** What tells one state of a file from another; the change time can't be set by programs. */
type Stamps = ReadonlyMap<string, string>;

/** What a command wrote, and what is wrong with what stands there, each as a sentence. */
export interface Written {
  /** Paths relative to the folder. */
  readonly files: readonly string[];
  readonly problems: readonly string[];
}

/**
 * The report of one command run. What was there before the run is never taken for its report: a single file
 * is removed, files of a glob count only if they were written since (they may be more than reports, so they
 * aren't removed).
 */
export class FreshReport {
  readonly #cwd: string;
  readonly #report: string;
  #before: Stamps = new Map();
  /** Why what stood there before could not be removed. */
  #stuck: string | undefined;
  constructor(cwd: string, report: string) {
    this.#cwd = cwd;
    this.#report = report;
  }
  get #isGlob(): boolean {
    return /[*?{]/.test(this.#report);
  }
  /** To be called before the command runs. */
  async clear(): Promise<void> {
    if (this.#isGlob) this.#before = await this.#stamps([]);
    // A folder of the way may be a link that an agent made: nothing outside is touched. What stands there may be a folder.
    else if (await this.#isInside())
      await removeTree(join(this.#cwd, this.#report)).catch((error: Error) => {
        this.#stuck = error.message;
      });
  }
  /** The reports that the command wrote. */
  async written(): Promise<Written> {
    const report = this.#report;
    if (this.#stuck !== undefined)
      return none(
        `what stood at ${report} before the run can't be removed, so it is no report of this run: ${this.#stuck}`,
      );
    const problems: string[] = [];
    const after = await this.#stamps(problems);
    const files = [...after]
      .filter(([path, stamp]) => this.#before.get(path) !== stamp)
      .map(([path]) => path);
    if (files.length > 0 || problems.length > 0) return { files, problems };
    if (after.size > 0)
      return none(
        `the run wrote no report: ${after.size} files match ${report}, and it changed none of them`,
      );
    return none(
      this.#isGlob
        ? `the run wrote no report: no file matches ${report}`
        : `the run wrote no report: ${report} is not there`,
    );
  }
  async #stamps(problems: string[]): Promise<Stamps> {
    const paths = this.#isGlob ? await filesMatching(this.#cwd, [this.#report]) : [this.#report];
    const stamps = new Map<string, string>();
    let bytes = 0;
    for (const path of paths) {
      const stats = await lstat(join(this.#cwd, path), { bigint: true }).catch(() => undefined);
      if (stats === undefined || !(this.#isGlob || (await this.#isInside()))) continue;
      const problem = problemOf(path, stats);
      if (problem !== undefined) problems.push(problem);
      if (!stats.isFile() || stats.size > MAX_REPORT_BYTES) continue;
      bytes += Number(stats.size);
      if (bytes > MAX_ALL_BYTES) {
        problems.push(
          `the files that match ${this.#report} are larger than ${MAX_ALL_BYTES / 2 ** 20} MiB together`,
        );
        break;
      }
      stamps.set(path, `${stats.ino} ${stats.ctimeNs} ${stats.size}`);
    }
    return stamps;
  }
  async #isInside(): Promise<boolean> {
    const [folder, root] = await Promise.all([
      realpath(dirname(join(this.#cwd, this.#report))).catch(() => undefined),
      realpath(this.#cwd),
    ]);
    return folder === root || folder?.startsWith(root + sep) === true;
  }
}

const none = (problem: string): Written => ({ files: [], problems: [problem] });

function problemOf(path: string, stats: BigIntStats): string | undefined {
  if (stats.isDirectory())
    return `the report ${path} is a folder: name the files in it, such as ${path.replace(/\/+$/, '')}/**/*.xml`;
  if (stats.isSymbolicLink())
    return `the report ${path} is a link, and links are not followed: name the file itself`;
  if (!stats.isFile()) return `the report ${path} is no regular file`;
  if (stats.size > MAX_REPORT_BYTES)
    return `the report ${path} is larger than ${MAX_REPORT_BYTES / 2 ** 20} MiB: let the tool leave out what tests print`;
  return undefined;
}
