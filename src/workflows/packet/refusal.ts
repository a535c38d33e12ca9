import type { VerifyResult } from '../../domain/activities.ts';
import type { AttentionKind } from '../../domain/attention.ts';
import { testId } from '../../domain/checks.ts';
import type { Allowance } from '../../domain/outcomes.ts';
import { cut, namesInLine, oneLine } from '../../domain/visible.ts';

const ALLOWS = ['extend-boundary', 'accept', 'allow'] as const;
export type Allow = (typeof ALLOWS)[number];
export const isAllow = (choice: string): choice is Allow => ALLOWS.some((allow) => allow === choice);

/** Something in a packet's work that only a person can allow. */
export interface Refusal extends Pick<Allowance, 'what' | 'names'> {
  /** Rounds of feedback are counted by it. */
  readonly cause: string;
  /** What the judgement goes by if a person allows it. */
  readonly granted: readonly string[];
  readonly kind: AttentionKind;
  readonly prompt: string;
  /** The choice that allows it. */
  readonly allow: Allow;
}

/** Most characters of a question, and those that its names leave to other words. */
const PROMPT = 4000;
const OTHER_WORDS = 500;
/** More names in one {@link Allowance} say no more. */
const MOST_NAMES = 100;

/** A person allows what the question shows: names that don't fit are asked about next. */
function fitting(names: readonly string[], line: (name: string) => string) {
  const shown: string[] = [];
  let room = PROMPT - OTHER_WORDS;
  for (const name of names.slice(0, MOST_NAMES)) {
    room -= line(name).length + ', '.length;
    if (room < 0 && shown.length > 0) break;
    shown.push(name);
  }
  const more = names.length - shown.length;
  return { shown, more: more > 0 ? ` (and ${more} more, which are asked about next)` : '' };
}

/** What is refused first of all, if anything. */
export function refusalOf(packet: string, result: VerifyResult): Refusal | undefined {
  const { secrets = [] } = result;
  if (secrets.length > 0) {
    const lines = new Map(secrets.map((one) => [`${one.path}: ${one.what}`, one.allowance]));
    const { shown, more } = fitting([...lines.keys()], (line) => line);
    return {
      what: 'secrets',
      names: shown,
      granted: shown.flatMap((line) => lines.get(line) ?? []),
      cause: 'secrets',
      kind: 'boundary',
      prompt: `${packet} would commit what looks like a secret${more}:\n${shown.map((line) => `- ${line}`).join('\n')}\nAllow it only if it lets nobody in: it gets into the repository's history.`,
      allow: 'allow',
    };
  }
  const outside = [...result.outside, ...result.protected, ...(result.linksOut ?? [])];
  if (outside.length > 0) {
    const { shown, more } = fitting(outside, (path) => oneLine(path));
    const contents = new Map(result.protected.map((path, at) => [path, result.contents?.[at]]));
    const diff = result.protectedDiff === undefined ? '' : `\n\n${result.protectedDiff}`;
    return {
      what: 'files',
      names: shown,
      granted: shown.map((path) => contents.get(path) ?? path),
      cause: 'boundary',
      kind: 'boundary',
      prompt: `${packet} changed files it may not change: ${namesInLine(shown)}${more}${diff}`.slice(
        0,
        PROMPT,
      ),
      allow: 'extend-boundary',
    };
  }
  if (result.markers.length > 0) {
    const { shown, more } = fitting(result.markers, (path) => oneLine(path));
    return {
      what: 'markers',
      names: shown,
      granted: shown,
      cause: 'verify',
      kind: 'conflict',
      prompt: cut(
        `${packet} left lines that look like conflict markers in files that conflicted: ${namesInLine(shown)}${more}`,
        PROMPT,
      ),
      allow: 'accept',
    };
  }
  const { vanished = [] } = result;
  if (vanished.length === 0) return undefined;
  const lines = new Map(vanished.map((test) => [testId(test), `- ${oneLine(testId(test))} (${test.now})`]));
  const { shown, more } = fitting([...lines.keys()], (id) => lines.get(id) ?? id);
  const listed = shown.map((id) => lines.get(id)).join('\n');
  return {
    what: 'tests',
    names: shown,
    granted: shown,
    cause: 'tests',
    kind: 'vanished-tests',
    prompt: cut(
      `Tests that passed before ${packet} are missing or skipped with it${more}:\n${listed}`,
      PROMPT,
    ),
    allow: 'allow',
  };
}
