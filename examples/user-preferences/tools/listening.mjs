import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Enough for a cold database on a busy machine; a process that needs longer hangs. */
const START_MS = 30_000;

/**
 * The entry `{"event":"listening",…}` that a process writes to its log once it can be reached. Throws with the
 * log's end when `alive()` says that the process ended, or when it takes too long.
 */
export async function waitUntilListening(name, log, alive) {
  const deadline = Date.now() + START_MS;
  for (;;) {
    const ended = !alive();
    const text = await readFile(log, 'utf8').catch(() => '');
    const line = text.split('\n').find((candidate) => candidate.startsWith('{"event":"listening"'));
    if (line) return JSON.parse(line);
    if (ended || Date.now() > deadline) {
      throw new Error(`${name} ${ended ? 'ended' : 'did not listen'} at its start:\n${text.slice(-2_000)}`);
    }
    await sleep(20);
  }
}
