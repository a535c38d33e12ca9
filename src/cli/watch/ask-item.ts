import { isCancel, select, text } from '@clack/prompts';
import type { AttentionItem } from '../../domain/attention.ts';
import { oneLine } from '../../domain/visible.ts';
import type { AskOutcome } from './live-prompt.ts';
import { decisionOf, LATER, needsNote, noteQuestion, promptPlan, SHOW_PLAN } from './prompt.ts';

/** Asks a person in the terminal. `gone` ends the question when nobody has to answer it any more. */
export async function askItem(item: AttentionItem, by: string, gone: AbortSignal): Promise<AskOutcome> {
  const plan = promptPlan(item);
  const choice =
    plan.kind === 'select'
      ? await select<string>({
          message: plan.message,
          options: plan.options.map((option) => ({ ...option })),
          initialValue: plan.initial,
          signal: gone,
        })
      : await text({
          message: plan.message,
          ...(plan.placeholder !== undefined && {
            placeholder: plan.placeholder,
            defaultValue: plan.placeholder,
          }),
          signal: gone,
        });
  if (isCancel(choice)) return { kind: gone.aborted ? 'gone' : 'interrupted' };
  if (choice === SHOW_PLAN) return { kind: 'show-plan' };
  const question = choice === LATER ? undefined : noteQuestion(choice);
  let note: string | symbol = '';
  if (plan.kind === 'select' && question !== undefined) {
    note = await text({
      message: question,
      signal: gone,
      validate: (value) =>
        needsNote(choice) && (value ?? '').trim() === '' ? `${oneLine(choice)} needs some words` : undefined,
    });
    if (isCancel(note)) return { kind: gone.aborted ? 'gone' : 'interrupted' };
  }
  const decision = decisionOf(item, choice ?? '', typeof note === 'string' ? note : '', by);
  return decision === undefined ? { kind: 'later' } : { kind: 'decision', decision };
}
