import { measuringChange } from '../config/measuring-change.ts';
import {
  isPackageFile,
  type MeasuringFiles,
  measuringFiles,
  measuringPaths,
  scriptsIn,
} from '../config/measuring-files.ts';
import { namedInScope } from '../config/measuring-scope.ts';
import type { FileChange } from '../domain/checks.ts';
import type { MeasuringScope } from '../domain/measuring-scope.ts';
import type { Packet } from '../domain/packet.ts';
import { isOutside } from '../domain/root.ts';
import { type Boundaries, inBoundaries, matchesAny, type Side } from '../git/boundaries.ts';
import type { Repository } from '../git/repository.ts';
import { isKnownLockFile } from './lock-files.ts';
import type { Site } from './workshop.ts';

/** Where a designer may write: documents only. */
const DESIGN_SCOPE = [
  ...['docs/', 'doc/', 'adr/', 'openapi/', '**/*.md', '**/*.mdx', '**/openapi.{yaml,yml,json}'],
];
/** Names that history holds of a list: a question shows fewer, and asks about the rest next. */
const MOST_NAMES = 500;
/** Longer diffs are for `git diff`; this is for a question on a screen. */
const DIFF_CHARACTERS = 3000;

export interface ToJudge {
  readonly from: string;
  readonly to: string;
  /** Null: the design. */
  readonly packet: Packet | null;
  /** Paths that a person allowed. */
  readonly allowed: readonly string[];
}

export interface BoundaryVerdict {
  readonly changed: readonly FileChange[];
  readonly outside: readonly string[];
  /** Links that lead out of the repository: what is judged by them here is not what lands. */
  readonly linksOut: readonly string[];
  /** Of the protected paths, each with what stands there now: how a person allows them. */
  readonly contents: readonly string[];
  readonly protected: readonly string[];
  readonly protectedDiff?: string;
  /** Protected paths that the packet's scope names. */
  readonly named: readonly string[];
}

/** On which side of a packet's boundaries the changes between two commits are. */
export async function judgeBoundaries(site: Site, judge: ToJudge): Promise<BoundaryVerdict> {
  const { repo, config } = site;
  const { from, to, packet, allowed } = judge;
  const changed = await repo.changedFiles({ from, to });
  const scope = packet?.boundaries ?? { inScope: DESIGN_SCOPE, outOfScope: [] };
  const measuring = await measuringIn(site, packet);
  const guardedGlobs = [...config.protected, 'baton.yaml', ...globsOf(measuring)];
  const outside: string[] = [];
  const guarded: string[] = [];
  const named: string[] = [];
  const listing = await repo.listingOf(to);
  // What was allowed is a content that a person saw, not whatever comes to stand there.
  const contentOf = (path: string) => `${path}@${listing.get(path)?.id ?? 'gone'}`;
  for (const { path } of changed) {
    if (allowed.includes(path) || allowed.includes(contentOf(path))) continue;
    const side = sideOf(path, scope, guardedGlobs);
    if (side === 'out') outside.push(path);
    else if (side === 'protected') (isNamed(path, packet, guardedGlobs) ? named : guarded).push(path);
    else if ((await measuringPart(repo, judge, path, measuring.scripts)) !== undefined)
      (packet?.boundaries.inScope.includes(path) ? named : guarded).push(path);
  }
  const inside = changed.map(({ path }) => path).filter((path) => ![...outside, ...guarded].includes(path));
  const diff = guarded.length === 0 ? undefined : await repo.patch({ from, to, files: guarded });
  const linksOut = await repo.linksOut(
    to,
    inside.filter((file) => !allowed.includes(file)),
  );
  const shown = guarded.slice(0, MOST_NAMES);
  return {
    changed: changed.slice(0, MOST_NAMES),
    outside: outside.slice(0, MOST_NAMES),
    contents: shown.map(contentOf),
    linksOut: linksOut.slice(0, MOST_NAMES),
    protected: shown,
    named: named.slice(0, MOST_NAMES),
    ...(diff !== undefined && { protectedDiff: cutDiff(diff) }),
  };
}

/**
 * Outside of the root nothing is in a packet's scope but lock files above it, which stand for all below: they are
 * judged as if they lay in the root.
 */
const sideOf = (path: string, scope: Boundaries, guardedGlobs: readonly string[]): Side => {
  if (!isOutside(path)) return inBoundaries(path, scope, guardedGlobs);
  if (matchesAny(path, guardedGlobs)) return 'protected';
  const name = path.replace(/^(?:\.\.\/)+/, '');
  return isKnownLockFile(name) ? inBoundaries(name, scope, guardedGlobs) : 'out';
};

/** Whether nothing in the changes is refused. */
export const isWithin = ({ outside, linksOut, protected: guarded }: BoundaryVerdict): boolean =>
  outside.length + linksOut.length + guarded.length === 0;

/** Each file gets a share of the room, so that none hides behind a long one. */
const cutDiff = (diff: string): string => {
  const files = diff.split(/^(?=diff --git )/m);
  let room = DIFF_CHARACTERS;
  const shown = new Map<number, string>();
  const shortest = [...files.entries()].sort(([, a], [, b]) => a.length - b.length);
  for (const [index, [at, text]] of shortest.entries()) {
    const share = Math.floor(room / (files.length - index));
    shown.set(at, text.length <= share ? text : `${text.slice(0, Math.max(0, share - 2))}…\n`);
    room -= Math.min(text.length, share);
  }
  return files.map((_, at) => shown.get(at)).join('');
};

/** Which packets may change what measures the work, since their scope names it. */
export async function measuringScopes(site: Site, packets: readonly Packet[]): Promise<MeasuringScope[]> {
  const { config } = site;
  const measuring = await measuringIn(site, null);
  const files = await filesInRoot(site);
  const listed = config.protected.flatMap((glob) =>
    files.filter((file) => matchesAny(file, [glob])).map((path) => ({ path, why: `protected by ${glob}` })),
  );
  const all = new Map([...listed, ...measuringPaths(measuring, files)].map((one) => [one.path, one]));
  const globs = [...config.protected, 'baton.yaml', ...globsOf(measuring)];
  const existing = packets.flatMap(({ id, boundaries }) =>
    [...all.values()]
      .filter(({ path }) => namedInScope(path, boundaries.inScope, globs))
      .filter(({ path }) => !matchesAny(path, boundaries.outOfScope))
      .map(({ path, why }) => ({ packet: id, path, why })),
  );
  const made = packets.flatMap(({ id, boundaries }) =>
    boundaries.inScope
      .filter(
        (entry) => !files.some((file) => matchesAny(file, [entry])) && matchesAny(sampleOf(entry), globs),
      )
      .map((path) => ({ packet: id, path, why: 'to be made', isNew: true as const })),
  );
  return [...existing, ...made];
}

/** A path that an entry of a scope may mean. */
const sampleOf = (entry: string): string =>
  entry.replace(/(?:\*\*|\*|\/)$/, (end) => `${end === '/' ? '/' : ''}any-file`);

const globsOf = ({ paths, globs }: MeasuringFiles): string[] => [
  ...paths.map(({ path }) => path),
  ...globs.map(({ glob }) => glob),
];

/** A packet whose scope names the file was approved with it. */
const isNamed = (path: string, packet: Packet | null, globs: readonly string[]): boolean =>
  packet !== null && namedInScope(path, packet.boundaries.inScope, globs);

const measuringPart = async (
  repo: Repository,
  { from, to }: ToJudge,
  path: string,
  scripts: readonly string[],
): Promise<string | undefined> => {
  if (!/(?:^|\/)(?:package\.json|pyproject\.toml|setup\.cfg)$/.test(path)) return undefined;
  return measuringChange(path, await repo.readFileAt(from, path), await repo.readFileAt(to, path), scripts);
};

const known = new Map<string, Promise<MeasuringFiles>>();
/** Few features are worked on at once. */
const REMEMBERED = 50;

/** What measures the work of a feature, by the rules and files of its base. */
const measuringIn = (site: Site, packet: Packet | null): Promise<MeasuringFiles> => {
  const { repo, ref } = site;
  const evidence = (packet?.criteria ?? []).flatMap(({ evidence: named }) =>
    named !== undefined && 'command' in named ? [named.command] : [],
  );
  const key = JSON.stringify([repo.clone, repo.root, ref.baseCommit, evidence]);
  const found = known.get(key) ?? measuringAt(site, evidence);
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, found);
  found.catch(() => known.delete(key));
  return found;
};

/** Of the base; no packet may change what lies outside. */
const filesInRoot = async ({ repo, ref }: Site): Promise<string[]> =>
  (await repo.listFilesAt(ref.baseCommit)).filter((file) => !isOutside(file));

const measuringAt = async (site: Site, evidence: readonly string[]): Promise<MeasuringFiles> => {
  const { repo, ref, config } = site;
  const files = await filesInRoot(site);
  const packages = files.filter(isPackageFile);
  const scripts = await Promise.all(
    packages.map(
      async (file) => [file, scriptsIn((await repo.readFileAt(ref.baseCommit, file)) ?? '')] as const,
    ),
  );
  return measuringFiles({ config, files, packageScripts: new Map(scripts), evidence });
};
