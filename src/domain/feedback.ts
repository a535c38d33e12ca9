/** What Baton says to an agent after it looked at the agent's work. Pure, so that it can be read and tested. */
import type { CriterionResult, VerifyResult } from './activities.ts';
import type { Feedback } from './agent-protocol.ts';
import { type CheckResult, type KnownRed, newlyRed } from './checks.ts';

/** Most characters of a check's output in feedback: the end of it, where runners put the failures. */
const OUTPUT_LIMIT = 4000;

export const checkFeedback = (check: CheckResult): Feedback => ({
  kind: 'check',
  text: [
    check.timedOut
      ? `The check "${check.name}" ran out of time after ${Math.round(check.durationMs / 1000)} s.`
      : `The check "${check.name}" is red (exit code ${check.exitCode}).`,
    ...(check.failing.length > 0
      ? [`Failing tests:\n${check.failing.map((name) => `- ${name}`).join('\n')}`]
      : []),
    check.tail.slice(-OUTPUT_LIMIT),
  ]
    .join('\n\n')
    .slice(0, 8000),
  files: [],
});

export const criteriaFeedback = (unmet: readonly CriterionResult[]): Feedback => ({
  kind: 'criteria',
  text: [
    'These acceptance criteria are not met:',
    ...unmet.map(({ index, text, reason }) => `${index + 1}. ${text}: ${reason}`),
  ]
    .join('\n')
    .slice(0, 8000),
  files: [],
});

const boundaryFeedback = (result: VerifyResult): Feedback[] => [
  ...(result.protected.length > 0
    ? [
        {
          kind: 'boundary' as const,
          text: 'These files are protected: what measures the work may not be changed by it. Put them back as they were.',
          files: result.protected.slice(0, 200),
        },
      ]
    : []),
  ...(result.outside.length > 0
    ? [
        {
          kind: 'boundary' as const,
          text: "These files are outside the packet's boundaries. Put them back as they were, or ask if the packet can't be done without them.",
          files: result.outside.slice(0, 200),
        },
      ]
    : []),
];

/** Everything that keeps a tree from being handed in; empty when it can be. */
export function verifyFeedback(result: VerifyResult, known: readonly KnownRed[] = []): Feedback[] {
  const unmet = result.criteria.filter(({ met }) => met === false);
  return [
    ...boundaryFeedback(result),
    ...(result.markers.length > 0
      ? [
          {
            kind: 'conflict' as const,
            text: 'Conflict markers are left in these files.',
            files: result.markers.slice(0, 200),
          },
        ]
      : []),
    ...newlyRed(result.checks, known).map(checkFeedback),
    ...(unmet.length > 0 ? [criteriaFeedback(unmet)] : []),
  ];
}

/** Feedback as people read it. */
export const feedbackText = (feedback: readonly Feedback[]): string =>
  feedback
    .map(({ text, files }) => (files.length > 0 ? `${text}\nFiles: ${files.join(', ')}` : text))
    .join('\n\n');
