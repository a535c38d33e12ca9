import type { TestCase } from '../domain/checks.ts';
import type { Criterion, Evidence } from '../domain/packet.ts';

/** Whether a criterion is met. `person`: only a person can tell. */
export interface CriterionState {
  /** In the packet's list, from 0. */
  readonly index: number;
  readonly text: string;
  readonly met: boolean | 'person';
  /** What was looked at, or why it is not met; one line. */
  readonly reason: string;
}

export interface CriteriaToCheck {
  readonly criteria: readonly Criterion[];
  /** Evidence that the agent named in its result; used for criteria that name none themselves. */
  readonly claimed: readonly { readonly criterion: number; readonly evidence: Evidence }[];
  /** What the checks' reports showed on the tree in question. */
  readonly cases: readonly TestCase[];
  /** Runs a command in that tree as a check runs; its exit code. */
  readonly runEvidenceCommand: (command: string) => Promise<{ readonly exitCode: number }>;
  /** Whether the path is in the commit in question (not just in the folder). */
  readonly fileExists: (path: string) => boolean | Promise<boolean>;
}

/** Looks for each criterion's evidence. Of several claims for one criterion all must hold. */
export async function checkCriteria(input: CriteriaToCheck): Promise<CriterionState[]> {
  const states: CriterionState[] = [];
  for (const [index, { text, evidence }] of input.criteria.entries()) {
    const claims = input.claimed.filter(({ criterion }) => criterion === index);
    const named = evidence ? [evidence] : claims.map((claim) => claim.evidence);
    const findings: Finding[] = [];
    for (const one of named) findings.push(await look(one, input));
    const { met, reason } = worst(findings);
    const by = evidence || findings.length === 0 ? '' : ' (evidence named by the agent)';
    states.push({ index, text, met, reason: `${reason}${by}` });
  }
  return states;
}

type Finding = Pick<CriterionState, 'met' | 'reason'>;

const worst = (findings: readonly Finding[]): Finding =>
  findings.find(({ met }) => met === false) ??
  findings.find(({ met }) => met === 'person') ??
  (findings.length > 0
    ? { met: true, reason: findings.map(({ reason }) => reason).join('; ') }
    : { met: false, reason: 'names no evidence: name a test, a file or a command in the result' });

async function look(evidence: Evidence, input: CriteriaToCheck): Promise<Finding> {
  if ('test' in evidence) return lookForTest(evidence.test, input.cases);
  if ('file' in evidence)
    return (await input.fileExists(evidence.file))
      ? { met: true, reason: `${evidence.file} is there` }
      : { met: false, reason: `${evidence.file} is not in the commit` };
  if ('command' in evidence) {
    const { exitCode } = await input.runEvidenceCommand(evidence.command);
    return { met: exitCode === 0, reason: `\`${evidence.command}\` exited with ${exitCode}` };
  }
  return { met: 'person', reason: 'a person has to tick it' };
}

function lookForTest(name: string, cases: readonly TestCase[]): Finding {
  const found = cases.filter((one) => isTestNamed(name, one));
  const failed = found.find(({ status }) => status === 'failed');
  if (failed) return { met: false, reason: `the test "${failed.name}" fails` };
  const passed = found.find(({ status }) => status === 'passed');
  if (passed) return { met: true, reason: `the test "${passed.name}" passes` };
  return found[0]
    ? { met: false, reason: `the test "${found[0].name}" is skipped` }
    : { met: false, reason: `no test is named "${name}"` };
}

const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

/**
 * Whether a criterion's test name means this case: white space aside it is the case's name, or the end of it
 * from one of its ` > ` on; the case's file may stand before the name.
 */
export function isTestNamed(wanted: string, { name, file }: TestCase): boolean {
  const end = plain(wanted);
  const full = plain(file === undefined ? name : `${file} > ${name}`);
  return end !== '' && (full === end || full.endsWith(` > ${end}`) || plain(name) === end);
}
