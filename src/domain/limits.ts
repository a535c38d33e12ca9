/** What a Temporal server takes of one workflow, by default: beyond it signals are refused, or the workflow is terminated. */
export const SERVER_EVENTS = 51_200;
const SERVER_BYTES = 50 * 1024 * 1024;
export const SERVER_SIGNALS = 10_000;

/**
 * Messages to agents that a feature passes on in all. Each costs it nine events; nine thousand more messages that come
 * one by one and are refused cost four each, and all of that still leaves room for the feature's own work.
 */
export const MAX_PASSED_ON = 1_000;
/** Messages that may wait for one packet, or the designer, at a time: as many as an agent may be told at once. */
export const MAX_WAITING_MESSAGES = 20;
/** Characters of a message to an agent, as of a decision's note. */
export const MAX_MESSAGE = 4_000;
/** Characters of a name in a message: of a packet, or of who sends it. */
export const MAX_NAME = 200;

/** How much a workflow's history holds. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

/** Beyond this share nobody's advice is passed on; the rest is for the work itself. */
const NO_ADVICE_SHARE = 0.6;
/** At this share a feature ends itself: to end takes some thousand events where hundreds of packets are under way. */
const END_SHARE = 0.9;

const share = ({ events, bytes }: HistorySize): number =>
  Math.max(events / SERVER_EVENTS, bytes / SERVER_BYTES);

const sizeText = ({ events, bytes }: HistorySize): string =>
  `${events} events and ${(bytes / 1024 / 1024).toFixed(1)} MB, and the server ends a workflow at ${SERVER_EVENTS} events or 50 MB`;

/** Why a feature passes no more messages on to agents, or undefined. `passedOn`: how many it has. */
export function adviceProblem(history: HistorySize, passedOn: number): string | undefined {
  if (passedOn >= MAX_PASSED_ON)
    return `${passedOn} messages were passed on already, which is all that a feature takes: decide its items, or amend the packet by baton plan`;
  if (share(history) >= NO_ADVICE_SHARE)
    return `the feature's history has ${sizeText(history)}: what is left is kept for its own work`;
  return undefined;
}

/** Why a feature has to end, or undefined. */
export const fullHistory = (history: HistorySize): string | undefined =>
  share(history) >= END_SHARE
    ? `the feature's history has ${sizeText(history)}. Its work stays on its branches: start what is left as a feature of its own`
    : undefined;
