import { checkCriteria } from '../checks/criteria.ts';
import type { EvidenceTree } from '../checks/evidence.ts';
import type { CriterionResult } from '../domain/activities.ts';
import type { Evidence, Packet } from '../domain/packet.ts';
import { shortLine } from '../domain/visible.ts';
import { runConfined } from '../sandbox/run-confined.ts';
import { checkEnvironment } from './check-environment.ts';
import { confineCommand } from './confine.ts';
import { onceMoreAlone } from './in-lane.ts';
import { keepRecord, readRecord } from './records.ts';
import type { ToMeasure } from './run-checks.ts';
import type { Served } from './served.ts';
import { allServices, withServices } from './services.ts';
import { standAt } from './set-up.ts';
import { wantedBy } from './trees.ts';
import type { Site } from './workshop.ts';

/** An evidence command is as long as a check may be by default. */
const EVIDENCE_TIMEOUT_MS = 10 * 60_000;

export interface CriteriaToJudge {
  readonly packet: Packet;
  /** What the agent named as evidence. */
  readonly claimed: readonly { readonly criterion: number; readonly evidence: Evidence }[];
  /** Indexes of criteria that a person ticked. */
  readonly ticked: readonly number[];
  /** The commit before the packet's work. */
  readonly before: string;
}

/** Looks for the evidence of a packet's criteria on a commit that was measured, and on the one before it. */
export async function judgeCriteria(
  job: ToMeasure,
  { packet, claimed, ticked, before }: CriteriaToJudge,
): Promise<CriterionResult[]> {
  if (packet.criteria.length === 0) return [];
  const states = await checkCriteria({
    criteria: packet.criteria,
    claimed,
    ...(await evidenceOn(job, packet)),
    before: await evidenceOn({ ...job, commit: before }),
  });
  return states.map((state) => {
    const { evidence } = packet.criteria[state.index] ?? {};
    const named = evidence ? [evidence] : claimed.filter(({ criterion }) => criterion === state.index);
    const all = named.map((one) => ('evidence' in one ? one.evidence : one));
    // A tick stands for what a person saw: evidence that is gone since is not met by it.
    const gone = state.met === false && all.length > 0;
    if (!ticked.includes(state.index) || gone) return { ...state, evidence: all };
    return {
      ...state,
      met: true,
      namedBy: 'person',
      reason: `a person ticked it; ${state.reason}`,
      evidence: all,
    };
  });
}

/** A tree as far as evidence is looked for on it; what was measured there is not measured again. */
export async function evidenceOn(job: ToMeasure, packet?: Packet): Promise<EvidenceTree> {
  const { shop, site, commit } = job;
  const { tree } = await site.repo.commitFacts(commit);
  const record = await readRecord(shop, site, tree);
  const files = await site.repo.listingOf(commit);
  return {
    cases: Object.values(record?.cases ?? {}).flat(),
    fileExists: (path) => files.has(path),
    ...(packet !== undefined && { keptOut: (path: string) => ignoredText(site, commit, packet, path) }),
    runEvidenceCommand: (command) =>
      shop.checking(job.tree, job.signal, async () => ({ exitCode: await exitCodeOf(job, tree, command) })),
  };
}

const MAX_PATTERN = 60;

/** Which line ignores a file that a packet doesn't name, and what its agent can do. */
async function ignoredText(site: Site, commit: string, packet: Packet, path: string) {
  if (wantedBy(packet).includes(path)) return undefined;
  const ignoring = await site.repo.ignoredBy(commit, path);
  if (ignoring === undefined) return undefined;
  const { file, line, pattern } = ignoring;
  return (
    `line ${line} of ${file}, ${shortLine(pattern, MAX_PATTERN)}, ignores it. Make an exception there, ` +
    'or ask for a packet whose scope names the file'
  );
}

async function exitCodeOf(job: ToMeasure, treeId: string, command: string): Promise<number> {
  const { shop, site, tree, commit, signal } = job;
  const record = await readRecord(shop, site, treeId);
  const known = record?.commands[command];
  if (known !== undefined) return known;
  const runOnce = async (lane: Readonly<Record<string, string>>, served: Served): Promise<number> => {
    const run = await runConfined(
      {
        command,
        cwd: tree.cwd,
        env: checkEnvironment(site, tree.packet ?? tree.name, { ...served.env, ...lane }),
        timeoutMs: EVIDENCE_TIMEOUT_MS,
        signal,
        secrets: shop.secrets.list,
      },
      confineCommand(shop, site, tree, 'the evidence of a criterion', {}, served),
    );
    await run.disposeLog();
    return run.exitCode;
  };
  const failed = await standAt(shop, site, tree, commit, signal);
  if (failed !== undefined) return failed.exitCode;
  const failedWith = (code: number) => code !== 0;
  const runServed = (lane: Readonly<Record<string, string>>) =>
    withServices(
      { shop, site, tree, signal },
      allServices(site),
      (served) => runOnce(lane, served),
      failedWith,
    );
  const exitCode = await onceMoreAlone(shop, signal, runServed, failedWith);
  // A command that failed may have met a busy machine.
  if (record !== undefined && exitCode === 0)
    await keepRecord(shop, site, { ...record, commands: { ...record.commands, [command]: exitCode } });
  return exitCode;
}
