import type { AttentionItem } from '../../domain/attention.ts';
import { harmless, type Style } from './style.ts';
import { wrap } from './table.ts';

/** A word as a POSIX shell takes it. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** The command that decides an item, with its recommended choice. */
export function decideCommand(feature: string, item: AttentionItem): string {
  const choice = item.recommended ?? item.options[0];
  return `baton decide ${feature} ${item.id} ${choice === undefined ? "'your answer'" : shellWord(choice)}`;
}

/** Longer prompts are cut: they are whole in the Web UI and in `--json`. */
const MAX_PROMPT = 3000;

/** An open item: what is asked, what may be chosen, and how. */
export function itemLines(
  item: AttentionItem,
  options: {
    readonly style: Style;
    readonly width?: number;
    readonly hints?: (item: AttentionItem) => readonly string[];
  },
): string[] {
  const { style, width = 110, hints = () => [] } = options;
  const about = item.packet === undefined ? '' : ` (packet ${item.packet})`;
  const prompt = harmless(item.prompt);
  const shown = prompt.length > MAX_PROMPT ? `${prompt.slice(0, MAX_PROMPT)}…` : prompt;
  const choices = item.options.map((option) =>
    option === item.recommended ? `${style.bold(option)} (recommended)` : option,
  );
  return [
    `${style.yellow('●')} ${style.bold(item.id)}${about} is waiting for a decision:`,
    ...wrap(shown.trim(), Math.min(width, 110), '  '),
    `  ${choices.length > 0 ? `Choices: ${choices.join(', ')}` : 'Any text answers it.'}`,
    ...hints(item).map((hint) => style.dim(`  ${hint}`)),
  ];
}
