import { durationText } from '../../domain/duration.ts';
import { dollars, tokensText } from '../../domain/spending.ts';
import { cut, oneLine, visible } from '../../domain/visible.ts';
import type { RunRecord } from '../../homes/runs.ts';
import { formatEntry } from './format-entry.ts';
import type { Style } from './style.ts';
import { pad } from './table.ts';
import { type Detail, firstLines, type LabelledText } from './transcript-format.ts';

export interface TranscriptOptions extends Detail {
  readonly style: Style;
}

/** Of one thing, unless everything is wanted: more than any field of the protocol has. */
const MOST_CHARACTERS = 10_000;
const LABEL_WIDTH = 'checkpoint'.length;
const TIME_WIDTH = 8;
const INDENT = ' '.repeat(TIME_WIDTH + LABEL_WIDTH + 4);

const known = <T>(value: T | undefined, shown: (value: T) => string): string =>
  value === undefined ? 'unknown' : shown(value);

/** What a run came to: how it ended, after how long, and what it used. */
const endText = ({ outcome, durationMs, inputTokens, outputTokens, costUsd }: RunRecord): string =>
  outcome === undefined
    ? 'has not ended'
    : [
        oneLine(outcome),
        `duration ${known(durationMs, durationText)}`,
        `tokens in ${known(inputTokens, tokensText)}, out ${known(outputTokens, tokensText)}`,
        `cost ${known(costUsd, dollars)}`,
      ].join(' · ');

const title = ({ packet, run }: RunRecord): string => `${oneLine(packet)}, run ${run}`;

/** Which run follows, who makes it, and what it came to as far as it has ended. */
export function runHead(run: RunRecord, { style }: { readonly style: Style }): string[] {
  const { role, runner, model, startedAt, resumed } = run;
  const again = resumed === true ? ' · a session of before' : '';
  return [
    `${style.bold(title(run))} · ${oneLine(role)} · runner ${oneLine(runner)} · model ${known(model, oneLine)}${again}`,
    style.dim(`started ${oneLine(startedAt).slice(0, 19).replace('T', ' ')} UTC · ${endText(run)}`),
  ];
}

/** Ends a run that was shown while it went on. */
export const runEnd = (run: RunRecord, { style }: { readonly style: Style }): string =>
  `${style.bold(title(run))} ended: ${endText(run)}`;

/**
 * A line of a transcript for a person; none where there is nothing for one in it. Never throws: what it was given is
 * an agent's.
 */
export function transcriptLines(
  line: string,
  startedAt: string,
  { style, ...detail }: TranscriptOptions,
): string[] {
  const entry = parsed(line);
  if (entry === undefined)
    return layOut('?', { label: 'unreadable', text: firstLines(line, 1, detail), tone: 'dim' }, style);
  const at = elapsed(startedAt, entry.at);
  const most = detail.full ? Number.POSITIVE_INFINITY : MOST_CHARACTERS;
  return formatEntry(entry, detail).flatMap((one) =>
    layOut(at, { ...one, text: cut(one.text, most) }, style),
  );
}

/** One thing: time, label, text, with further lines of it below its first. */
function layOut(at: string, { label, text, tone }: LabelledText, style: Style): string[] {
  const paint = tone === undefined ? (plain: string) => plain : style[tone];
  const body = tone === 'dim' ? style.dim : (plain: string) => plain;
  const [first = '', ...more] = visible(text).split('\n');
  const head = `${style.dim(at.padStart(TIME_WIDTH))}  ${paint(pad(label, LABEL_WIDTH))}`;
  return [`${head}  ${body(first)}`, ...more.map((each) => `${INDENT}${body(each)}`)].map((each) =>
    each.trimEnd(),
  );
}

function parsed(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Time since the run's start: `0:07.3`, `1:02:03`; `?` where it isn't known, or the clock was set back. */
export function elapsed(startedAt: string, at: unknown): string {
  const ms = typeof at === 'string' ? Date.parse(at) - Date.parse(startedAt) : Number.NaN;
  if (!(ms >= 0)) return '?';
  const tenths = Math.floor(ms / 100);
  const seconds = Math.floor(tenths / 10);
  const two = (value: number) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}.${tenths % 10}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}
