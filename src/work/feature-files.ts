import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BaselineResult } from '../domain/activities.ts';
import { BatonError } from '../domain/failures.ts';
import { type Handoff, handoffSchema, shrinkHandoff } from '../domain/handoff.ts';
import type { FeatureReport } from '../domain/report.ts';
import { schemaProblems } from '../domain/schema-findings.ts';
import type { ForkedFrom } from '../domain/what-if.ts';
import { writeFileAtomic } from '../homes/atomic-file.ts';
import { listNotes } from '../homes/notes.ts';
import { leftBehindIn } from './left-behind.ts';
import { forgetRecords } from './records.ts';
import { measureAndKeep, slim, testCounts } from './run-checks.ts';
import { endLeft } from './run-note.ts';
import { sampleMessages } from './sample-messages.ts';
import { madeBySetUp } from './set-up.ts';
import { integrationTree } from './trees.ts';
import type { Site, Workshop } from './workshop.ts';

/**
 * Makes the integration branch at the base commit. May be repeated, also when work has been merged.
 *
 * @param execution - of the feature's workflow: what another one of that name left there is put aside
 * @param takeBack - where that one had landed
 */
export async function openIntegration(
  { repo, ref }: Site,
  execution: string,
  takeBack?: ForkedFrom['landed'],
): Promise<void> {
  await repo.beginFeature({ feature: ref.feature, execution, at: ref.baseCommit });
  if (takeBack !== undefined) await repo.takeBackBranch({ feature: ref.feature, ...takeBack });
}

/** A longer list means that something large isn't ignored, and names it by its first parts. */
const MOST_LEFT = 100;

/**
 * Set-up and checks of the base, before anything was done; and what they leave behind.
 *
 * @param request - what the person asked for: messages of commits are made of it
 */
export async function baseline(
  shop: Workshop,
  site: Site,
  signal: AbortSignal,
  request?: string,
): Promise<BaselineResult> {
  const { repo, ref } = site;
  return shop.integrating(ref.feature, signal, async () => {
    const tree = await integrationTree(site);
    const job = { shop, site, tree, commit: ref.baseCommit, signal };
    const { checks, left } = await measureAndKeep(job);
    const { added } = await repo.drift(tree);
    const made = await madeBySetUp(shop, tree);
    const leftBehind = leftBehindIn([...left, ...added], await repo.listFilesAt(ref.baseCommit), made);
    const isSetUp = checks.every(({ name, passed }) => name !== 'setup' || passed);
    const messages = isSetUp ? await sampleMessages(job, request) : undefined;
    return {
      checks: slim(messages === undefined ? checks : [...checks, messages]),
      tests: testCounts(checks),
      ...(leftBehind.length > 0 && { leftBehind: leftBehind.slice(0, MOST_LEFT) }),
    };
  });
}

/** Writes a handoff beside the others of its feature; what is larger than 32 KiB is shortened, the whole kept. */
export async function writeHandoff(shop: Workshop, feature: string, handoff: Handoff): Promise<Handoff> {
  const parsed = handoffSchema.safeParse(handoff);
  if (!parsed.success)
    throw new BatonError(
      'BadInput',
      `${handoff.name} is not a valid handoff: ${schemaProblems(parsed.error, handoff, handoffSchema)}`,
    );
  const whole = `${JSON.stringify(handoff, null, 2)}\n`;
  const { digest } = await shop.store.put(whole, 'application/json');
  const kept = shop.secrets.deep(shrinkHandoff(handoff, digest));
  const folder = shop.home.paths.handoffsOf(feature);
  await mkdir(folder, { recursive: true });
  await writeFileAtomic(path.join(folder, `${handoff.name}.json`), `${JSON.stringify(kept, null, 2)}\n`);
  return kept;
}

export async function saveReport(shop: Workshop, report: FeatureReport): Promise<void> {
  const file = shop.reportFile(report.feature);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, `${JSON.stringify(shop.secrets.deep(report), null, 2)}\n`);
}

/** Ends agents that are left, and removes the feature's worktrees; their work stays on refs of the hub. */
export async function cleanUp(shop: Workshop, site: Site): Promise<void> {
  const { feature } = site.ref;
  await shop.settled();
  for (const note of await listNotes(shop.home.paths, feature)) await endLeft(shop.home.paths, note);
  await site.repo.cleanFeature(feature);
  await forgetRecords(site);
  await shop.forget(feature);
}
