import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import type { AgentRunEnd, AgentRunInput, AgentRunOutcome } from '../domain/activities.ts';
import { afterRun, type Counts, NO_COUNTS, type Unfinished } from '../domain/after-run.ts';
import type { AgentDone, Feedback, Question } from '../domain/agent-protocol.ts';
import type { WaitReason } from '../domain/agent-trouble.ts';
import type { Ask } from '../domain/messages.ts';
import type { CheckpointRecord, HandOver, RunFigures } from '../domain/outcomes.ts';
import type { Phase } from '../domain/phase.ts';

import { type Placement, stopped } from './home-calls.ts';
import { otherAgentTakesOver } from './patches.ts';

/** What a session needs of whoever runs it. */
export interface SessionHost {
  readonly placement: Placement;
  /** Puts a question to people; the slot is given back meanwhile and held again on return. */
  ask(ask: Ask): Promise<{ readonly choice: string; readonly note?: string | undefined }>;
  /** Waits while the feature is paused, or nothing may be spent: before every run. */
  ready(): Promise<void>;
  /** Waits until `untilMs`, or until there is advice; the slot is given back meanwhile and held again on return. */
  wait(why: WaitReason, untilMs: number): Promise<void>;
  /** Told of every run that ended, where that has to be known at once. */
  readonly ran: (() => Promise<void>) | undefined;
  /** Advice that came since it was last taken. */
  takeAdvice(): Feedback[];
  /** Tells the scope of the run that goes on, so that advice can interrupt it. */
  running(scope: CancellationScope | undefined): void;
  /** Choices a person has when the agent gets nowhere, beside going on and stopping. */
  readonly giveUp: readonly string[];
  /** Who takes over by itself when the agent's tries are used up. */
  readonly other: HandOver['to'] | undefined;
}

/** What every run of the session is given. */
export type SessionTask = Omit<AgentRunInput, 'run' | 'feedback' | 'resume' | 'place' | 'handoff'>;

export type SessionEnd =
  | {
      readonly kind: 'done';
      readonly result: AgentDone;
      readonly commit: string;
    }
  /** A person chose one of the host's `giveUp`; or `take-over`, since a person is who the role names next. */
  | { readonly kind: 'given-up'; readonly choice: string; readonly why: string; readonly note?: string };

/** A run that wasn't interrupted. */
type FinishedRun = AgentRunOutcome & { readonly end: Exclude<AgentRunEnd, { kind: 'interrupted' }> };

const answerText = ({ choice, note }: { choice: string; note?: string | undefined }) =>
  note === undefined || note === '' ? choice : `${choice}\n\n${note}`;

const noteOf = (text: string): Feedback => ({ kind: 'note', text: text.slice(0, 8000), files: [] });
const adviceOf = (text: string): Feedback => ({ kind: 'advice', text, files: [] });

/** What is said to the agent in one piece of work; a conversation that begins is told all of it. */
class Talk {
  /** For the next run. */
  now: Feedback[];
  private readonly all: Feedback[];
  constructor(feedback: readonly Feedback[]) {
    this.now = [...feedback];
    this.all = [...feedback];
  }

  add(more: readonly Feedback[]): void {
    this.now.push(...more);
    this.all.push(...more);
  }

  /** Heard in another way by the conversation that goes on. */
  heard(one: Feedback): void {
    this.all.push(one);
  }

  /** The next run is told `more`, and what is only `passing`. */
  next(
    conversation: 'goes-on' | 'begins',
    more: readonly Feedback[],
    passing: readonly Feedback[] = [],
  ): void {
    this.all.push(...more);
    this.now = [...(conversation === 'goes-on' ? more : this.all), ...passing];
  }
}

/** The runs of one agent in one tree, one conversation as far as its runner can keep it. */
export class AgentSession {
  readonly runs: RunFigures[] = [];
  readonly checkpoints: CheckpointRecord[] = [];
  /** Set once the work went to somebody else by itself. */
  handedOver: HandOver | undefined;
  private sessionId: string | null = null;
  private run = 0;
  private agent: 'fallback' | undefined;

  /** `task` is asked before every run, since a packet may be amended between two. */
  constructor(
    private readonly phase: Phase,
    private readonly task: () => SessionTask,
    private readonly host: SessionHost,
  ) {}

  /** The next run is made by the other agent that the role names, in a conversation of its own. */
  handToOtherAgent(): void {
    this.agent = this.agent === undefined ? 'fallback' : undefined;
    this.sessionId = null;
  }

  private get conversation() {
    return this.sessionId === null ? 'begins' : 'goes-on';
  }

  /** Sends the agent to work until it is done, asking people where it can't go on by itself. */
  async work(feedback: readonly Feedback[], handoff: AgentRunInput['handoff']): Promise<SessionEnd> {
    const talk = new Talk(feedback);
    let answer: string | null = null;
    let counts = NO_COUNTS;
    for (;;) {
      await this.host.ready();
      talk.add(this.host.takeAdvice());
      const outcome = await this.once(talk.now, answer, handoff);
      answer = null;
      // Interrupted for advice; the same session goes on with it.
      if (outcome === undefined) continue;
      const { end } = outcome;
      if (end.kind === 'done') {
        const advice = this.host.takeAdvice();
        if (advice.length === 0) return { kind: 'done', result: end.result, commit: outcome.commit };
        talk.next(this.conversation, advice);
      } else if (end.kind === 'blocked') {
        const told = await this.asked(end.question);
        answer = this.sessionId === null ? null : told;
        // Without a session to go on with, the question travels with its answer.
        talk.heard(adviceOf(`You asked: ${end.question.text}\nThe answer: ${told}`));
        talk.next(this.conversation, []);
        counts = NO_COUNTS;
      } else {
        const gone = await this.goOn(end, counts, talk);
        if ('kind' in gone) return gone;
        counts = gone.counts;
      }
    }
  }

  private async asked({ text, options, recommended }: Question): Promise<string> {
    const decision = await this.host.ask({
      kind: 'question',
      prompt: text,
      options: options ?? [],
      ...(recommended !== undefined && { recommended }),
    });
    return answerText(decision);
  }

  /** After a run that came to nothing: what the next is told, in `talk`, or the session's end. */
  private async goOn(
    end: Unfinished,
    before: Counts,
    talk: Talk,
  ): Promise<{ readonly counts: Counts } | Extract<SessionEnd, { kind: 'given-up' }>> {
    const { after, counts } = this.after(end, before);
    switch (after.next) {
      case 'again':
        talk.next(this.conversation, [], [{ ...after.say, files: [] }]);
        return { counts };
      case 'wait':
        await this.host.wait(after.why, Date.now() + after.forMs);
        talk.next(
          this.conversation,
          [],
          [
            noteOf(
              'The last run broke off, since the provider took no more then. Go on from the tree as it is.',
            ),
          ],
        );
        return { counts };
      case 'hand-over': {
        const to = this.host.other ?? 'person';
        this.handedOver = { to, afterRun: this.run, why: after.why.slice(0, 2000) };
        if (to === 'person') return { kind: 'given-up', choice: 'take-over', why: after.why };
        this.handToOtherAgent();
        talk.next(
          'begins',
          [],
          [
            noteOf(
              `Another agent worked on this before and could not go on: ${after.why}\nWhat it left is in the tree.`,
            ),
          ],
        );
        return { counts: NO_COUNTS };
      }
      case 'ask': {
        const { choice, note } = await this.host.ask({
          kind: after.kind,
          prompt: `${this.task().name}: the agent can't go on (${after.what}): ${after.why}`,
          options: [after.goOn, ...this.host.giveUp, 'stop'],
        });
        if (choice === 'stop') throw stopped(`${this.task().name}: ${after.why}`);
        if (choice !== after.goOn)
          return { kind: 'given-up', choice, why: after.why, ...(note !== undefined && { note }) };
        const unsaid = after.goOn === 'retry' ? 'Try again.' : 'Go on: you may spend as much again.';
        talk.next(this.conversation, [adviceOf(note ?? unsaid)]);
        return { counts: NO_COUNTS };
      }
    }
  }

  private after(end: Unfinished, counts: Counts) {
    // Once only, and never back by itself: who fails after that is a person's to judge.
    const other = this.host.other !== undefined && this.handedOver === undefined && this.agent === undefined;
    const found = afterRun(end, counts, other);
    return found.after.next === 'hand-over' && !otherAgentTakesOver() ? afterRun(end, counts, false) : found;
  }

  /** One run; undefined where advice interrupted it. */
  private async once(
    feedback: readonly Feedback[],
    answer: string | null,
    handoff: AgentRunInput['handoff'],
  ): Promise<FinishedRun | undefined> {
    this.run += 1;
    const resume = this.sessionId === null ? null : { sessionId: this.sessionId, answer };
    const scope = new CancellationScope();
    this.host.running(scope);
    try {
      const outcome = await scope.run(() =>
        this.host.placement.call(this.summary(), (activities, place) =>
          activities[this.phase]({
            ...this.task(),
            place,
            handoff,
            run: this.run,
            feedback,
            resume,
            ...(this.agent !== undefined && { agent: this.agent }),
          }),
        ),
      );
      this.sessionId = outcome.sessionId ?? this.sessionId;
      this.runs.push(outcome.figures);
      this.checkpoints.push(...outcome.checkpoints);
      if (this.host.ran !== undefined) await this.host.ran();
      if (outcome.end.kind !== 'interrupted') return { ...outcome, end: outcome.end };
      if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled');
      return undefined;
    } catch (error) {
      // Cancelled by advice only if nothing above this scope was cancelled too.
      if (!isCancellation(error) || CancellationScope.current().consideredCancelled) throw error;
      return undefined;
    } finally {
      this.host.running(undefined);
    }
  }

  private summary(): string {
    const again = this.run === 1 ? '' : `, run ${this.run}`;
    const { packet } = this.task();
    return packet === null ? `design${again}` : `${this.phase} ${packet.id}${again}`;
  }
}
