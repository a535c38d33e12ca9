import { describe, expect, it } from 'vitest';
import { decisionOf, LATER, needsNote, noteQuestion, promptPlan } from '../../../src/cli/watch/prompt.ts';
import { item, question } from '../samples.ts';

describe('asking an item in a terminal', () => {
  it('offers its options, the recommended one under the cursor, and to leave it open', () => {
    const plan = promptPlan(item);
    if (plan.kind !== 'select') throw new Error('options make a selection');
    expect(plan.initial).toBe('approve');
    expect(plan.options.map(({ value }) => value)).toEqual(['approve', 'revise', 'reject', LATER]);
    expect(plan.options[0]?.hint).toBe('recommended');
    expect(plan.message).toContain('Packets:\n- storage');
  });

  it('takes any text where there are no options', () => {
    expect(promptPlan(question)).toEqual({
      kind: 'text',
      message: 'question-api-1 (packet api)\nWhich header?',
    });
    expect(promptPlan({ ...question, recommended: 'X-Id' })).toMatchObject({ placeholder: 'X-Id' });
  });

  it("takes control characters out of an agent's words", () => {
    expect(promptPlan({ ...question, prompt: 'a\u001b[2Jb' }).message).toContain('ab');
  });

  it('wants words with a revision and a waiver, and none with an approval', () => {
    expect(noteQuestion('approve')).toBeUndefined();
    expect(noteQuestion('revise')).toBeDefined();
    expect([needsNote('revise'), needsNote('waive'), needsNote('reject')]).toEqual([true, true, false]);
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
