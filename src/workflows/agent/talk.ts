import type { Feedback } from '../../domain/agent-protocol.ts';
import { adviceOf } from '../../domain/feedback.ts';

/** What is said to the agent in one piece of work; a conversation that begins is told all of it. */
export class Talk {
  /** For the next run. */
  now: Feedback[];
  /** A person's answer to the question that the last run ended with, for the conversation that goes on. */
  answer: string | null = null;
  private readonly all: Feedback[];

  constructor(feedback: readonly Feedback[]) {
    this.now = [...feedback];
    this.all = [...feedback];
  }

  add(more: readonly Feedback[]): void {
    this.now.push(...more);
    this.all.push(...more);
  }

  /** What people said before the next run: for it, where the conversation turns out to be lost. */
  get earlier(): Feedback[] {
    return this.all.filter((one) => one.kind === 'advice' && !this.now.includes(one));
  }

  /** A question was answered. Without a conversation to go on with it travels with its answer. */
  answered(conversation: 'goes-on' | 'begins', question: string, answer: string): void {
    this.all.push(adviceOf(`You asked: ${question}\nThe answer: ${answer}`));
    this.next(conversation, []);
    this.answer = conversation === 'goes-on' ? answer : null;
  }

  /** The next run is told `more`, and what is only `passing`; and once more what the last one may not have heard. */
  next(
    conversation: 'goes-on' | 'begins',
    more: readonly Feedback[],
    passing: readonly Feedback[] = [],
    heard = true,
  ): void {
    const unheard = heard ? [] : this.now;
    this.all.push(...more);
    const told = conversation === 'goes-on' ? [...unheard, ...more, ...passing] : [...this.all, ...passing];
    this.now = told.filter((one, at) => told.findIndex(({ text }) => text === one.text) === at);
    if (heard || conversation === 'begins') this.answer = null;
  }
}
