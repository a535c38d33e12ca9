import { z } from 'zod';
import { durationText } from '../../domain/duration.ts';
import { type Detail, type LabelledText, on } from './transcript-format.ts';

/** Failing tests that are named. */
const FAILING_NAMED = 5;

const text = z.string();
const counts = z.object({ total: z.number(), passing: z.number() });
const checkShape = z.object({
  name: text,
  passed: z.boolean(),
  exitCode: z.number().optional(),
  durationMs: z.number().optional(),
  tests: counts.nullish(),
  failing: z.array(text).default([]),
  output: text.default(''),
});

function formatCheck(check: z.output<typeof checkShape>, { full }: Detail): LabelledText {
  const { name, passed, exitCode, durationMs, tests, failing, output } = check;
  const code = passed || exitCode === undefined ? '' : ` (exit code ${exitCode})`;
  const parts = [
    `${name} ${passed ? 'passed' : 'failed'}${code}`,
    tests ? `${tests.passing} of ${tests.total} tests pass` : 'tests unknown',
    ...(durationMs === undefined ? [] : [durationText(durationMs)]),
  ];
  const named = full ? failing : failing.slice(0, FAILING_NAMED);
  const left = failing.length - named.length;
  return {
    label: 'check',
    text: [
      parts.join(', '),
      ...named.map((test) => `failing: ${test}`),
      ...(left > 0 ? [`… ${left} more failing (--full)`] : []),
      ...(full && !passed && output !== '' ? [output.trimEnd()] : []),
    ].join('\n'),
    tone: passed ? 'green' : 'red',
  };
}

/** What Baton measured at a checkpoint. */
export const answer = on(
  z.object({
    answer: z.object({ type: z.literal('checkpoint'), commit: text, checks: z.array(checkShape) }),
  }),
  ({ answer: { commit, checks } }, detail) => [
    {
      label: 'measured',
      text: `${commit.slice(0, 12)}${checks.length === 0 ? ', no check was asked for' : ''}`,
    },
    ...checks.map((check) => formatCheck(check, detail)),
  ],
);
