import type { Feedback } from '../../domain/agent-protocol.ts';
import { adviceOf } from '../../domain/feedback.ts';

/** What no check finds again: it stays until the packet ends. The rest is found again for as long as it is so. */
const LASTING: readonly Feedback['kind'][] = ['advice', 'revise', 'gate', 'swap'];

const distinct = (feedback: readonly Feedback[]): Feedback[] =>
  feedback.filter((one, at) => feedback.findIndex(({ text }) => text === one.text) === at);

/**
 * What is said to the agents of one packet, or to the designers. Each run is told `now`, until one has heard it; a
 * conversation that begins is told all that still holds.
 */
export class Talk {
  /** For the next run. */
  now: Feedback[] = [];
  /** A person's answer to the question that the last run ended with, for the conversation that goes on. */
  answer: string | null = null;
  private all: Feedback[] = [];

  /** A piece of work begins. What the last run of the piece before it didn't hear goes with it. */
  begin(conversation: 'goes-on' | 'begins', feedback: readonly Feedback[]): void {
    this.all = this.all.filter(({ kind }) => LASTING.includes(kind));
    this.next(conversation, feedback);
  }

  add(more: readonly Feedback[]): void {
    this.now.push(...more);
    this.all.push(...more);
  }

  /** The last run heard what it was told. */
  heard(): void {
    this.now = [];
    this.answer = null;
  }

  /** What was said before the next run: for it, if its session turns out to be lost. */
  get earlier(): Feedback[] {
    return this.all.filter(({ text }) => this.now.every((one) => one.text !== text));
  }

  /** A question was answered. Without a conversation to go on with it travels with its answer. */
  answered(conversation: 'goes-on' | 'begins', question: string, answer: string): void {
    this.all.push(adviceOf(`You asked: ${question}\nThe answer: ${answer}`));
    this.next(conversation, []);
    this.answer = conversation === 'goes-on' ? answer : null;
  }

  /** The next run is told `more`, and what is only `passing`, beside what the last one didn't hear. */
  next(
    conversation: 'goes-on' | 'begins',
    more: readonly Feedback[],
    passing: readonly Feedback[] = [],
  ): void {
    this.all = distinct([...this.all, ...more]);
    this.now = distinct([...(conversation === 'goes-on' ? [...this.now, ...more] : this.all), ...passing]);
    if (conversation === 'begins') this.answer = null;
  }
}
