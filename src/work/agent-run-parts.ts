/** Pure parts of an agent's run: what it is told, and what its end means to the workflow. */
import type { Role } from '../agents/load-role.ts';
import type { RunnerOutcome } from '../agents/runner.ts';
import type { AgentRunEnd } from '../domain/activities.ts';
import type { AgentEvent, AgentTask, CheckpointAnswer, Feedback } from '../domain/agent-protocol.ts';
import type { CheckResult } from '../domain/checks.ts';
import type { AgentConfig } from '../domain/crew-config.ts';
import { adviceOf, checkFeedback, noteOf } from '../domain/feedback.ts';

/** What an agent's run tells whoever asked for it, and asks. */
export interface AgentRunHooks {
  readonly signal: AbortSignal;
  /**
   * Asked right before the agent is started, which a set-up may hold up for minutes; throws if it may not begin.
   * Default: it may.
   */
  begins?(): Promise<void>;
  /** Id of the workflow's execution: a packet that is begun once more counts its runs from 1 again. */
  readonly execution: string;
  /** The run's tree goes afterwards, whatever comes: what can't be committed while an outage lasts is lost with it. */
  readonly lastly?: true;
  event(event: AgentEvent): void;
  /** The agent's process and session, as soon as they are known. */
  known(facts: { readonly pid?: number; readonly sessionId?: string }): void;
}

/** The model that the role's file names is one of Claude Code's, which is whose form the file has. */
export const withModel = (config: AgentConfig, { model }: Role): AgentConfig =>
  config.runner === 'claude' && config.model === undefined && model !== undefined && model !== 'inherit'
    ? { ...config, model }
    : config;

/** The same task for a new conversation, in place of one that can't be gone on with; `earlier` is what people said there. */
export const withoutSession = (task: AgentTask, earlier: readonly Feedback[]): AgentTask => ({
  ...task,
  resume: null,
  feedback: [
    ...earlier,
    ...task.feedback,
    noteOf(
      'You worked on this before, in a session that is lost. What you had done is in the tree; go on from that.',
    ),
    ...answerAnew(task.resume, earlier),
  ],
});

/** The answer to what was asked in a session that is gone, where it isn't among what was said `earlier`. */
export const answerAnew = (resume: AgentTask['resume'], earlier: readonly Feedback[]): Feedback[] => {
  const answer = resume?.answer ?? null;
  if (answer === null || earlier.some(({ text }) => text.includes(answer))) return [];
  return [adviceOf(`The answer to what you asked there: ${answer}`)];
};

/** A red set-up is told once, also where it is why the agent is sent to work again. */
export function withRed(feedback: readonly Feedback[], failed: CheckResult): Feedback[] {
  const red = checkFeedback(failed);
  return [...feedback.filter(({ text }) => text !== red.text), red];
}

/** Of what an agent's author is told of lines that aren't events. */
const MOST_MISREAD = 2000;

export function endOf(outcome: RunnerOutcome): AgentRunEnd {
  const misread = outcome.misread === undefined ? '' : `${outcome.misread.slice(0, MOST_MISREAD)}\n`;
  const tail = `${misread}${outcome.tail.slice(-1500)}`;
  switch (outcome.kind) {
    case 'result': {
      const { result } = outcome;
      if (result.status === 'blocked') {
        const { question, further = [] } = result;
        return { kind: 'blocked', question, ...(further.length > 0 && { further }) };
      }
      if (result.status === 'failed') return { kind: 'failed', reason: result.reason };
      return { kind: 'done', result };
    }
    case 'invalid':
      return { kind: 'invalid', problems: outcome.problems.slice(0, 6000) };
    case 'no-result':
      return {
        kind: 'no-result',
        reason: `it ended without a result (exit code ${outcome.exitCode}, signal ${outcome.signal}). ${tail}`,
      };
    case 'crashed':
      return { kind: 'crashed', reason: `it ended with exit code ${outcome.exitCode}. ${tail}` };
    case 'stalled':
      return { kind: 'stalled', reason: `it was silent for its stall time and was stopped. ${tail}` };
    case 'timed-out':
      return { kind: 'timed-out', reason: `it took longer than its timeout and was stopped. ${tail}` };
    case 'cancelled':
      return { kind: 'interrupted' };
    case 'missing':
      return { kind: 'missing', reason: outcome.message };
    case 'trouble':
      return { kind: 'trouble', trouble: outcome.trouble };
    case 'over-budget':
      return { kind: 'over-budget', reason: outcome.message };
    case 'no-session':
      return { kind: 'no-result', reason: `a new session was answered as one that is lost. ${tail}` };
  }
}

/** Of a reason for people and agents: where git says more, the end of it says why. */
const MOST_OF_REASON = 1500;

/**
 * The end of a run whose tree can't be committed. An agent that says it is done hears of it, once; after that a person
 * does. Any other end stays what it is: the next one tells.
 *
 * @param told - whether the agent heard of it before, and mended it as little
 */
export function endOfRefused(end: AgentRunEnd, why: string, told: boolean): AgentRunEnd {
  if (end.kind !== 'done') return end;
  const reason = why.slice(-MOST_OF_REASON);
  return told
    ? { kind: 'failed', reason: `what it left can't be committed, and it didn't mend that: ${reason}` }
    : {
        kind: 'invalid',
        problems: `Your work can't be committed as it lies in the tree: ${reason}\nPut that right, and give your result again.`,
      };
}

/** What an agent is told of its checkpoint. */
export const madeCheckpoint = (commit: string, checks: readonly CheckResult[]): CheckpointAnswer => ({
  type: 'checkpoint',
  commit,
  checks: checks.map(({ name, passed, exitCode, durationMs, tests, failing, tail }) => ({
    name,
    passed,
    exitCode,
    durationMs,
    tests: tests && { total: tests.total, passing: tests.passing, failing: tests.failing },
    failing,
    output: tail,
  })),
});

/** What an agent is told whose checkpoint can't be made: it is red, at the last commit. */
export const refusedCheckpoint = (commit: string, why: string): CheckpointAnswer => ({
  type: 'checkpoint',
  commit,
  checks: [
    {
      name: 'commit',
      passed: false,
      exitCode: -1,
      durationMs: 0,
      tests: null,
      failing: [],
      output: `[baton] what is in the tree can't be committed: ${why.slice(-MOST_OF_REASON)}`,
    },
  ],
});

/** What an agent is told beside its role of the folder that it begins in. */
export const withRootWords = (prompt: string, root: string): string =>
  root === ''
    ? prompt
    : `${prompt}\n\nYou begin in ${root}, a folder of a larger repository: it is the root of this feature. All paths are named from ` +
      'there, also in your result. You may read all of the repository. Nothing outside of the root may change but lock files above it.';
