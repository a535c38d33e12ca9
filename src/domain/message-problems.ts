/**
 * Why a message that came can't be used, or undefined. Plain code, since in the workflow sandbox a thrown error
 * would block the workflow task; and anybody may send a signal.
 */
const texts = (value: unknown, ...keys: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  keys.every((key) => typeof (value as Record<string, unknown>)[key] === 'string');

const isList = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === 'string');

/** What a date can hold, in milliseconds. */
const LAST_MOMENT = 8.64e15;

const number = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

const isRun = (value: unknown): boolean => {
  if (!texts(value, 'packet', 'role', 'runner', 'outcome', 'startedAt')) return false;
  const run = value as Record<string, unknown>;
  return (
    [run.run, run.durationMs].every(number) &&
    !Number.isNaN(Date.parse(run.startedAt as string)) &&
    [run.inputTokens, run.cachedInputTokens, run.outputTokens, run.costUsd].every(
      (known) => known === undefined || number(known),
    )
  );
};

/** Of a `ChildReport`. */
export function reportProblem(report: unknown): string | undefined {
  if (!texts(report, 'child', 'type'))
    return 'a report is sent by packets and releases: it names child and type';
  const { type, ask, untilMs, runs } = report as {
    type: string;
    ask?: { options?: unknown };
    untilMs?: unknown;
    runs?: unknown;
  };
  const whole =
    type === 'asks'
      ? texts(ask, 'kind', 'prompt') && isList(ask?.options)
      : type === 'submitted'
        ? texts(report, 'commit')
        : type === 'returned'
          ? texts(report, 'reason')
          : type === 'step'
            ? texts(report, 'step')
            : type === 'waits'
              ? ['rate-limit', 'overloaded'].includes((report as { why?: string }).why ?? '') &&
                number(untilMs) &&
                Math.abs(untilMs as number) <= LAST_MOMENT
              : type === 'ran'
                ? Array.isArray(runs) && runs.every(isRun)
                : type === 'awaits-swap' || type === 'wants-run';
  return whole
    ? undefined
    : `a report of the type "${type.slice(0, 40)}" is not complete, or there is none such`;
}

/** Of a `Progress`. */
export function progressProblem(progress: unknown): string | undefined {
  const { percent } = (progress ?? {}) as { percent?: unknown };
  return texts(progress, 'packet', 'note') && (percent === undefined || typeof percent === 'number')
    ? undefined
    : 'progress is sent by activities: {"packet": "…", "note": "…", "percent": 50}';
}

/** Of a `Ticket`. */
export const ticketProblem = (ticket: unknown): string | undefined =>
  texts(ticket, 'resource', 'holder', 'ticket') ? undefined : 'a ticket names resource, holder and ticket';

/** Of an `Instruction`. */
export const instructionProblem = (instruction: unknown): string | undefined => {
  if (!texts(instruction, 'type')) return 'an instruction names its type';
  const { type } = instruction as { type: string };
  if (type === 'advice' && !texts(instruction, 'message', 'by')) return 'advice names message and by';
  if (type === 'amend' && !texts((instruction as { packet?: unknown }).packet, 'id', 'objective'))
    return 'amend carries the packet';
  if (type === 'drop' && !texts(instruction, 'why')) return 'drop says why';
  return ['continue', 'merge', 'advice', 'amend', 'drop', 'pause', 'resume'].includes(type)
    ? undefined
    : `there is no instruction "${type.slice(0, 40)}"`;
};
