import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { removeTree } from '../installed/remove-tree.ts';

/** A larger report is no report: it would be read into memory whole. */
const MAX_REPORT_BYTES = 64 * 1024 * 1024;
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

/**
 * The report of one command run. What was there before the run is never taken for its report: a single file
 * is removed, files of a glob count only if they were written since (they may be more than reports, so they
 * aren't removed).
 */
export class FreshReport {
  readonly #cwd: string;
  readonly #report: string;
  #before: Stamps = new Map();
  constructor(cwd: string, report: string) {
    this.#cwd = cwd;
    this.#report = report;
  }
  get #isGlob(): boolean {
    return /[*?{]/.test(this.#report);
  }
  /** To be called before the command runs. */
  async clear(): Promise<void> {
    if (this.#isGlob) this.#before = await this.#stamps();
    // A folder of the way may be a link that an agent made: nothing outside is touched. What stands there may be a folder.
    else if (await this.#isInside()) await removeTree(join(this.#cwd, this.#report));
  }
  /** The reports that the command wrote, as paths relative to the folder. */
  async written(): Promise<string[]> {
    const after = await this.#stamps();
    return [...after].filter(([path, stamp]) => this.#before.get(path) !== stamp).map(([path]) => path);
  }
  /** Why {@link written} found nothing, by the name that baton.yaml has for it. */
  async whyNone(): Promise<string> {
    if (this.#isGlob) return `the run wrote no report: nothing new matches ${this.#report}`;
    const stats = await lstat(join(this.#cwd, this.#report)).catch(() => undefined);
    if (stats === undefined) return `the run wrote no report: ${this.#report} is not there`;
    if (stats.isDirectory())
      return `the report ${this.#report} is a folder: have the command write a file there, or name the files in it (${this.#report}/**)`;
    if (!stats.isFile()) return `the report ${this.#report} is no regular file: have the command write one`;
    if (stats.size > MAX_REPORT_BYTES)
      return `the report ${this.#report} has ${Math.round(stats.size / 1024 / 1024)} MiB, and at most ${MAX_REPORT_BYTES / 1024 / 1024} are read`;
    return `the report ${this.#report} lies in a folder that leads out of the tree`;
  }
  async #stamps(): Promise<Stamps> {
    const paths = this.#isGlob ? await filesMatching(this.#cwd, [this.#report]) : [this.#report];
    const stamps = new Map<string, string>();
    for (const path of paths) {
      const stats = await lstat(join(this.#cwd, path), { bigint: true }).catch(() => undefined);
      if (!stats?.isFile() || stats.size > MAX_REPORT_BYTES) continue;
      if (this.#isGlob || (await this.#isInside()))
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
