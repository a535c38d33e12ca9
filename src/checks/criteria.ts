import type { Criterion, Evidence, EvidenceSource } from '../domain/packet.ts';
import { shortLine } from '../domain/visible.ts';
import { type EvidenceFinding, type EvidenceTree, lookFor } from './evidence.ts';

/** Whether a criterion is met. `person`: only a person can tell. */
export interface CriterionState {
  /** In the packet's list, from 0. */
  readonly index: number;
  readonly text: string;
  readonly met: boolean | 'person';
  /** What was looked at, or why it is not met; one line. */
  readonly reason: string;
  /** `person`: the evidence is a person's tick. */
  readonly namedBy: EvidenceSource;
  /** All the evidence held before the packet's work. False if it doesn't hold now, or nobody could look. */
  readonly heldBefore: boolean;
}

export interface CriteriaToCheck extends EvidenceTree {
  readonly criteria: readonly Criterion[];
  /** Evidence that the agent named in its result; used for criteria that name none themselves. */
  readonly claimed: readonly { readonly criterion: number; readonly evidence: Evidence }[];
  /** The tree before the packet's work. */
  readonly before?: EvidenceTree;
}

/** Room for reasons of one line in history and on a screen. */
const MAX_REASON = 300;
const BY_AGENT = ' (evidence named by the agent)';

/**
 * Looks for each criterion's evidence. Of several claims for one criterion all must hold. Evidence that the agent chose
 * and that held before its work proves nothing about the work: a person decides then. The plan's evidence counts.
 */
export async function checkCriteria(input: CriteriaToCheck): Promise<CriterionState[]> {
  const states: CriterionState[] = [];
  for (const [index, { text, evidence }] of input.criteria.entries()) {
    const claims = input.claimed.filter(({ criterion }) => criterion === index);
    const named = evidence ? [evidence] : claims.map((claim) => claim.evidence);
    const namedBy = sourceOf(named, evidence !== undefined);
    const findings: EvidenceFinding[] = [];
    for (const one of named) findings.push(await lookFor(one, input));
    const found = summaryOf(findings);
    const heldBefore = found.met === true && (await allHeldBefore(named, input.before));
    const isProof = !heldBefore || evidence !== undefined;
    const since = heldBefore ? `, and ${isProof ? 'held' : heldText(named)} before this packet` : '';
    const by = evidence || findings.length === 0 ? '' : BY_AGENT;
    const room = MAX_REASON - since.length - by.length;
    const reason = `${shortLine(found.reason, room)}${since}${by}`;
    states.push({ index, text, met: isProof ? found.met : 'person', reason, namedBy, heldBefore });
  }
  return states;
}

const heldText = (named: readonly Evidence[]): string =>
  named.every((one) => 'file' in one) ? 'was there' : 'did so';

function sourceOf(named: readonly Evidence[], byPlan: boolean): EvidenceSource {
  if (named.length > 0 && named.every((one) => 'person' in one)) return 'person';
  return byPlan ? 'plan' : 'agent';
}

const summaryOf = (findings: readonly EvidenceFinding[]): EvidenceFinding =>
  findings.find(({ met }) => met === false) ??
  findings.find(({ met }) => met === 'person') ??
  (findings.length > 0
    ? { met: true, reason: findings.map(({ reason }) => reason).join('; ') }
    : { met: false, reason: 'names no evidence: name a test, a file or a command in the result' });

/** One new piece is enough, so commands, which cost time, run only if everything else held before. */
async function allHeldBefore(named: readonly Evidence[], before: EvidenceTree | undefined): Promise<boolean> {
  if (before === undefined) return false;
  const isCommand = (one: Evidence) => 'command' in one;
  for (const one of [...named.filter((other) => !isCommand(other)), ...named.filter(isCommand)])
    if ((await lookFor(one, before)).met !== true) return false;
  return true;
}
