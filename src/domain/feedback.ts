/** What Baton says to an agent after it looked at the agent's work. Pure, so that it can be read and tested. */
import type { CriterionResult, SecretInFile, VerifyResult } from './activities.ts';
import type { Feedback } from './agent-protocol.ts';
import { type CheckResult, type KnownRed, newlyRed, testId, type VanishedTest } from './checks.ts';
import { namesInLine, oneLine } from './visible.ts';

/** Most characters of a check's output in feedback: the end of it, where runners put the failures. */
const OUTPUT_LIMIT = 4000;
/** Most characters of one feedback's text, and most of its files: the agent protocol's limits. */
const TEXT_LIMIT = 8000;
const FILES_LIMIT = 200;
/** Of vanished tests; more say no more about what happened. */
const LISTED_TESTS = 50;

/** Baton's own remark. */
export const noteOf = (text: string): Feedback => ({
  kind: 'note',
  text: text.slice(0, TEXT_LIMIT),
  files: [],
});

/** For whoever takes the work over. */
export const cutOffNote = (why: string): Feedback => noteOf(`The agent before could not go on: ${why}`);

/** What a person says unasked, or answered. */
export const adviceOf = (text: string): Feedback => ({ kind: 'advice', text, files: [] });

/** An intro with a line for each item, as many as the limits allow, and the number of the others. */
function listing(
  intro: string,
  items: readonly string[],
  { characters = TEXT_LIMIT, lines: most = Number.POSITIVE_INFINITY } = {},
): string {
  const lines: string[] = [];
  let room = characters - intro.length - '\n- and 1000000 more'.length;
  for (const item of items.slice(0, most)) {
    const line = `- ${oneLine(item)}`;
    room -= line.length + '\n'.length;
    if (room < 0) break;
    lines.push(line);
  }
  const left = items.length - lines.length;
  return [intro, ...lines, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}

/** A red check: which tests fail, which files it changed, and the end of its output. */
export function checkFeedback(check: CheckResult): Feedback {
  const { failing, changed = [] } = check;
  const head = [
    check.timedOut
      ? `The check "${check.name}" ran out of time after ${Math.round(check.durationMs / 1000)} s.`
      : `The check "${check.name}" is red (exit code ${check.exitCode}).`,
    ...(failing.length > 0 ? [listing('Failing tests:', failing, { characters: 3000 })] : []),
    ...(changed.length > 0
      ? [
          listing('The check itself changed these tracked files, and Baton put them back:', changed, {
            characters: 900,
          }),
        ]
      : []),
  ].join('\n\n');
  // The end of the output is worth more than its beginning.
  const room = Math.max(0, Math.min(OUTPUT_LIMIT, TEXT_LIMIT - head.length - 2));
  const tail = room === 0 ? '' : check.tail.slice(-room);
  return { kind: 'check', text: `${head}\n\n${tail}`.slice(0, TEXT_LIMIT), files: [] };
}

export const criteriaFeedback = (unmet: readonly CriterionResult[]): Feedback => ({
  kind: 'criteria',
  text: [
    'These acceptance criteria are not met:',
    ...unmet.map(({ index, text, reason }) => `${index + 1}. ${oneLine(text)}: ${oneLine(reason)}`),
  ]
    .join('\n')
    .slice(0, TEXT_LIMIT),
  files: [],
});

const aboutFiles = (kind: Feedback['kind'], text: string, files: readonly string[] = []): Feedback[] =>
  files.length > 0 ? [{ kind, text, files: files.slice(0, FILES_LIMIT) }] : [];

/** Changed files that are protected, or outside the packet's boundaries; empty if there are none. */
export const boundaryFeedback = (
  found: Partial<Pick<VerifyResult, 'outside' | 'protected' | 'linksOut'>>,
): Feedback[] => [
  ...aboutFiles(
    'boundary',
    'These files are protected: what measures the work may not be changed by it. Put them back as they were.',
    found.protected,
  ),
  ...aboutFiles(
    'boundary',
    "These files are outside the packet's boundaries. Put them back as they were, or ask if the packet can't be done without them.",
    found.outside,
  ),
  ...aboutFiles(
    'boundary',
    'These links lead out of the repository, where on another machine there is something else. Make them relative and lead within it, or leave them out.',
    found.linksOut,
  ),
];

/** Files in which conflict markers are left; empty if there are none. */
export const markersFeedback = ({ markers }: Partial<Pick<VerifyResult, 'markers'>>): Feedback[] =>
  aboutFiles('conflict', 'Conflict markers are left in these files.', markers);

/** Tests that passed before and are gone; empty if there are none. */
export function vanishedFeedback(vanished: readonly VanishedTest[] = []): Feedback[] {
  if (vanished.length === 0) return [];
  const intro =
    'These tests passed before, and are missing or skipped now. Bring them back; if they have to go, say so and why: a person decides.';
  const tests = vanished.map((test) => `${testId(test)} (${test.now})`);
  return [{ kind: 'check', text: listing(intro, tests, { lines: LISTED_TESTS }), files: [] }];
}

const unusableFeedback = (unusable: readonly string[] = []): Feedback[] =>
  unusable.length === 0
    ? []
    : [{ kind: 'boundary', text: listing("These paths can't be committed:", unusable), files: [] }];

const secretsFeedback = (secrets: readonly SecretInFile[] = []): Feedback[] =>
  secrets.length === 0
    ? []
    : [
        {
          kind: 'boundary',
          text: listing(
            'These files give a secret away, by their content or name, so they were not committed. Take the secret out and read it from the environment. If it only looks like one, say so: a person decides.',
            secrets.map(({ path, what }) => `${path}: ${what}`),
          ),
          files: [],
        },
      ];

/** Everything that keeps a tree from being submitted; empty when it can be. */
export function verifyFeedback(result: VerifyResult, known: readonly KnownRed[] = []): Feedback[] {
  const unmet = result.criteria.filter(({ met }) => met === false);
  return [
    ...unusableFeedback(result.unusable),
    ...secretsFeedback(result.secrets),
    ...boundaryFeedback(result),
    ...markersFeedback(result),
    ...newlyRed(result.checks, known).map(checkFeedback),
    ...vanishedFeedback(result.vanished),
    ...(unmet.length > 0 ? [criteriaFeedback(unmet)] : []),
  ];
}

/** Feedback as people read it. */
export const feedbackText = (feedback: readonly Feedback[]): string =>
  feedback
    .map(({ text, files }) => (files.length > 0 ? `${text}\nFiles: ${namesInLine(files)}` : text))
    .join('\n\n');
