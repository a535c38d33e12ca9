import type { CheckResult, KnownRed, TestCase } from '../domain/checks.ts';
import { recordRef, recordRefs } from '../git/store/refs.ts';
import { readTextIfThere, writeFileAtomic } from '../homes/atomic-file.ts';
import type { Site, Workshop } from './workshop.ts';

/**
 * What was measured on a tree, in a worktree that no agent writes to. Kept for the feature's time by the tree's id, on
 * the hub too if several homes share one: the same tree needs no second run, and what comes after is compared with it.
 */
export interface TreeRecord {
  readonly tree: string;
  readonly checks: readonly CheckResult[];
  /** All test cases of each check that has a report. */
  readonly cases: Readonly<Record<string, readonly TestCase[]>>;
  /** Exit codes of commands that criteria name as evidence. */
  readonly commands: Readonly<Record<string, number>>;
}

const recordFile = (shop: Workshop, feature: string, tree: string) =>
  shop.featureFile(feature, `${tree}.record`);

export async function keepRecord(shop: Workshop, { ref, repo }: Site, record: TreeRecord): Promise<void> {
  const text = `${JSON.stringify(shop.secrets.deep(record))}\n`;
  // The hub first: a record that is here is taken for one that others have.
  if (!repo.hub.own) await repo.putText(recordRef(ref.feature, record.tree), text);
  await writeFileAtomic(recordFile(shop, ref.feature, record.tree), text);
}

export async function readRecord(
  shop: Workshop,
  { ref, repo }: Site,
  tree: string,
): Promise<TreeRecord | undefined> {
  const file = recordFile(shop, ref.feature, tree);
  const here = await readTextIfThere(file);
  if (here !== undefined) return JSON.parse(here) as TreeRecord;
  if (repo.hub.own) return undefined;
  const there = await repo.getText(recordRef(ref.feature, tree));
  if (there === undefined) return undefined;
  await writeFileAtomic(file, there);
  return JSON.parse(there) as TreeRecord;
}

/** Removes what other homes could read of a feature that has ended. */
export const forgetRecords = async ({ ref, repo }: Site): Promise<void> => {
  if (!repo.hub.own) await repo.removeTexts(recordRefs(ref.feature));
};

/**
 * Whether a record proves its tree. Red is measured again, since the machine may have been too busy: unless it is what
 * was red on the base, and a person chose to go on with it.
 */
export const proves = (record: TreeRecord, knownRed: readonly KnownRed[], baseTree: string): boolean =>
  record.checks.length > 0 &&
  record.checks.every(
    ({ name, passed, known }) =>
      passed || (knownRed.some((red) => red.name === name) && (known === true || record.tree === baseTree)),
  );

export const failingNames = (cases: readonly TestCase[] | undefined): string[] =>
  (cases ?? []).filter(({ status }) => status === 'failed').map(({ name }) => name);
