import type { Ask } from '../domain/messages.ts';

/** What people said to a question: one of the choices that it offered. */
export interface Answer<O extends string = string> {
  readonly choice: O;
  readonly note?: string | undefined;
  readonly by: string;
}

/** Puts a question to people, and waits for days if need be; `More` is what the question says besides. */
export type AskPeople<More = unknown> = <const O extends string>(ask: Ask<O> & More) => Promise<Answer<O>>;

/** An answer that came as a message. It was held to the choices of its question, by `decisionProblem`, as it was taken. */
export const answerTo = <O extends string>(_: Ask<O>, taken: Answer): Answer<O> => taken as Answer<O>;

/** What people may choose where an agent gets nowhere, beside going on and stopping. */
export type Way = 'other-agent' | 'take-over' | 'drop';
