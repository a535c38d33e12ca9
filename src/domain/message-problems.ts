/**
 * Why a message that came can't be used, or undefined. Plain code, since in the workflow sandbox a thrown error
 * would block the workflow task; and anybody may send a signal.
 */
import { type ChildReport, DELIVERABLE, type Instruction } from './messages.ts';

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

type Unread = Readonly<Record<string, unknown>>;

/** Whether a report of each type has all that it says. */
const WHOLE: Readonly<Record<ChildReport['type'], (report: Unread) => boolean>> = {
  asks: ({ ask }) => texts(ask, 'kind', 'prompt') && isList((ask as Unread).options),
  submitted: (report) => texts(report, 'commit'),
  checks: () => true,
  'awaits-swap': () => true,
  returned: (report) => texts(report, 'reason'),
  waits: ({ why, untilMs }) =>
    (why === 'rate-limit' || why === 'overloaded') &&
    number(untilMs) &&
    Math.abs(untilMs as number) <= LAST_MOMENT,
  ran: ({ runs }) => Array.isArray(runs) && runs.every(isRun),
  'wants-run': () => true,
  step: (report) => texts(report, 'step'),
};
const isReportType = (type: string): type is ChildReport['type'] => Object.hasOwn(WHOLE, type);

/** Of a `ChildReport`. */
export function reportProblem(report: unknown): string | undefined {
  if (!texts(report, 'child', 'type'))
    return 'a report is sent by packets and releases: it names child and type';
  const { type } = report as { readonly type: string };
  return isReportType(type) && WHOLE[type](report as Unread)
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

/** Of a `Delivery`; what it carries is looked at by whoever takes it. */
export function deliveryProblem(delivery: unknown): string | undefined {
  const { signal } = (delivery ?? {}) as { readonly signal?: unknown };
  return DELIVERABLE.some((name) => name === signal)
    ? undefined
    : `deliver takes {"signal": "…", "argument": …} with one of the signals ${DELIVERABLE.join(', ')}`;
}

/** Of a `Ticket`. */
export const ticketProblem = (ticket: unknown): string | undefined =>
  texts(ticket, 'resource', 'holder', 'ticket') ? undefined : 'a ticket names resource, holder and ticket';

/** What keeps an instruction of each type from being followed. */
const FOLLOWED: Readonly<Record<Instruction['type'], (instruction: Unread) => string | undefined>> = {
  continue: () => undefined,
  merge: () => undefined,
  advice: (instruction) => (texts(instruction, 'message', 'by') ? undefined : 'advice names message and by'),
  amend: ({ packet }) => (texts(packet, 'id', 'objective') ? undefined : 'amend carries the packet'),
  drop: (instruction) => (texts(instruction, 'why') ? undefined : 'drop says why'),
  'ask-again': () => undefined,
  pause: () => undefined,
  resume: () => undefined,
};
const isInstructionType = (type: string): type is Instruction['type'] => Object.hasOwn(FOLLOWED, type);

/** Of an `Instruction`. */
export const instructionProblem = (instruction: unknown): string | undefined => {
  if (!texts(instruction, 'type')) return 'an instruction names its type';
  const { type } = instruction as { readonly type: string };
  return isInstructionType(type)
    ? FOLLOWED[type](instruction as Unread)
    : `there is no instruction "${type.slice(0, 40)}"`;
};
