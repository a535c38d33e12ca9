import { expect, it } from 'vitest';
import type { AgentTask, Feedback } from '../../src/domain/agent-protocol.ts';
import { withoutSession } from '../../src/work/agent-run-parts.ts';
import { sampleTask } from '../agents/helpers.ts';

const advice = (text: string): Feedback => ({ kind: 'advice', text, files: [] });
const texts = ({ feedback }: AgentTask) => feedback.map(({ text }) => text);

it('tells a conversation that takes the place of a lost one what people said before, each once', () => {
  const resume = { sessionId: 'lost', answer: 'the blue one' };
  const task = { ...sampleTask, resume, feedback: [advice('mind the edges')] };
  const anew = withoutSession(task, []);
  expect(anew.resume).toBeNull();
  expect(texts(anew)).toEqual([
    'mind the edges',
    expect.stringContaining('session that is lost'),
    expect.stringContaining('the blue one'),
  ]);
  const earlier = [advice('use the old form'), advice('You asked: Which?\nThe answer: the blue one')];
  expect(texts(withoutSession(task, earlier))).toEqual([
    'use the old form',
    'You asked: Which?\nThe answer: the blue one',
    'mind the edges',
    expect.stringContaining('session that is lost'),
  ]);
});
