import { FAULT_NAMES, type FaultName } from './faults.ts';

/** A fault at the moment when a workflow of the reference feature reaches an event. */
export interface Trial {
  readonly workflow: string;
  readonly event: number;
  readonly fault: FaultName;
}

/** Events of each workflow of the reference feature, by its name, undisturbed. */
export type Points = Readonly<Record<string, number>>;

export const trialText = ({ workflow, event, fault }: Trial): string => `${workflow}@${event}:${fault}`;

/** Reads what {@link trialText} writes. @throws Error that says what is expected. */
export const trialOf = (text: string): Trial => {
  const found = /^([a-z]+)@(\d+):([a-z]+)$/.exec(text);
  const fault = FAULT_NAMES.find((name) => name === found?.[3]);
  if (found === null || fault === undefined)
    throw new Error(
      `"${text}" is no trial: write <workflow>@<event>:<fault>, such as api@12:worker; faults: ${FAULT_NAMES.join(', ')}`,
    );
  return { workflow: found[1] ?? '', event: Number(found[2]), fault };
};

/** Numbers from 0 to 1 that a seed fixes: mulberry32, by Tommy Ettinger, which is in the public domain. */
export const randomBy = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** Each event of each workflow with each fault, in a fixed order. */
export const allTrials = (points: Points, faults: readonly FaultName[]): Trial[] =>
  faults.flatMap((fault) => eventsOf(points).map((at) => ({ ...at, fault })));

/** Each event of each workflow once, with the faults in turn; `seed` says which of them is the first. */
export const inTurn = (points: Points, faults: readonly FaultName[], seed: number): Trial[] =>
  eventsOf(points).map((at, n) => ({ ...at, fault: faults[(n + seed) % faults.length] as FaultName }));

const eventsOf = (points: Points) =>
  Object.entries(points).flatMap(([workflow, events]) =>
    // With its last event a workflow has ended.
    Array.from({ length: Math.max(0, events - 1) }, (_, at) => ({ workflow, event: at + 1 })),
  );

/** All of `trials` in an order that `seed` fixes; any first part of it is a sample of them. */
export const shuffled = (trials: readonly Trial[], seed: number): Trial[] => {
  const random = randomBy(seed);
  const left = [...trials];
  for (let at = left.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [left[at], left[other]] = [left[other] as Trial, left[at] as Trial];
  }
  return left;
};
