import { type Remark, remarkText } from '../../agents/remarks.ts';
import type { RunnerOutcome } from '../../agents/runner.ts';
import type { AgentEvent } from '../../domain/agent-protocol.ts';
import { fellBelow } from '../../domain/prices.ts';
import { CHECK } from './check-task.ts';

/** What was found about a run; with problems the agent can't work, or not as its author thinks. */
export interface RunFinding {
  readonly level: 'problem' | 'remark';
  /** Of the stream's lines, from 1; absent: it is about the run. */
  readonly line?: number;
  readonly stream?: Remark['stream'];
  readonly text: string;
}

/** A run of an agent that is checked. */
export interface CheckedRun {
  readonly resumed: string | null;
  readonly events: readonly AgentEvent[];
  readonly outcome: RunnerOutcome;
  /** Its program had ended while a checkpoint was made. */
  readonly leftCheckpoint: boolean;
  readonly committed: boolean;
}

const problem = (text: string): RunFinding => ({ level: 'problem', text });
const remark = (text: string): RunFinding => ({ level: 'remark', text });

/** What is wrong with a run, and what is only odd, in the order of its lines. */
export function findingsOf(run: CheckedRun): RunFinding[] {
  const { outcome } = run;
  if (outcome.kind === 'missing') return endFindings(outcome);
  return [
    ...(outcome.remarks ?? []).map(
      (one): RunFinding => ({
        level: one.read ? 'remark' : 'problem',
        line: one.line,
        stream: one.stream,
        text: remarkText(one),
      }),
    ),
    ...endFindings(outcome),
    ...sessionFindings(run),
    ...checkpointFindings(run),
    ...usageFindings(run),
    ...(run.committed
      ? [
          remark(
            'it made commits of its own: Baton takes what is in the tree, and its commits count for nothing',
          ),
        ]
      : []),
  ];
}

function endFindings(outcome: RunnerOutcome): RunFinding[] {
  const tail = outcome.tail === '' ? '' : ` Its last lines: ${outcome.tail.slice(-500)}`;
  switch (outcome.kind) {
    case 'result':
      return [...resultFindings(outcome.result), ...exitFindings(outcome)];
    case 'invalid':
      // The line says so already.
      return exitFindings(outcome);
    case 'no-result':
      return [
        problem(
          `it ended without a result (exit code ${outcome.exitCode}, signal ${outcome.signal}): the last event has to be one.${tail}`,
        ),
      ];
    case 'crashed':
      return [problem(`it ended with exit code ${outcome.exitCode} and no result.${tail}`)];
    case 'stalled':
      return [
        problem(
          `it was silent for the stall time: send progress, or \`ping\` while it has nothing to say.${tail}`,
        ),
      ];
    case 'timed-out':
      return [problem(`it was not done within the time of a run.${tail}`)];
    case 'missing':
      return [problem(outcome.message)];
    case 'trouble':
      return [problem(`something is in its way (${outcome.trouble.kind}): ${outcome.trouble.message}`)];
    case 'over-budget':
      return [problem(outcome.message)];
    case 'no-session':
    case 'cancelled':
      return [problem(`it was ended: ${outcome.kind}`)];
  }
}

function resultFindings(result: Extract<RunnerOutcome, { kind: 'result' }>['result']): RunFinding[] {
  if (result.status === 'failed') return [problem(`it gave up: ${result.reason}`)];
  if (result.status === 'done') return [];
  const { options = [], recommended } = result.question;
  return recommended !== undefined && options.length > 0 && !options.includes(recommended)
    ? [remark(`it recommends "${recommended}", which is none of its options`)]
    : [];
}

const exitFindings = (outcome: { readonly exit?: string }): RunFinding[] =>
  outcome.exit === undefined
    ? []
    : [remark(`it ended with ${outcome.exit} after its result: end with exit code 0`)];

function sessionFindings({ events, resumed }: CheckedRun): RunFinding[] {
  const ids = events.flatMap((event) => (event.type === 'session' ? [event.id] : []));
  if (resumed !== null && ids.some((id) => id !== resumed))
    return [
      remark(
        'its session has another id when it is resumed: the newest counts, and its figures begin at zero',
      ),
    ];
  return resumed === null && ids.length === 0
    ? [remark('it reported no session: it is started anew for an answer, feedback, or after a crash')]
    : [];
}

function checkpointFindings({ events, leftCheckpoint }: CheckedRun): RunFinding[] {
  const unknown = events.flatMap((event) =>
    event.type === 'checkpoint' ? (event.run ?? []).filter((name) => name !== CHECK.name) : [],
  );
  return [
    ...unknown.map((name) =>
      problem(`a checkpoint asks for the check "${name}", which isn't among the task's \`checks\``),
    ),
    ...(leftCheckpoint
      ? [problem('it ended while its checkpoint was made: wait for the answer, a line on standard input')]
      : []),
  ];
}

function usageFindings({ events }: CheckedRun): RunFinding[] {
  const figures = events.flatMap((event) => (event.type === 'usage' ? [event] : []));
  return figures.some((one, index) => fellBelow(figures[index - 1] ?? {}, one))
    ? [problem('its usage fell within the run: figures are totals, and only grow')]
    : [];
}
