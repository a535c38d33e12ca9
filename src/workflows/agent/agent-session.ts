import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import type { AgentRunEnd, AgentRunInput, AgentRunOutcome } from '../../domain/activities.ts';
import { afterRun, type Counts, heardIn, NO_COUNTS, type Unfinished } from '../../domain/after-run.ts';
import type { AgentDone, Feedback, Question } from '../../domain/agent-protocol.ts';
import type { WaitReason } from '../../domain/agent-trouble.ts';
import { adviceOf, noteOf } from '../../domain/feedback.ts';
import type { Place } from '../../domain/messages.ts';
import type { CheckpointRecord, HandOver, RunFigures } from '../../domain/outcomes.ts';
import type { Phase } from '../../domain/phase.ts';
import type { Answer, AskPeople, Way } from '../asking.ts';
import { otherAgentTakesOver, questionsBounded, questionsStay, unheardRunsAsked } from '../patches.ts';
import type { Placement } from '../placement.ts';
import { failureType, stopped } from '../stopping.ts';
import { Talk } from './talk.ts';

/** What a session needs of whoever runs it. */
export interface SessionHost {
  readonly placement: Placement;
  /** Puts a question to people; the slot is given back meanwhile and held again on return. */
  readonly ask: AskPeople;
  /** Several questions may be open at once, since nothing has to be taken back after each. */
  readonly asksTogether?: true;
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
  readonly giveUp: readonly Way[];
  /** Who takes over by itself when the agent's tries are used up. */
  readonly other: HandOver['to'] | undefined;
}

/** What every run of the session is given. */
export type SessionTask = Omit<
  AgentRunInput,
  'run' | 'feedback' | 'resume' | 'place' | 'handoff' | 'unheard'
>;

export type SessionEnd =
  | {
      readonly kind: 'done';
      readonly result: AgentDone;
      readonly commit: string;
    }
  /** A person chose one of the host's `giveUp`; or `take-over`, since a person is who the role names next. */
  | { readonly kind: 'given-up'; readonly choice: Way; readonly why: string; readonly note?: string };

/** A run that wasn't interrupted. */
type FinishedRun = AgentRunOutcome & { readonly end: Exclude<AgentRunEnd, { kind: 'interrupted' }> };

/** Stands for a scope where there is none of its own. */
const UNSCOPED = { run: <T>(work: () => Promise<T>): Promise<T> => work() };

const answerText = ({ choice, note }: Answer) =>
  note === undefined || note === '' ? choice : `${choice}\n\n${note}`;

/** What an agent asked, and what it is told: of several questions each with its answer. */
const questionsAndAnswers = (
  questions: readonly Question[],
  answers: readonly string[],
): readonly [question: string, answer: string] =>
  questions.length === 1
    ? [questions[0]?.text ?? '', answers[0] ?? '']
    : [
        questions.map(({ text }, at) => `${at + 1}. ${text}`).join('\n'),
        questions.map(({ text }, at) => `${at + 1}. ${text}\nThe answer: ${answers[at]}`).join('\n\n'),
      ];

/** Questions in one piece of work that the start's choices may answer: an agent that only ever asks would run for ever. */
const ANSWERED_BY_THEMSELVES = 10;

/** The runs of one agent in one tree, one conversation as far as its runner can keep it. */
export class AgentSession {
  readonly runs: RunFigures[] = [];
  readonly checkpoints: CheckpointRecord[] = [];
  /** Set once the work went to somebody else by itself. */
  handedOver: HandOver | undefined;
  private sessionId: string | null = null;
  private run = 0;
  private agent: 'fallback' | undefined;
  /** Over all pieces of work: what was said in one may still have to be heard in the next. */
  private readonly talk = new Talk();

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

  /**
   * One short run that only asks people what the request leaves open. Whatever else comes of it, the work goes on in the
   * same conversation.
   *
   * @param handsIn - whether a result is the work already, which isn't paid for twice
   */
  async look(
    feedback: readonly Feedback[],
    { note, handsIn }: { readonly note: Feedback; readonly handsIn: (result: AgentDone) => boolean },
  ): Promise<Extract<SessionEnd, { kind: 'done' }> | undefined> {
    const { talk } = this;
    talk.begin(this.conversation, feedback);
    talk.next(this.conversation, [], [note]);
    for (;;) {
      await this.host.ready();
      talk.add(this.host.takeAdvice());
      const outcome = await this.once(null, { looks: true });
      if (outcome === undefined) continue;
      if (heardIn(outcome)) talk.heard();
      const { end } = outcome;
      if (end.kind === 'blocked') {
        const all = [end.question, ...(end.further ?? [])];
        talk.answered(this.conversation, ...questionsAndAnswers(all, await this.askedAll(all, 1)));
      }
      return end.kind === 'done' && handsIn(end.result)
        ? { kind: 'done', result: end.result, commit: outcome.commit }
        : undefined;
    }
  }

  /** Sends the agent to work until it is done, asking people where it can't go on by itself. */
  async work(feedback: readonly Feedback[], handoff: AgentRunInput['handoff']): Promise<SessionEnd> {
    const { talk } = this;
    talk.begin(this.conversation, feedback);
    let counts = NO_COUNTS;
    let questions = 0;
    for (;;) {
      await this.host.ready();
      talk.add(this.host.takeAdvice());
      const outcome = await this.once(handoff);
      // Interrupted for advice: the same session goes on with it, and is told again what it may not have heard. Or held
      // back: that run begins once the feature is resumed.
      if (outcome === undefined) continue;
      if (heardIn(outcome)) talk.heard();
      const { end } = outcome;
      if (end.kind === 'done') {
        const advice = this.host.takeAdvice();
        if (advice.length === 0) return { kind: 'done', result: end.result, commit: outcome.commit };
        talk.next(this.conversation, advice);
      } else if (end.kind === 'blocked') {
        questions += 1;
        const all = [end.question, ...(end.further ?? [])];
        const answers = await this.askedAll(all, questions);
        talk.answered(this.conversation, ...questionsAndAnswers(all, answers));
        counts = NO_COUNTS;
      } else {
        const gone = await this.goOn(end, counts);
        if ('kind' in gone) return gone;
        counts = gone.counts;
      }
    }
  }

  /** Several questions are open at once if no slot has to be held again after each. */
  private async askedAll(questions: readonly Question[], count: number): Promise<string[]> {
    if (this.host.asksTogether) return Promise.all(questions.map((each) => this.asked(each, count)));
    const answers: string[] = [];
    for (const each of questions) answers.push(await this.asked(each, count));
    return answers;
  }

  private async asked({ text, options, recommended }: Question, count: number): Promise<string> {
    const tooMany = count > ANSWERED_BY_THEMSELVES && questionsBounded();
    const decision = await this.host.ask({
      kind: 'question',
      prompt: text,
      options: options ?? [],
      ...(recommended !== undefined && !tooMany && { recommended }),
    });
    return answerText(decision);
  }

  /** After a run that came to nothing: the next one is told why, or the session ends. */
  private async goOn(
    end: Unfinished,
    before: Counts,
  ): Promise<{ readonly counts: Counts } | Extract<SessionEnd, { kind: 'given-up' }>> {
    const { talk } = this;
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
        if (choice !== 'retry' && choice !== 'go-on')
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

  /** One run; undefined if advice interrupted it, or a pause came before its agent began. */
  private async once(
    handoff: AgentRunInput['handoff'],
    more: Pick<AgentRunInput, 'looks'> = {},
  ): Promise<FinishedRun | undefined> {
    this.run += 1;
    let unheard: true | undefined;
    let last: AgentRunInput | undefined;
    for (;;) {
      const scope = new CancellationScope();
      // A question about it is for people to close; after a `retry` the run is interrupted before it begins.
      const [around, within] = questionsStay() ? [UNSCOPED, scope] : [scope, UNSCOPED];
      this.host.running(scope);
      let outcome: AgentRunOutcome;
      try {
        outcome = await around.run(() =>
          this.host.placement.call(
            this.summary(unheard),
            (activities, place) =>
              within.run(() => {
                const input = { ...this.given(place, handoff), ...more, ...(unheard && { unheard }) };
                if (!scope.consideredCancelled) last = input;
                return activities[this.phase](input);
              }),
            (type) => type === 'HeldBack',
          ),
        );
      } catch (error) {
        if (failureType(error) === 'HeldBack') {
          // The number of a run that was given up isn't used again: nobody else may take what is noted under it.
          if (!unheard) this.run -= 1;
          return undefined;
        }
        // Its agent may have been at work, or done: what it came to comes before what is said or done next.
        const asked = last !== undefined && unheardRunsAsked();
        // Cancelled by advice only if nothing above this scope was cancelled too.
        if (!isCancellation(error) || CancellationScope.current().consideredCancelled) {
          if (asked) await this.hearLast(last as AgentRunInput);
          throw error;
        }
        if (!asked) return undefined;
        unheard = true;
        continue;
      } finally {
        this.host.running(undefined);
      }
      return await this.heard(outcome);
    }
  }

  /** What came of a run that no other comes after. Its tree goes, so what it left has to be kept before. */
  private hearLast(input: AgentRunInput): Promise<void> {
    return CancellationScope.nonCancellable(() =>
      this.host.placement.attempt(this.summary(true), async (activities, place) => {
        const outcome = await activities.removeTree({ ...input, place, unheard: true });
        if (!outcome) return;
        this.runs.push(outcome.figures);
        this.checkpoints.push(...outcome.checkpoints);
      }),
    );
  }

  private given(place: Place, handoff: AgentRunInput['handoff']): AgentRunInput {
    const { now: feedback, answer, earlier } = this.talk;
    const resume = this.sessionId === null ? null : { sessionId: this.sessionId, answer };
    return {
      ...this.task(),
      place,
      handoff,
      run: this.run,
      feedback,
      resume,
      ...(resume !== null && earlier.length > 0 && { earlier }),
      ...(this.agent !== undefined && { agent: this.agent }),
    };
  }

  private async heard(outcome: AgentRunOutcome): Promise<FinishedRun | undefined> {
    this.sessionId = outcome.sessionId ?? this.sessionId;
    this.runs.push(outcome.figures);
    this.checkpoints.push(...outcome.checkpoints);
    if (this.host.ran !== undefined) await this.host.ran();
    if (outcome.end.kind !== 'interrupted') return { ...outcome, end: outcome.end };
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled');
    return undefined;
  }

  private summary(unheard?: true): string {
    const again = this.run === 1 ? '' : `, run ${this.run}`;
    const { packet } = this.task();
    const run = packet === null ? `design${again}` : `${this.phase} ${packet.id}${again}`;
    return unheard ? `what came of ${run}` : run;
  }
}
