import { describe, expect, it } from 'vitest';
import {
  decisionOf,
  LATER,
  needsNote,
  noteQuestion,
  promptPlan,
  SHOW_PLAN,
} from '../../../src/cli/watch/prompt.ts';
import { item, question } from '../samples.ts';

describe('asking an item in a terminal', () => {
  it('offers its options, the recommended one under the cursor, and to leave it open', () => {
    const plan = promptPlan(item);
    if (plan.kind !== 'select') throw new Error('options make a selection');
    expect(plan.initial).toBe('approve');
    expect(plan.options.map(({ value }) => value)).toEqual([SHOW_PLAN, 'approve', 'revise', 'reject', LATER]);
    expect(plan.options[1]?.hint).toBe('recommended');
    expect(plan.message).toContain('> Packets:\n> - storage');
  });

  it('takes any text where there are no options', () => {
    expect(promptPlan(question)).toEqual({
      kind: 'text',
      message: 'question-api-1 (packet api)\n> Which header?',
    });
    expect(promptPlan({ ...question, recommended: 'X-Id' })).toMatchObject({ placeholder: 'X-Id' });
  });

  it("shows control characters in an agent's words", () => {
    expect(promptPlan({ ...question, prompt: 'a\u001b[2Jb' }).message).toContain('> a<U+001B>[2Jb');
  });

  it('wants words with a revision and a waiver, and none with an approval', () => {
    expect(noteQuestion('approve')).toBeUndefined();
    expect(noteQuestion('revise')).toBeDefined();
    expect(noteQuestion('constructor')).toBeUndefined();
    expect([needsNote('revise'), needsNote('waive'), needsNote('reject')]).toEqual([true, true, false]);
  });

  it('decides by what is recommended, however that has to be shown', () => {
    const asked = { ...question, recommended: 'X\u200b-Id' };
    const plan = promptPlan(asked);
    if (plan.kind !== 'text') throw new Error('without options any text answers');
    expect(decisionOf(asked, plan.placeholder ?? '', '', 'ada')?.choice).toBe('X\u200b-Id');
  });

  it('makes a decision of the answer, or none where it stays open', () => {
    expect(decisionOf(item, 'revise', ' smaller ', 'ada')).toEqual({
      item: 'design-approval-1',
      choice: 'revise',
      note: 'smaller',
      by: 'ada',
    });
    expect(decisionOf(item, 'approve', '', 'ada')).not.toHaveProperty('note');
    expect(decisionOf(item, LATER, '', 'ada')).toBeUndefined();
    expect(decisionOf(question, '  ', '', 'ada')).toBeUndefined();
  });
});
