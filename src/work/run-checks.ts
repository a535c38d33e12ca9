import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isKnownRed } from '../checks/known-red.ts';
import { runCheck, withProblems } from '../checks/run-check.ts';
import { lostAllCases } from '../checks/vanished-tests.ts';
import { MEASURING_GLOBS } from '../config/measuring/globs.ts';
import type { CheckResult, KnownRed, TestCase, TestCounts } from '../domain/checks.ts';
import { type CheckConfig, type Config, checkNamed, checkNames } from '../domain/config.ts';
import { BatonError } from '../domain/failures.ts';
import { matchesAny } from '../git/boundaries.ts';
import type { Ran as InCompany } from '../lanes/command-turns.ts';
import { checkEnvironment } from './check-environment.ts';
import { confineCommand } from './confine.ts';
import { exclusiveName, inOwnLane, patienceOf } from './in-lane.ts';
import { onlyTestFiles } from './only-test-files.ts';
import { failingNames, keepRecord, type TreeRecord } from './records.ts';
import { allServices, type ServiceUse, usingServices } from './services.ts';
import { filesBesideTracked, madeBySetUp, renewSetUp, restoreTracked, standAt } from './set-up.ts';
import type { Tree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** Names of files and tests that history holds. */
const MOST_NAMES = 20;

/** A commit to be measured, in a tree that no agent writes to. */
export interface ToMeasure {
  readonly shop: Workshop;
  readonly site: Site;
  readonly tree: Tree;
  readonly commit: string;
  readonly signal?: AbortSignal | undefined;
}

export interface MeasureOptions {
  /** Default: all checks. */
  readonly names?: readonly string[];
  /** For checks that can run just those. */
  readonly testFiles?: readonly string[];
  /** What was measured before the work in the commit: a check that loses all its tests is red. */
  readonly before?: TreeRecord | undefined;
  /** What was red on the base, and a person chose to go on with. */
  readonly knownRed?: readonly KnownRed[];
  /** What was measured on the base. */
  readonly base?: TreeRecord | undefined;
  /** Red is measured once: whoever asked wants to see it red. Default false. */
  readonly once?: boolean;
  /** Nothing else of Baton's runs beside its checks. Default false. */
  readonly alone?: boolean;
}

/** What checks showed of a commit. */
export interface Measurement {
  readonly checks: readonly CheckResult[];
  readonly cases: Readonly<Record<string, readonly TestCase[]>>;
  /** Files that set-up and checks left, that nothing ignores. */
  readonly left: readonly string[];
}

/**
 * Runs checks on exactly a commit, in their order. After each what it changed among tracked files is named and put
 * back, and so is what the set-up made. Red is measured once more from the start, and alone if others ran beside it:
 * what is green then is flaky, and no agent is paid for it. A set-up that fails is the only result.
 */
export const measure = (job: ToMeasure, options: MeasureOptions = {}): Promise<Measurement> =>
  job.shop.checking(job.tree, job.signal, () => measureNow(job, options));

async function measureNow(job: ToMeasure, options: MeasureOptions): Promise<Measurement> {
  const names = options.names ?? checkNames(job.site.config);
  const groups = inGroups(job.site.config, names);
  const { beside, ...first } = await servedPass(job, groups, options);
  const isRed = ({ passed, known }: CheckResult) => !passed && known !== true;
  const red = first.checks.filter(isRed).map(({ name }) => name);
  const crowded = new Map([...beside].filter(([name]) => red.includes(name)));
  const last = red.at(-1);
  if (options.once === true || last === undefined || last === 'setup') return first;
  const until = groups.findIndex((group) => group.some(([name]) => name === last));
  // It may have met what ran beside it, on a port or in a file.
  const { beside: _, ...second } = await servedPass(job, groups.slice(0, until + 1), options, crowded);
  return second.checks.some(({ name }) => name === 'setup') ? second : afterBoth(first, second, red);
}

/** What both passes say of the checks that were red in the first. */
function afterBoth(first: Measurement, second: Measurement, red: readonly string[]): Measurement {
  const again = new Map(second.checks.map((check) => [check.name, check]));
  return {
    checks: first.checks.map((check) =>
      red.includes(check.name) ? afterTwo(check, again.get(check.name) ?? check, first, second) : check,
    ),
    // Also of a check that left no report the first time.
    cases: {
      ...first.cases,
      ...Object.fromEntries(Object.entries(second.cases).filter(([name]) => red.includes(name))),
    },
    left: [...new Set([...first.left, ...second.left])],
  };
}

/** Runs checks on a commit as `measure` does, and keeps what they say under the tree's id. */
export async function measureAndKeep(
  job: ToMeasure,
  options: MeasureOptions = {},
): Promise<TreeRecord & Pick<Measurement, 'left'>> {
  const { shop, site, commit } = job;
  const { checks, cases, left } = await measure(job, options);
  const record = { tree: await site.repo.tree(commit), checks, cases, commands: {} };
  await keepRecord(shop, site, record);
  return { ...record, left };
}

const afterTwo = (
  one: CheckResult,
  two: CheckResult,
  first: Measurement,
  second: Measurement,
): CheckResult => {
  const cases = second.cases[one.name];
  const still = new Set(failingNames(cases));
  // Red without a report says of no test that it passed.
  const told = cases !== undefined || two.passed;
  const passedThen = failingNames(told ? first.cases[one.name] : []).filter((name) => !still.has(name));
  const names = passedThen.length === 0 && two.passed ? ['(the whole check)'] : passedThen;
  const flaky = [...new Set([...(two.flaky ?? []), ...names])].slice(0, MOST_NAMES);
  return { ...two, ...(flaky.length > 0 && { flaky }) };
};

type Group = readonly (readonly [string, CheckConfig])[];

type Pass = Measurement & {
  /** Checks beside which something else ran, and how long they took, in ms. */
  readonly beside: ReadonlyMap<string, number>;
};

/** All checks once, with services of their own; once more if one of these ended meanwhile. */
async function servedPass(...[job, ...rest]: Passing): Promise<Pass> {
  let ended = false;
  const once = () =>
    usingServices(job, async (use) => {
      try {
        return await pass(use, job, ...rest);
      } finally {
        ended = use.someEnded;
      }
    });
  try {
    return await once();
  } catch (error) {
    if (!ended || !(error instanceof BatonError) || error.type !== 'ServiceFailed') throw error;
    return await once();
  }
}

type Passing = [
  job: ToMeasure,
  groups: readonly Group[],
  options: MeasureOptions,
  alone?: ReadonlyMap<string, number>,
];

/** All checks once, from a clean tree; those of `alone` with nothing beside them. */
async function pass(use: ServiceUse, ...[job, groups, options, alone = new Map()]: Passing): Promise<Pass> {
  const { shop, site, tree, commit, signal } = job;
  const beside = new Map<string, number>();
  const failed = await standAt(shop, site, tree, commit, signal);
  if (failed !== undefined) return { checks: [failed], cases: {}, left: [], beside };
  const checks: CheckResult[] = [];
  const cases: Record<string, TestCase[]> = {};
  let left: readonly string[] = [];
  for (const group of groups) {
    // Whichever ends first, nobody goes on while another still runs in the tree.
    const results = await allSettledOrThrow(
      group.map(async ([name, config]) => {
        const ran = await runOne(job, use, name, config, {
          ...options,
          alone: options.alone === true || alone.has(name),
          tookMs: alone.get(name),
        });
        if (ran.beside) beside.set(name, ran.value.durationMs);
        return ran.value;
      }),
    );
    const keep = await madeBySetUp(shop, tree);
    const found = await restoreTracked(site, tree, keep);
    left = found.added;
    const deciding = await removeDeciding(job, found.added, keep);
    const mayChange = group.some(([, { changes }]) => changes === 'allowed');
    const changed = [...(mayChange ? [] : found.changed), ...deciding].slice(0, MOST_NAMES);
    for (const { cases: own, ...check } of results) {
      if (own !== undefined) cases[check.name] = own;
      checks.push({
        ...judged(check, own ?? [], options),
        ...(changed.length > 0 && { changed }),
      });
    }
    // After the last one nobody runs anything here before looking at it again.
    if (group === groups.at(-1)) break;
    const broken = await renewSetUp(shop, site, tree, commit, signal);
    if (broken !== undefined) return { checks: [...checks, broken], cases, left, beside };
  }
  return { checks, cases, left, beside };
}

/**
 * What a check left that decides what the next one says: files by which tools are set up or told what to leave out. The
 * commit doesn't have them, so they go, ignored or not, but for what the set-up made. Build output stays for the next
 * check.
 */
async function removeDeciding(
  { site, tree, commit }: ToMeasure,
  added: readonly string[],
  made: readonly string[],
): Promise<string[]> {
  const globs = [...site.config.protected, ...MEASURING_GLOBS.map(({ glob }) => glob)];
  const beside = (await filesBesideTracked(site, tree, commit)).filter((file) => !made.includes(file));
  const deciding = [...new Set([...added, ...beside])].filter(
    // Above the root they decide as well.
    (file) => SETTINGS.test(file) || matchesAny(file.replace(/^(?:\.\.\/)+/, ''), globs),
  );
  for (const file of deciding) await rm(path.join(tree.cwd, file), { force: true });
  return deciding;
}
/** `.lintignore`, `.npmrc`, `.eslintrc.json`, `.editorconfig`, `.gitattributes`, `.env` and their like, at any level. */
const SETTINGS = /(?:^|\/)\.(?:[^/]*(?:ignore|rc|rc\.[a-z]+|config|attributes)|env(?:\.[^/]*)?)$/;

type Ran = Omit<CheckResult, 'cases'> & {
  readonly ref: CheckResult['cases'];
  readonly cases: TestCase[] | undefined;
};

async function runOne(
  { shop, site, tree, signal }: ToMeasure,
  use: ServiceUse,
  name: string,
  config: CheckConfig,
  { testFiles = [], alone = false, tookMs = 0 }: MeasureOptions & { readonly tookMs?: number | undefined },
): Promise<InCompany<Ran>> {
  const selected = await onlyTestFiles(shop, tree, name, config, testFiles);
  const mostWaitMs = patienceOf(tookMs);
  const turn = { signal, alone, mostWaitMs, exclusive: exclusiveName(site, name, config.exclusive) };
  const served = await use.wanted(config.services ?? allServices(site));
  const { beside, value } = await inOwnLane(shop, turn, (lane) =>
    runCheck({
      name,
      config: selected.config,
      cwd: tree.cwd,
      env: checkEnvironment(site, tree.packet ?? tree.name, { ...served.env, ...lane, ...selected.env }),
      store: shop.store,
      signal,
      confine: confineCommand(shop, site, tree, `checks.${name}`, config, served),
      secrets: shop.secrets.list,
    }),
  );
  if (!value.passed) await use.mustBeUp();
  const { cases: ref, ...result } = value;
  if (ref === null) return { beside, value: { ...result, ref, cases: undefined } };
  const cases = JSON.parse((await shop.store.get(ref)).toString('utf8')) as TestCase[];
  return { beside, value: { ...result, ref, cases } };
}

/** What a check's result means beside what was measured before. */
function judged(
  { ref, ...check }: Omit<Ran, 'cases'>,
  cases: readonly TestCase[],
  { before, base, knownRed = [] }: MeasureOptions,
): CheckResult {
  const result: CheckResult = { ...check, cases: ref };
  const earlier = before?.checks.find(({ name }) => name === check.name);
  if (result.passed && lostAllCases(earlier?.tests ?? null, result.tests))
    return {
      ...result,
      passed: false,
      tail: withProblems(result.tail, [
        `its report shows no test; before there were ${earlier?.tests?.total}`,
      ]),
    };
  const rerun = cases.filter(({ flaky }) => flaky).map(({ name }) => name);
  const flaky = rerun.length > 0 ? { flaky: rerun.slice(0, MOST_NAMES) } : {};
  const accepted = knownRed.find(({ name }) => name === check.name);
  if (result.passed || accepted === undefined || base === undefined) return { ...result, ...flaky };
  const onBase = base.checks.find(({ name }) => name === check.name);
  const known = isKnownRed(result, failingNames(cases), {
    failing: failingNames(base.cases[check.name]),
    hasReport: onBase?.tests != null,
  });
  return { ...result, ...flaky, known };
}

/** The checks in their order, those beside each other in one group. */
function inGroups(config: Config, names: readonly string[]): Group[] {
  const groups: [string, CheckConfig][][] = [];
  for (const name of names) {
    const check = checkNamed(config, name);
    if (check === undefined) continue;
    const last = groups.at(-1);
    if (check.alongside && last !== undefined) last.push([name, check]);
    else groups.push([[name, check]]);
  }
  return groups;
}

async function allSettledOrThrow<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(work);
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

/** Passed checks need no output in history. */
export const slim = (checks: readonly CheckResult[]): CheckResult[] =>
  checks.map((check) => (check.passed ? { ...check, tail: '' } : check));

/** The counts of the first check that has a report: the repository's tests. */
export const testCounts = (checks: readonly CheckResult[]): TestCounts | null =>
  checks.find(({ tests }) => tests !== null)?.tests ?? null;

/** The glob by which the configuration tells tests from code, where it says so. */
export const testGlob = (config: Config): string | undefined =>
  checkNames(config)
    .map((name) => checkNamed(config, name) as CheckConfig)
    .find(({ files }) => files !== undefined)?.files;

/** Test files that a packet, begun at `start`, has changed by its commit: for checks that can run just those. */
export async function changedTests(
  { repo, config }: Site,
  { name, start, commit }: { readonly name: string; readonly start: string; readonly commit: string },
): Promise<string[]> {
  const glob = testGlob(config);
  if (glob === undefined) return [];
  const from = (await repo.workBase(commit, name)) ?? start;
  const changes = await repo.changedFiles({ from, to: commit });
  return changes
    .filter(({ path: file, status }) => status !== 'deleted' && matchesAny(file, [glob]))
    .map(({ path: file }) => file);
}
