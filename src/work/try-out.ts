import { rm } from 'node:fs/promises';
import path from 'node:path';
import { LocalArtifactStore } from '../artifacts/local-artifact-store.ts';
import type { CheckResult, TestCase } from '../domain/checks.ts';
import type { Config } from '../domain/config.ts';
import { errorText } from '../domain/error-text.ts';
import type { GitContent } from '../domain/git-content.ts';
import { fromRoot } from '../domain/root.ts';
import { openHome } from '../homes/home.ts';
import { aside } from '../installed/aside.ts';
import { baseline, openIntegration } from './feature-files.ts';
import { measureGate } from './release.ts';
import { measure } from './run-checks.ts';
import { madeBySetUp, standAt } from './set-up.ts';
import { integrationTree } from './trees.ts';
import { type Site, Workshop } from './workshop.ts';

/** A configuration to be tried on a base, before it is committed anywhere. */
export interface ToTry {
  /** Baton's folder on this machine; the trial has one of its own in it, which goes away. */
  readonly home: string;
  readonly repo: string;
  readonly base: string;
  readonly baseCommit: string;
  readonly config: Config;
  /** How the person's git converts files. Default: not at all. */
  readonly content?: GitContent | undefined;
  readonly sandbox: 'on' | 'off';
  readonly signal: AbortSignal;
  /** Told what begins now. */
  readonly step: (what: string) => void;
}

/** What set-up and checks came to on the base. */
export interface TriedOut {
  /** Absent: no set-up is configured. */
  readonly setup?: { readonly passed: boolean; readonly durationMs: number; readonly tail: string };
  readonly checks: readonly CheckResult[];
  /** Names of tests that passed in one run and failed in another, by check. */
  readonly flaky: Readonly<Record<string, readonly string[]>>;
  /** What set-up and checks leave in the tree, that nothing ignores. */
  readonly leftBehind: readonly string[];
  /** Paths that the set-up makes, the topmost ones. */
  readonly made: readonly string[];
  /** Why these can't be copied from tree to tree; undefined if they can. */
  readonly copyProblem?: string;
  /** Figures of the gate `coverage`, if one is configured and could be measured. */
  readonly coverage?: number;
}

/** Paths that a configuration may name. */
const MOST_INSTALLED = 20;

/** Runs set-up and checks of a base as a feature's first step does, twice if all is green, and looks at what they leave. */
export async function tryOut(job: ToTry): Promise<TriedOut> {
  const folder = path.join(job.home, 'try-out');
  const home = await openHome(folder);
  try {
    const store = new LocalArtifactStore(home.paths.artifacts, home.id);
    const shop = new Workshop(home, store, undefined, 1, job.sandbox);
    const { repo: origin, base, baseCommit, config } = job;
    const { content } = job;
    const ref = { feature: 'try-out', repo: origin, base, baseCommit, ...(content && { content }) };
    const site = await shop.openWith(ref, config);
    await openIntegration(site, 'try-out');
    return await tryIn(shop, site, job);
  } finally {
    await home.release();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tryIn(
  shop: Workshop,
  site: Site,
  { baseCommit, config, signal, step }: ToTry,
): Promise<TriedOut> {
  const tree = await integrationTree(site);
  const setup = await timedSetUp();
  if (setup !== undefined && !setup.passed) return { setup, checks: [], flaky: {}, leftBehind: [], made: [] };
  step('the checks');
  const first = await baseline(shop, site, signal);
  const green = first.checks.every(({ passed }) => passed);
  if (green) step('the checks once more, to see which tests are flaky');
  const second = green
    ? await measure({ shop, site, tree, commit: baseCommit, signal }, { once: true })
    : undefined;
  const made = await madeBySetUp(shop, tree);
  const copyProblem =
    made.length > MOST_INSTALLED
      ? `the set-up makes ${made.length} paths, and at most ${MOST_INSTALLED} can be named`
      : await aside(
          'pointsInto',
          tree.path,
          made.map((each) => fromRoot(site.repo.root, each)),
        ).catch((error: unknown) => `what it makes can't be looked through: ${errorText(error)}`);
  const coverage = green && config.gates.coverage !== undefined ? await coverageNow() : undefined;
  return {
    ...(setup !== undefined && { setup }),
    checks: first.checks,
    flaky: await flakyOf(first.checks, second?.checks ?? []),
    leftBehind: first.leftBehind ?? [],
    made,
    ...(copyProblem !== undefined && { copyProblem }),
    ...(coverage !== undefined && { coverage }),
  };

  async function timedSetUp(): Promise<TriedOut['setup']> {
    if (config.checks.setup === undefined) return undefined;
    step('the set-up');
    const since = performance.now();
    const failed = await standAt(shop, site, tree, baseCommit, signal);
    const durationMs = Math.round(performance.now() - since);
    return { passed: failed === undefined, durationMs, tail: failed?.tail ?? '' };
  }

  async function coverageNow(): Promise<number | undefined> {
    step('coverage');
    const { figures } = await measureGate(shop, site, 'coverage', baseCommit, signal);
    return Object.values(figures).find((figure) => figure !== null) ?? undefined;
  }

  async function flakyOf(
    one: readonly CheckResult[],
    two: readonly CheckResult[],
  ): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const check of one) {
      const again = two.find(({ name }) => name === check.name);
      const names = new Set(check.flaky ?? []);
      if (again !== undefined && !again.passed && again.cases === null) names.add('(the whole check)');
      const [before, after] = [await statuses(check), await statuses(again)];
      for (const [name, status] of after)
        if (before.has(name) && before.get(name) !== status) names.add(name);
      if (names.size > 0) found[check.name] = [...names];
    }
    return found;
  }

  async function statuses(check: CheckResult | undefined): Promise<Map<string, TestCase['status']>> {
    if (check?.cases == null) return new Map();
    const cases = JSON.parse((await shop.store.get(check.cases)).toString('utf8')) as TestCase[];
    return new Map(cases.map(({ name, status }) => [name, status]));
  }
}
