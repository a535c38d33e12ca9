import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './inside.ts';

/** What the file system says if others are at work in what goes: a service that its agent left, a watcher. */
const OTHERS_AT_WORK = new Set(['ENOTEMPTY', 'EBUSY', 'EPERM', 'EMFILE', 'ENFILE']);
const MOST_TRIES = 4;
/** As long as a watcher takes to write what it saw. */
const AGAIN_MS = 100;

/**
 * Removes what is at a path with all that is in it; nothing happens where there is nothing. It holds the thread up, because
 * that takes half of the processor time: for a thread of its own (`aside`). Begun anew by itself, as Node's own tries in
 * that form list no folder a second time.
 */
export const removeAll = async (at: string): Promise<void> => {
  for (let tried = 1; ; tried += 1) {
    try {
      rmSync(at, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tried === MOST_TRIES || !OTHERS_AT_WORK.has(codeOf(error))) throw error;
      await sleep(AGAIN_MS * tried);
    }
  }
};
