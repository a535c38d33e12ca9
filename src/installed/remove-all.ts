import { rmSync } from 'node:fs';

/** Others may still be at work in what goes: a service that its agent left, a watcher. */
const MOST_TRIES = 3;

/**
 * Removes what is at a path with all that is in it; nothing happens where there is nothing. It holds the thread up, because
 * that takes half of the processor time: for a thread of its own (`aside`).
 */
export const removeAll = async (at: string): Promise<void> => {
  rmSync(at, { recursive: true, force: true, maxRetries: MOST_TRIES });
};
