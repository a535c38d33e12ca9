import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PLAIN } from '../../../src/cli/render/style.ts';
import { type Keys, LiveQuestion } from '../../../src/cli/watch/ask-live.ts';
import {
  type Key,
  type PromptState,
  promptLines,
  promptState,
  promptStep,
} from '../../../src/cli/watch/live-prompt.ts';
import { item, question } from '../samples.ts';

/** The state or end that keys lead to. */
const keyed = (start: PromptState, ...keys: readonly (string | Key)[]) => {
  let state = start;
  for (const key of keys) {
    const typed = typeof key === 'string' ? key : undefined;
    const step = promptStep(state, typed, typeof key === 'string' ? {} : key);
    if (step.kind !== 'open') return step;
    state = step.state;
  }
  return state;
};
const enter: Key = { name: 'return' };
const down: Key = { name: 'down' };

describe('a question below a live screen', () => {
  it('is answered by Enter with what the cursor is at, which begins at the recommended choice', () => {
    expect(keyed(promptState(item), enter)).toEqual({ kind: 'answered', choice: 'approve', note: '' });
    expect(keyed(promptState(item), down, down, enter, 'n', 'o', enter)).toEqual({
      kind: 'answered',
      choice: 'reject',
      note: 'no',
    });
  });

  it('wants words where a choice is nothing without them, and goes back by Esc', () => {
    const asked = keyed(promptState(item), down, enter, enter);
    expect(asked).toMatchObject({ choice: 'revise', complaint: 'revise needs some words' });
    expect(keyed(asked as PromptState, { name: 'escape' })).toMatchObject({ at: 2, text: '' });
    expect(keyed(asked as PromptState, { name: 'escape' })).not.toHaveProperty('choice');
  });

  it('takes typed text, mended by Backspace and Ctrl-U, pasted text too, and no control characters', () => {
    const typed = keyed(promptState(question), 'X-Id 🟢', { name: 'backspace' }, '!', '\u0007');
    expect(typed).toMatchObject({ text: 'X-Id !' });
    expect(keyed(typed as PromptState, { name: 'u', ctrl: true }, 'yes', enter)).toEqual({
      kind: 'answered',
      choice: 'yes',
      note: '',
    });
  });

  it('says what else waits, within 80 columns', () => {
    const lines = promptLines(item, promptState(item), { style: PLAIN, width: 80, waiting: [question] });
    expect(lines).toEqual([
      '● design-approval-1 waits for your answer',
      '  show the whole plan (criteria, evidence, boundaries, doubts)',
      '❯ approve (recommended)',
      '  revise',
      '  reject',
      '  decide later (leaves it open)',
      '↑ ↓ and Enter; Esc: later; Ctrl-C: detach',
      '● 1 more after this: question-api-1',
    ]);
  });

  const keyboard = () => {
    const raw: boolean[] = [];
    const keys = Object.assign(new PassThrough(), {
      isTTY: true as const,
      isRaw: false,
      setRawMode(mode: boolean) {
        raw.push(mode);
        return this;
      },
    });
    return { raw, keys, asKeys: keys as unknown as Keys };
  };

  it('reads keys while other things go on, and gives the keyboard back', async () => {
    const { raw, keys, asKeys } = keyboard();
    const drawn: number[] = [];
    const asked = new LiveQuestion(item, 'ann', ({ at }) => drawn.push(at), asKeys);
    keys.write('\u001b[B');
    await expect.poll(() => drawn).toEqual([1, 2]);
    asked.redraw();
    expect(drawn).toEqual([1, 2, 2]);
    keys.write('\u001b[A\r');
    expect(await asked.outcome).toEqual({
      kind: 'decision',
      decision: { item: 'design-approval-1', choice: 'approve', by: 'ann' },
    });
    expect(raw).toEqual([true, false]);
    expect(keys.listenerCount('keypress')).toBe(0);
  });

  it('ends by Ctrl-C, and where somebody else decided', async () => {
    const { keys, asKeys } = keyboard();
    const first = new LiveQuestion(item, 'ann', () => undefined, asKeys);
    keys.write('\u0003');
    expect(await first.outcome).toEqual({ kind: 'interrupted' });
    const second = new LiveQuestion(item, 'ann', () => undefined, asKeys);
    second.gone();
    expect(await second.outcome).toEqual({ kind: 'gone' });
  });
});
