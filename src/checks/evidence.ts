import type { TestCase } from '../domain/checks.ts';
import type { Evidence } from '../domain/packet.ts';
import { shortLine } from '../domain/visible.ts';
import { nearestTests } from './nearest-tests.ts';
import { testNamed } from './test-names.ts';

/** A tree on which evidence is looked for: what its checks showed, its files, and a way to run a command in it. */
export interface EvidenceTree {
  readonly cases: readonly TestCase[];
  /** Whether the path is in the commit in question (not just in the folder). */
  readonly fileExists: (path: string) => boolean | Promise<boolean>;
  /** What keeps the path out of commits, as the end of a sentence; undefined: nothing known. */
  readonly keptOut?: (path: string) => Promise<string | undefined>;
  /** Runs a command in that tree as a check runs; its exit code. */
  readonly runEvidenceCommand: (command: string) => Promise<{ readonly exitCode: number }>;
}

/** What was found of one piece of evidence. `person`: only a person can tell. */
export interface EvidenceFinding {
  readonly met: boolean | 'person';
  /** One line. */
  readonly reason: string;
}

/** Longer names and commands are cut in reasons. */
const MAX_NAME = 70;
/** Room for a wrong name and those of the nearest tests. */
const MAX_ADVICE = 230;

const short = (text: string): string => shortLine(text, MAX_NAME);

/** Looks for one piece of evidence on a tree. */
export async function lookFor(evidence: Evidence, tree: EvidenceTree): Promise<EvidenceFinding> {
  if ('test' in evidence) return lookForTest(evidence.test, tree.cases);
  if ('file' in evidence) {
    if (await tree.fileExists(evidence.file))
      return { met: true, reason: `${short(evidence.file)} is there` };
    const why = await tree.keptOut?.(evidence.file);
    const problem = `${short(evidence.file)} is not in the commit`;
    return { met: false, reason: why === undefined ? problem : `${problem}: ${why}` };
  }
  if ('command' in evidence) {
    const { exitCode } = await tree.runEvidenceCommand(evidence.command);
    return { met: exitCode === 0, reason: `\`${short(evidence.command)}\` exited with ${exitCode}` };
  }
  return { met: 'person', reason: 'a person has to tick it' };
}

/** Of several tests of one name none may fail, and one has to pass. */
function lookForTest(name: string, cases: readonly TestCase[]): EvidenceFinding {
  const found = cases.filter(testNamed(name));
  const first = (status: TestCase['status']) => found.find((one) => one.status === status);
  const failed = first('failed');
  if (failed) return { met: false, reason: `the test "${short(failed.name)}" fails` };
  const passed = first('passed');
  if (passed) return { met: true, reason: `the test "${short(passed.name)}" passes` };
  return found[0]
    ? { met: false, reason: `the test "${short(found[0].name)}" is skipped` }
    : { met: false, reason: noSuchTest(name, cases) };
}

function noSuchTest(name: string, cases: readonly TestCase[]): string {
  const problem = `no test is named "${short(name)}"`;
  const names: string[] = [];
  let room = MAX_ADVICE - problem.length;
  for (const near of nearestTests(name, cases).map((one) => `"${short(one)}"`)) {
    room -= near.length;
    if (room < 0) break;
    names.push(near);
  }
  if (names.length === 0) return problem;
  return `${problem}; the nearest ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`;
}
