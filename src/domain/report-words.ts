/** What a report says in words, the same in a terminal and in a pull request. Pure. */
import type { Allowance, ProvenCriterion } from './outcomes.ts';
import type { EvidenceSource } from './packet.ts';
import type { RedFromTheStart } from './report.ts';

/** What is known of a check that was red before anything was done. */
export const howRed = ({ failing }: Pick<RedFromTheStart, 'failing'>): string => {
  if (failing === 0) return 'no report: nobody can tell whether it is redder now';
  return failing === 1 ? '1 test failed' : `${failing} tests failed`;
};

/** Who named the evidence of a criterion. */
export const NAMED_BY: Readonly<Record<EvidenceSource, string>> = {
  plan: 'named by the plan',
  agent: 'named by the agent',
  person: 'ticked by a person',
};

/** What the allowed names are. */
export const ALLOWED_WHAT: Readonly<Record<Allowance['what'], string>> = {
  files: 'files',
  tests: 'tests that are missing or skipped',
  markers: 'lines like conflict markers',
  secrets: 'files with what looks like a secret',
};

/**
 * The evidence of a criterion without who named it and whether it held before. The line that Baton made when it looked
 * has all three in one; a report tells them apart. Empty if a person's tick is all there is.
 */
export const evidenceAlone = ({ evidence }: Pick<ProvenCriterion, 'evidence'>): string =>
  evidence
    .replace(/^a person ticked it(?:; |$)/, '')
    .replace(/^(?:a person has to tick it|names no evidence: .*)$/, '')
    .replace(/\s?\(evidence named by the agent\)$/, '')
    .replace(/, and (?:held|did so|was there) before this packet$/, '');

/** Checks beside the tracked files that they changed, those that changed none left out. */
export const changesByCheck = (
  changed: Readonly<Record<string, readonly string[]>> = {},
): [check: string, files: readonly string[]][] =>
  Object.entries(changed).filter(([, files]) => files.length > 0);
