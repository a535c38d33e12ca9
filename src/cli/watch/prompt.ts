import type { AttentionItem, Decision } from '../../domain/attention.ts';
import { cut, oneLine, visible } from '../../domain/visible.ts';

/** Choices after which it helps to say why, or what to change. */
// A map, since what is looked up in it may be an agent's word.
const WANT_NOTE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    revise: 'What should be changed?',
    reject: 'Why? (may be empty)',
    waive: 'Why may it be waived?',
    'send-back': 'What should the agent do? (may be empty)',
    'extend-boundary': 'Why? (may be empty)',
    'roll-back': 'Why? (may be empty)',
    fix: 'What should the agent know? (may be empty)',
    retry: 'Anything to say to it? (may be empty)',
  }),
);

/** Leaves an item open: for the next look, or for somebody else. */
export const LATER = '\u0000later';

/** Shows the whole plan, and asks again. */
export const SHOW_PLAN = '\u0000plan';

/** How an item is asked in a terminal. */
export type PromptPlan =
  | {
      readonly kind: 'select';
      readonly message: string;
      readonly options: readonly { readonly value: string; readonly label: string; readonly hint?: string }[];
      readonly initial: string;
    }
  | { readonly kind: 'text'; readonly message: string; readonly placeholder?: string };

const MAX_MESSAGE = 4000;

/** What to ask for an item: one of its options, the recommended one first under the cursor, or any text. */
export function promptPlan(item: AttentionItem): PromptPlan {
  const about = item.packet === undefined ? '' : ` (packet ${oneLine(item.packet)})`;
  const asked = cut(visible(item.prompt).trim(), MAX_MESSAGE).split('\n');
  // Marked, so that no line of it looks like one of Baton's.
  const message = [`${oneLine(item.id)}${about}`, ...asked.map((line) => `> ${line}`.trimEnd())].join('\n');
  if (item.options.length === 0)
    return {
      kind: 'text',
      message,
      ...(item.recommended !== undefined && { placeholder: oneLine(item.recommended) }),
    };
  const options = item.options.map((value) => ({
    value,
    label: oneLine(value),
    ...(value === item.recommended && { hint: 'recommended' }),
  }));
  return {
    kind: 'select',
    message,
    options: [
      ...(item.kind === 'design-approval'
        ? [{ value: SHOW_PLAN, label: 'show the whole plan', hint: 'criteria, evidence, boundaries, doubts' }]
        : []),
      ...options,
      { value: LATER, label: 'decide later', hint: 'leaves it open' },
    ],
    initial: item.recommended ?? item.options[0] ?? LATER,
  };
}

/** The question for a note that goes with a choice, or undefined where none is asked for. */
export const noteQuestion = (choice: string): string | undefined => WANT_NOTE.get(choice);

/** Whether a choice is nothing without its note. */
export const needsNote = (choice: string): boolean => choice === 'revise' || choice === 'waive';

/** The decision of what was answered; undefined where the item stays open. */
export function decisionOf(
  item: AttentionItem,
  choice: string,
  note: string,
  by: string,
): Decision | undefined {
  const { recommended = '' } = item;
  const said = choice.trim();
  // What was offered is the shown form of what is recommended.
  const text = said === '' || said === oneLine(recommended) ? recommended : said;
  if (text === LATER || text === '') return undefined;
  return { item: item.id, choice: text, ...(note.trim() !== '' && { note: note.trim() }), by };
}
