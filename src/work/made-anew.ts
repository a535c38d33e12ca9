import path from 'node:path';
import type { GeneratedConfig } from '../domain/config.ts';
import { mergeJson } from '../domain/merge-json.ts';
import { toRoot } from '../domain/root.ts';
import { matchesAny } from '../git/boundaries.ts';
import { createKeyedMutex } from '../git/mutex.ts';
import type { Combined, ToCombine } from '../git/store/combine.ts';
import type { ListedFile } from '../git/store/listing.ts';
import type { TreeEdits } from '../git/store/tree-with.ts';
import { runConfined, sandboxRemarks } from '../sandbox/run-confined.ts';
import { checkEnvironment } from './check-environment.ts';
import { confineCommand } from './confine.ts';
import { inLane } from './in-lane.ts';
import { knownLockFile } from './lock-files.ts';
import type { Served } from './served.ts';
import { withServices } from './services.ts';
import { madeBySetUp, restoreTracked, standAt } from './set-up.ts';
import { ownTree, proofName, type Tree } from './trees.ts';
import { toldWaiting } from './under-way.ts';
import type { Site, Workshop } from './workshop.ts';

/** A lock file of a thousand packages takes a minute over a slow network; a hanging registry takes for ever. */
const LOCK_FILE_TIMEOUT_MS = 10 * 60_000;
/** What an agent is told of a command that failed; the conflict itself has to have room beside it. */
const MOST_OF_TAIL = 600;
const MOST_TOLD = 2_000;
const REGULAR = new Set(['100644', '100755']);

/** The two sides of a conflict in one file. */
interface Sides {
  readonly base?: ListedFile;
  readonly ours?: ListedFile;
  readonly theirs?: ListedFile;
}

/** One command, and the conflicts that it settles. */
interface Maker {
  /** Names what it is, for messages and the sandbox. */
  readonly setting: string;
  readonly run: string;
  /** Relative to the top of the tree. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly conflicts: readonly string[];
  readonly rule?: GeneratedConfig;
}

export interface Work {
  readonly shop: Workshop;
  readonly site: Site;
  readonly signal: AbortSignal;
}

/**
 * Combines two sides as the repository does, and settles conflicts in generated files: each is taken from `ours` and
 * made anew by its command, in a tree of Baton's own; a package.json is merged by its keys. What a command doesn't make, and
 * every other conflict, stays one, and `output` says why. Paths are the repository's, whatever the root is. The same at each repetition in one process, or a tree would be judged and another one moved.
 */
export async function combineAnew(work: Work, sides: ToCombine): Promise<Combined> {
  const { site } = work;
  const merged = await site.repo.combine(sides);
  if (merged.files.length === 0) return merged;
  const conflicts = conflictsOf(merged);
  const makers = await makersFor(site, conflicts);
  const manifests = await mergedManifests(site, conflicts, makers);
  if (makers.length + manifests.size === 0) return merged;
  const key = [site.repo.clone, site.ref.baseCommit, merged.tree, sides.ours, sides.theirs].join(' ');
  return oneAtATime(`${site.repo.clone} ${site.ref.feature}`, async () => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const { whole, ...found } = await madeAnew(work, sides, merged, { conflicts, makers, manifests });
    // What failed may have met a registry that is away: the next one tries again.
    if (whole) remember(key, found);
    return found;
  });
}
const oneAtATime = toldWaiting(createKeyedMutex());

/** As `combineAnew`, with the files that conflict named from the root. */
export async function combineAtRoot(work: Work, sides: ToCombine): Promise<Omit<Combined, 'stages'>> {
  const { stages: _, files, ...merged } = await combineAnew(work, sides);
  return { ...merged, files: files.map((file) => toRoot(work.site.repo.root, file)) };
}

/** Merges that are asked for again: at a packet's submission, its merge and its landing. */
const MOST_REMEMBERED = 200;
const made = new Map<string, Combined>();
const remember = (key: string, combined: Combined): void => {
  if (made.size >= MOST_REMEMBERED) made.delete(made.keys().next().value ?? '');
  made.set(key, combined);
};

const conflictsOf = ({ stages }: Combined): Map<string, Sides> => {
  const found = new Map<string, Sides>();
  const odd = new Set<string>();
  for (const { path: file, mode, id, stage } of stages) {
    if (!REGULAR.has(mode)) odd.add(file);
    const side = { '2': 'ours', '3': 'theirs' }[stage] ?? 'base';
    found.set(file, { ...found.get(file), [side]: { mode, id } });
  }
  // Links and submodules are no command's.
  for (const file of odd) found.delete(file);
  return found;
};

/** What a rule makes is named from the root; conflicts are the repository's. */
const isMadeBy = ({ repo }: Site, { files }: GeneratedConfig, file: string): boolean =>
  matchesAny(toRoot(repo.root, file), files);

/** First lock files, since a rule of the repository's may need what the set-up installs by them. */
async function makersFor(site: Site, conflicts: ReadonlyMap<string, Sides>): Promise<Maker[]> {
  const { generated = [] } = site.config;
  const ofRules = generated.flatMap((rule, index): Maker[] => {
    const earlier = generated.slice(0, index);
    const files = [...conflicts.keys()].filter(
      (file) => isMadeBy(site, rule, file) && !earlier.some((each) => isMadeBy(site, each, file)),
    );
    const setting = `generated[${index}]`;
    const { run, timeout: timeoutMs } = rule;
    return files.length === 0
      ? []
      : [{ setting, run, folder: site.repo.root, timeoutMs, conflicts: files, rule }];
  });
  const ruled = new Set(ofRules.flatMap(({ conflicts: files }) => files));
  const ofTools: Maker[] = [];
  for (const [file, { ours, theirs }] of conflicts) {
    // Removed on one side: whether it is wanted is no tool's to say.
    if (ruled.has(file) || ours === undefined || theirs === undefined) continue;
    const known = await knownLockFile(file);
    const more = { setting: file, timeoutMs: LOCK_FILE_TIMEOUT_MS, conflicts: [file] };
    if (known !== undefined) ofTools.push({ ...known, ...more });
  }
  return [...ofTools, ...ofRules];
}

/** Manifests in which both sides changed other keys than each other: lock files can't be made beside conflict markers. */
async function mergedManifests(
  { repo }: Site,
  conflicts: ReadonlyMap<string, Sides>,
  makers: readonly Maker[],
): Promise<Map<string, ListedFile>> {
  const found = new Map<string, ListedFile>();
  for (const [file, { base, ours, theirs }] of conflicts) {
    if (path.basename(file) !== 'package.json' || ours === undefined || theirs === undefined) continue;
    if (base === undefined || makers.some((maker) => maker.conflicts.includes(file))) continue;
    const [before = '', one = '', other = ''] = await Promise.all(
      [base, ours, theirs].map(({ id }) => repo.blobText(id)),
    );
    const text = mergeJson(before, one, other);
    if (text !== undefined) found.set(file, { mode: ours.mode, id: await repo.writeText(text) });
  }
  return found;
}

interface ToSettle {
  readonly conflicts: ReadonlyMap<string, Sides>;
  readonly makers: readonly Maker[];
  readonly manifests: ReadonlyMap<string, ListedFile>;
}

async function madeAnew(
  work: Work,
  sides: ToCombine,
  merged: Combined,
  { conflicts, makers, manifests }: ToSettle,
): Promise<Combined & { readonly whole: boolean }> {
  const { repo } = work.site;
  const taken = new Map<string, ListedFile | undefined>(manifests);
  for (const maker of makers)
    for (const file of maker.conflicts) {
      const { ours, theirs } = conflicts.get(file) ?? {};
      // Removed on one side: the command makes it or doesn't.
      taken.set(file, ours === undefined || theirs === undefined ? undefined : ours);
    }
  let tree = await repo.treeWith(merged.tree, taken);
  const failed = new Map<string, ListedFile | undefined>();
  const told: string[] = [];
  const before = await repo.listTree(merged.tree);
  for (const maker of makers) {
    const result = await run(work, maker, sides, tree);
    if ('problem' in result) {
      told.push(`${maker.conflicts.join(', ')} could not be made anew: ${result.problem}`);
      for (const file of maker.conflicts) failed.set(file, before.get(file));
    } else tree = await repo.treeWith(tree, result.edits);
  }
  if (failed.size > 0) tree = await repo.treeWith(tree, failed);
  const settled = [...taken.keys()].filter((file) => !failed.has(file));
  const files = merged.files.filter((file) => !settled.includes(file));
  const whole = failed.size === 0;
  if (files.length === 0) return { whole, tree, files, stages: [], output: '' };
  const notes = told.map((line) => `[baton] ${line}\n`).join('');
  return {
    whole,
    tree,
    files,
    stages: merged.stages.filter((stage) => !settled.includes(stage.path)),
    output: `${notes.slice(0, MOST_TOLD)}${merged.output}`.slice(0, 4_000),
  };
}

type Outcome = { readonly edits: TreeEdits } | { readonly problem: string };

/** Runs one command on a tree, and takes of what it changed the files that are its own. */
async function run(work: Work, maker: Maker, { ours }: ToCombine, treeId: string): Promise<Outcome> {
  const { shop, site, signal } = work;
  const { repo } = site;
  const { at } = await repo.commitFacts(ours);
  const commit = await repo.makeCommit({ tree: treeId, parents: [ours], message: 'Files to make anew', at });
  const tree = await makingTree(site, ours);
  if (maker.rule === undefined) await repo.checkoutClean(tree, commit);
  else {
    // It may be what the set-up needs: a set-up that fails is no reason not to try.
    await standAt(shop, site, tree, commit, signal);
    await restoreTracked(site, tree, await madeBySetUp(shop, tree));
  }
  const { rule } = maker;
  const own = { sandbox: rule?.sandbox, network: rule?.network ?? ['registries'] };
  const make = (served: Served) =>
    inLane((lane) =>
      runConfined(
        {
          command: maker.run,
          cwd: path.join(tree.path, maker.folder),
          env: checkEnvironment(site, 'integration', { ...served.env, ...lane }),
          timeoutMs: maker.timeoutMs,
          signal,
          secrets: shop.secrets.list,
        },
        confineCommand(shop, site, tree, maker.setting, own, served),
      ),
    );
  const result = await withServices(
    { shop, site, tree, signal },
    rule?.services ?? [],
    make,
    ({ exitCode }) => exitCode !== 0,
  );
  await result.disposeLog();
  signal.throwIfAborted();
  if (result.exitCode !== 0) {
    const remarks = sandboxRemarks(result, maker.setting).join('; ');
    const how = result.timedOut ? 'took too long' : `exited with ${result.exitCode}`;
    return { problem: `\`${maker.run}\` ${how}. ${remarks} ${result.tail.slice(-MOST_OF_TAIL)}`.trim() };
  }
  const after = await repo.presentTree(tree);
  const listing = await repo.listTree(after);
  const isOwn = (file: string) =>
    rule === undefined ? maker.conflicts.includes(file) : isMadeBy(site, rule, file);
  const edited = await repo.editedFiles({ from: treeId, to: after });
  const taken = edited.filter(({ path: file }) => isOwn(file));
  return { edits: new Map(taken.map(({ path: file }) => [file, listing.get(file)])) };
}

/** No packet can have its name, and no agent ever works there. */
const makingTree = (site: Site, start: string): Promise<Tree> => ownTree(site, proofName('landing'), start);
