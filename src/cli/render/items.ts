import type { AttentionItem } from '../../domain/attention.ts';
import { sinceText } from '../../domain/moments.ts';
import { shellQuoted } from '../../domain/shell-quoted.ts';
import { cut, isVisible, oneLine, visible, visibleJson } from '../../domain/visible.ts';
import type { Style } from './style.ts';
import { wrap } from './table.ts';

/** A word as a shell takes it: of what can't be seen in one line, with the escapes of bash, ksh and zsh. */
export function shellWord(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (isVisible(word)) return shellQuoted(word);
  const escapes = visibleJson(word).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'");
  // JSON names a character beyond the first 65,536 by two halves, a shell by its number.
  const whole = escapes.replace(/\\u(d[89ab]..)\\u(d[c-f]..)/g, (_, high: string, low: string) =>
    unicodeEscape(Number.parseInt(high, 16), Number.parseInt(low, 16)),
  );
  return `$'${whole}'`;
}

const unicodeEscape = (high: number, low: number): string =>
  `\\U${(String.fromCharCode(high, low).codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`;

/** Agents' options have at most 200 characters. */
const LONGEST_CHOICE = 300;

/** The command that decides an item, with its recommended choice. */
export function decideCommand(feature: string, item: AttentionItem): string {
  const choice = item.recommended ?? item.options[0] ?? 'your answer';
  // Nobody pastes that; watch asks with all choices to be picked from.
  if (choice.length > LONGEST_CHOICE) return `baton watch ${shellWord(feature)}`;
  // Else it would be taken for a flag.
  const words = choice.startsWith('-') ? ['--', choice] : [choice];
  return ['baton', 'decide', feature, item.id, ...words].map(shellWord).join(' ');
}

/** Longer prompts are cut: they are whole in the Web UI and in `--json`. */
const MAX_PROMPT = 3000;

/** What somebody said, each line marked, so that none can be taken for Baton's own. */
export const quoted = (text: string, width: number): string[] => wrap(visible(text).trim(), width, '  │ ');

/** An open item: what is asked, what may be chosen, and how. */
export function itemLines(
  item: AttentionItem,
  options: {
    readonly style: Style;
    readonly width?: number;
    readonly hints?: (item: AttentionItem) => readonly string[];
    /** Milliseconds since the epoch: then it is told how long the item has waited. */
    readonly now?: number;
  },
): string[] {
  const { style, width = 110, hints = () => [], now } = options;
  const age = now === undefined ? '' : sinceText(item.openedAt, now);
  const waits = age === '' ? 'is waiting for a decision' : `has waited ${age} for a decision`;
  const about = item.packet === undefined ? '' : ` (packet ${oneLine(item.packet)})`;
  const choices = item.options.map((option) =>
    option === item.recommended ? `${style.bold(oneLine(option))} (recommended)` : oneLine(option),
  );
  return [
    `${style.yellow('●')} ${style.bold(oneLine(item.id))}${about} ${waits}:`,
    ...quoted(cut(item.prompt, MAX_PROMPT), Math.min(width, 110)),
    `  ${choices.length > 0 ? `Choices: ${choices.join(', ')}` : 'Any text answers it.'}`,
    ...hints(item).map((hint) => style.dim(`  ${hint}`)),
  ];
}
