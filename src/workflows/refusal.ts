import type { VerifyResult } from '../domain/activities.ts';
import type { AttentionKind } from '../domain/attention.ts';
import { testId } from '../domain/checks.ts';
import type { Allowance } from '../domain/outcomes.ts';

/** Something in a packet's work that only a person can allow. */
export interface Refusal extends Pick<Allowance, 'what' | 'names'> {
  /** Rounds of feedback are counted by it. */
  readonly cause: string;
  readonly kind: AttentionKind;
  readonly prompt: string;
  /** The choice that allows it. */
  readonly allow: string;
}

/** What is refused first of all, if anything. */
export function refusalOf(packet: string, result: VerifyResult): Refusal | undefined {
  const outside = [...result.outside, ...result.protected];
  if (outside.length > 0) {
    const diff = result.protectedDiff === undefined ? '' : `\n\n${result.protectedDiff}`;
    return {
      what: 'files',
      names: outside,
      cause: 'boundary',
      kind: 'boundary',
      prompt: `${packet} changed files it may not change: ${outside.join(', ')}${diff}`.slice(0, 4000),
      allow: 'extend-boundary',
    };
  }
  if (result.markers.length > 0)
    return {
      what: 'markers',
      names: result.markers,
      cause: 'verify',
      kind: 'conflict',
      prompt: `${packet} left lines that look like conflict markers in files that conflicted: ${result.markers.join(', ')}`,
      allow: 'accept',
    };
  const { vanished = [] } = result;
  if (vanished.length === 0) return undefined;
  const names = vanished.map(testId);
  const listed = vanished.map((test) => `- ${testId(test)} (${test.now})`).join('\n');
  return {
    what: 'tests',
    names,
    cause: 'tests',
    kind: 'vanished-tests',
    prompt: `Tests that passed before ${packet} are missing or skipped with it:\n${listed}`.slice(0, 4000),
    allow: 'allow',
  };
}
