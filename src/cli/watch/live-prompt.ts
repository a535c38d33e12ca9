import type { AttentionItem, Decision } from '../../domain/attention.ts';
import { oneLine, visible } from '../../domain/visible.ts';
import type { Style } from '../render/style.ts';
import { cutToWidth } from '../render/table.ts';
import {
  decisionOf,
  LATER,
  needsNote,
  noteQuestion,
  type PromptPlan,
  promptPlan,
  SHOW_PLAN,
} from './prompt.ts';

/** How far a person is with an answer. Pure: keys make the next state of the one before. */
export interface PromptState {
  readonly plan: PromptPlan;
  /** Which option the cursor is at. */
  readonly at: number;
  /** What is typed: the answer, or the note that goes with a choice. */
  readonly text: string;
  /** The choice that waits for its note. */
  readonly choice?: string;
  /** Why the last key wasn't taken. */
  readonly complaint?: string;
}

/** A key as node's readline tells it. */
export interface Key {
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
}

/** How asking ended. `gone`: the item was decided elsewhere meanwhile. */
export type AskOutcome =
  | { readonly kind: 'decision'; readonly decision: Decision }
  | { readonly kind: 'later' }
  /** The whole plan is wanted first. */
  | { readonly kind: 'show-plan' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'interrupted' };

export type PromptStep =
  | { readonly kind: 'open'; readonly state: PromptState }
  | { readonly kind: 'answered'; readonly choice: string; readonly note: string }
  | { readonly kind: 'interrupted' };

/** A question that nobody has touched yet. */
export function promptState(item: AttentionItem): PromptState {
  const plan = promptPlan(item);
  const at = plan.kind === 'select' ? plan.options.findIndex(({ value }) => value === plan.initial) : 0;
  return { plan, at: Math.max(0, at), text: '' };
}

/** What a key does. `typed` is the text of the key, if it has one. */
export function promptStep(state: PromptState, typed: string | undefined, key: Key): PromptStep {
  const { complaint: _, ...calm } = state;
  if (key.ctrl === true && key.name === 'c') return { kind: 'interrupted' };
  if (state.plan.kind === 'select' && state.choice === undefined) return selectStep(calm, state.plan, key);
  const open = (text: string, more: Partial<PromptState> = {}): PromptStep => ({
    kind: 'open',
    state: { ...calm, text, ...more },
  });
  if (key.name === 'return' || key.name === 'enter') return textStep(calm);
  if (key.name === 'escape')
    return state.choice === undefined
      ? { kind: 'answered', choice: LATER, note: '' }
      : { kind: 'open', state: { plan: state.plan, at: state.at, text: '' } };
  if (key.name === 'backspace') return open([...state.text].slice(0, -1).join(''));
  if (key.ctrl === true && key.name === 'u') return open('');
  if (key.ctrl === true || key.meta === true || typed === undefined || /\p{Cc}/u.test(typed))
    return { kind: 'open', state };
  return open(state.text + typed);
}

function selectStep(
  state: PromptState,
  { options }: Extract<PromptPlan, { kind: 'select' }>,
  { name }: Key,
): PromptStep {
  const move = (by: number): PromptStep => ({
    kind: 'open',
    state: { ...state, at: (state.at + by + options.length) % options.length },
  });
  if (name === 'up' || name === 'k') return move(-1);
  if (name === 'down' || name === 'j') return move(1);
  if (name === 'escape') return { kind: 'answered', choice: LATER, note: '' };
  if (name !== 'return' && name !== 'enter') return { kind: 'open', state };
  const choice = options[state.at]?.value ?? LATER;
  if (choice === LATER || choice === SHOW_PLAN || noteQuestion(choice) === undefined)
    return { kind: 'answered', choice, note: '' };
  return { kind: 'open', state: { ...state, choice, text: '' } };
}

function textStep(state: PromptState): PromptStep {
  const { choice, text, plan } = state;
  if (choice === undefined)
    return { kind: 'answered', choice: text.trim() === '' && plan.kind === 'text' ? '' : text, note: '' };
  if (needsNote(choice) && text.trim() === '')
    return { kind: 'open', state: { ...state, complaint: `${oneLine(choice)} needs some words` } };
  return { kind: 'answered', choice, note: text };
}

/** What an answer comes to. */
export function outcomeOf(
  item: AttentionItem,
  { choice, note }: Extract<PromptStep, { kind: 'answered' }>,
  by: string,
): AskOutcome {
  if (choice === SHOW_PLAN) return { kind: 'show-plan' };
  const decision = decisionOf(item, choice, note, by);
  return decision === undefined ? { kind: 'later' } : { kind: 'decision', decision };
}

/** The lines below the status, in which an answer is made; the question itself stands above. */
export function promptLines(
  item: AttentionItem,
  state: PromptState,
  { style, width, waiting = [] }: { style: Style; width: number; waiting?: readonly AttentionItem[] },
): string[] {
  const { plan, at, text, choice, complaint } = state;
  const inWidth = (line: string) => cutToWidth(line, width);
  const more =
    waiting.length === 0
      ? []
      : [
          style.yellow(
            inWidth(
              `● ${waiting.length} more after this: ${waiting.map(({ id }) => oneLine(id)).join(', ')}`,
            ),
          ),
        ];
  // The end of a long text is what is being typed.
  const room = Math.max(10, width - 4);
  const typed = [...visible(text)].slice(-room).join('');
  const field = style.bold(`> ${typed}█`);
  const head = style.yellow(inWidth(`● ${oneLine(item.id)} waits for your answer`));
  const complaining = complaint === undefined ? [] : [style.red(inWidth(complaint))];
  if (plan.kind === 'text') {
    const empty = plan.placeholder === undefined ? 'leaves it open' : `answers “${plan.placeholder}”`;
    return [
      head,
      field,
      style.dim(inWidth(`Enter sends; nothing typed ${empty}; Esc: later; Ctrl-C: detach`)),
      ...more,
    ];
  }
  if (choice !== undefined)
    return [
      head,
      inWidth(`${oneLine(choice)}: ${noteQuestion(choice) ?? ''}`),
      field,
      ...complaining,
      style.dim('Enter sends; Esc: back'),
      ...more,
    ];
  return [
    head,
    ...plan.options.map(({ label, hint }, index) => {
      const line = inWidth(`${index === at ? '❯' : ' '} ${label}${hint === undefined ? '' : ` (${hint})`}`);
      return index === at ? style.bold(line) : line;
    }),
    style.dim(inWidth('↑ ↓ and Enter; Esc: later; Ctrl-C: detach')),
    ...more,
  ];
}
