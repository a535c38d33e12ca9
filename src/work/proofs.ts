import type { CheckResult } from '../domain/checks.ts';
import { writeFileAtomic } from '../homes/atomic-file.ts';
import { readText, type Workshop } from './workshop.ts';

/**
 * What the checks said of a tree, as they ran in a worktree that no agent writes to. Kept for the feature's time, by
 * the tree's id: the same tree needs no second run, any other does.
 */
interface Proof {
  readonly tree: string;
  readonly checks: readonly CheckResult[];
}

const proofFile = (shop: Workshop, feature: string, tree: string) =>
  shop.featureFile(feature, `${tree}.proof`);

export async function keepProof(shop: Workshop, feature: string, proof: Proof): Promise<void> {
  // Red is run again: it may have been a machine that was too busy.
  if (proof.checks.some(({ passed }) => !passed)) return;
  await writeFileAtomic(await proofFile(shop, feature, proof.tree), `${JSON.stringify(proof.checks)}\n`);
}

export async function readProof(
  shop: Workshop,
  feature: string,
  tree: string,
): Promise<CheckResult[] | undefined> {
  const text = await readText(await proofFile(shop, feature, tree));
  return text === undefined ? undefined : (JSON.parse(text) as CheckResult[]);
}
