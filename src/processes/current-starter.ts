import { startHere } from './start-here.ts';
import type { Starter } from './starter.ts';

let current: Starter = startHere;

/** What starts processes. Default: this process itself, which is right for one that is small and soon ends. */
export const starter = (): Starter => current;

/** Has all further processes started by `other`. */
export const startThrough = (other: Starter): void => {
  current = other;
};
