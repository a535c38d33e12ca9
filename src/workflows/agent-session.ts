import { CancellationScope, CancelledFailure, isCancellation } from '@temporalio/workflow';
import type { AgentRunEnd, AgentRunInput, AgentRunOutcome } from '../domain/activities.ts';
import type { AgentDone, Feedback } from '../domain/agent-protocol.ts';
import type { Ask } from '../domain/messages.ts';
import type { CheckpointRecord, RunFigures } from '../domain/outcomes.ts';
import type { Phase } from '../domain/phase.ts';

import { type Placement, stopped } from './home-calls.ts';

/** Results refused by their schema in a row before a person is asked. */
const MAX_INVALID_RESULTS = 3;
/** Crashes, stalls and runs without a result in a row before a person is asked. */
const MAX_FAILED_RUNS = 3;

/** What a session needs of whoever runs it. */
export interface SessionHost {
  readonly placement: Placement;
  /** Puts a question to people; the slot is given back meanwhile and held again on return. */
  ask(ask: Ask): Promise<{ readonly choice: string; readonly note?: string | undefined }>;
  /** Waits while the feature is paused. */
  ready(): Promise<void>;
  /** Advice that came since it was last taken. */
  takeAdvice(): Feedback[];
  /** Tells the scope of the run that goes on, so that advice can interrupt it. */
  running(scope: CancellationScope | undefined): void;
  /** Choices a person has when the agent gets nowhere, beside retrying and stopping. */
  readonly giveUp: readonly string[];
}

/** What every run of the session is given. */
export type SessionTask = Omit<AgentRunInput, 'run' | 'feedback' | 'resume' | 'place' | 'handoff'>;

export type SessionEnd =
  | {
      readonly kind: 'done';
      readonly result: AgentDone;
      readonly commit: string;
    }
  /** A person chose one of the host's `giveUp`. */
  | { readonly kind: 'given-up'; readonly choice: string; readonly why: string; readonly note?: string };

/** A run that wasn't interrupted. */
type FinishedRun = AgentRunOutcome & { readonly end: Exclude<AgentRunEnd, { kind: 'interrupted' }> };

const answerText = ({ choice, note }: { choice: string; note?: string | undefined }) =>
  note === undefined || note === '' ? choice : `${choice}\n\n${note}`;

/** The runs of one agent in one tree, one conversation as far as its runner can keep it. */
export class AgentSession {
  readonly runs: RunFigures[] = [];
  readonly checkpoints: CheckpointRecord[] = [];
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

  /** Sends the agent to work until it is done, asking people where it can't go on by itself. */
  async work(feedback: readonly Feedback[], handoff: AgentRunInput['handoff']): Promise<SessionEnd> {
    let say: Feedback[] = [...feedback];
    let answer: string | null = null;
    let invalid = 0;
    let failures = 0;
    for (;;) {
      await this.host.ready();
      say.push(...this.host.takeAdvice());
      const outcome = await this.once(say, answer, handoff);
      if (outcome === undefined) {
        // Interrupted for advice; the same session goes on with it.
        answer = null;
        continue;
      }
      const { end } = outcome;
      if (end.kind === 'done') {
        const advice = this.host.takeAdvice();
        if (advice.length === 0) return { kind: 'done', result: end.result, commit: outcome.commit };
        say = advice;
        answer = null;
        continue;
      }
      if (end.kind === 'blocked') {
        const { text, options, recommended } = end.question;
        const decision = await this.host.ask({
          kind: 'question',
          prompt: text,
          options: options ?? [],
          ...(recommended !== undefined && { recommended }),
        });
        answer = this.sessionId === null ? null : answerText(decision);
        // Without a session to go on with, the question travels with its answer.
        say =
          answer === null
            ? [{ kind: 'advice', text: `You asked: ${text}\nThe answer: ${answerText(decision)}`, files: [] }]
            : [];
        invalid = failures = 0;
        continue;
      }
      answer = null;
      if (end.kind === 'invalid' && ++invalid <= MAX_INVALID_RESULTS) {
        say = [{ kind: 'schema', text: end.problems, files: [] }];
        continue;
      }
      const why = end.kind === 'invalid' ? `its result is refused:\n${end.problems}` : end.reason;
      const again = end.kind !== 'failed' && end.kind !== 'missing' && end.kind !== 'invalid';
      if (again && ++failures <= MAX_FAILED_RUNS) {
        say = [
          {
            kind: 'note',
            text: `The last run ended early: ${why}. Go on from the tree as it is.`,
            files: [],
          },
        ];
        continue;
      }
      const decision = await this.host.ask({
        kind: end.kind === 'missing' ? 'environment' : 'failing-packet',
        prompt: `${this.task().name}: the agent can't go on (${end.kind}): ${why}`,
        options: ['retry', ...this.host.giveUp, 'stop'],
      });
      if (decision.choice === 'stop') throw stopped(`${this.task().name}: ${why}`);
      if (decision.choice !== 'retry') {
        const { choice, note } = decision;
        return { kind: 'given-up', choice, why, ...(note !== undefined && { note }) };
      }
      say = [{ kind: 'advice', text: decision.note ?? 'Try again.', files: [] }];
      invalid = failures = 0;
    }
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
