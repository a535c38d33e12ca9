import { checkCriteria } from '../checks/criteria.ts';
import { runCheck } from '../checks/run-check.ts';
import type { CriterionResult } from '../domain/activities.ts';
import type { CheckResult, TestCase, TestCounts } from '../domain/checks.ts';
import { type CheckConfig, type Config, checkNamed, checkNames } from '../domain/config.ts';
import type { Evidence, Packet } from '../domain/packet.ts';
import { runCommand } from '../processes/run-command.ts';
import { checkEnvironment } from './check-environment.ts';
import type { Tree } from './trees.ts';
import { setUp } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/** An evidence command is as long as a check may be by default. */
const EVIDENCE_TIMEOUT_MS = 10 * 60_000;

/** Sets the tree up and runs checks on it, in their order. A set-up that fails is the only result then. */
export async function runChecks(
  shop: Workshop,
  site: Site,
  tree: Tree,
  names: readonly string[],
  signal?: AbortSignal,
  testFiles?: readonly string[],
): Promise<CheckResult[]> {
  const failed = await setUp(shop, site, tree, signal);
  if (failed !== undefined) return [failed];
  const run = async (name: string, config: CheckConfig): Promise<CheckResult> => {
    const only = testFiles !== undefined && testFiles.length > 0 ? config.only : undefined;
    return runCheck({
      name,
      config: only === undefined ? config : { ...config, run: only },
      cwd: tree.path,
      env: checkEnvironment(
        site,
        tree.packet ?? tree.name,
        only === undefined ? {} : { BATON_TEST_FILES: testFiles?.join(' ') ?? '' },
      ),
      store: shop.store,
      signal,
    });
  };
  const results: CheckResult[] = [];
  // Whichever ends first, nobody goes on while another still runs in the tree.
  for (const group of inGroups(site.config, names))
    results.push(...(await allSettledOrThrow(group.map(([name, config]) => run(name, config)))));
  return results;
}

/** The checks in their order, those beside each other in one group. */
function inGroups(config: Config, names: readonly string[]): [string, CheckConfig][][] {
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

/** Looks for the evidence of a packet's criteria on a tree whose checks have just run. */
export async function criteriaOn(
  shop: Workshop,
  site: Site,
  tree: Tree,
  commit: string,
  checks: readonly CheckResult[],
  packet: Packet | null,
  claimed: readonly { readonly criterion: number; readonly evidence: Evidence }[],
  ticked: readonly number[],
  signal?: AbortSignal,
): Promise<CriterionResult[]> {
  if (packet === null || packet.criteria.length === 0) return [];
  const cases: TestCase[] = [];
  for (const { cases: ref } of checks)
    if (ref !== null) cases.push(...(JSON.parse((await shop.store.get(ref)).toString('utf8')) as TestCase[]));
  const files = new Set(await site.repo.listFilesAt(commit));
  const states = await checkCriteria({
    criteria: packet.criteria,
    claimed,
    cases,
    runEvidenceCommand: async (command) => {
      const run = await runCommand({
        command,
        cwd: tree.path,
        env: checkEnvironment(site, packet.id),
        timeoutMs: EVIDENCE_TIMEOUT_MS,
        signal,
      });
      await run.disposeLog();
      return { exitCode: run.exitCode };
    },
    fileExists: (path) => files.has(path),
  });
  return states.map((state) => (ticked.includes(state.index) ? { ...state, met: true } : state));
}
