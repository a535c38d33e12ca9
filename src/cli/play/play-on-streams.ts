import path from 'node:path';
import { createInterface } from 'node:readline';
import type { AgentTask } from '../../domain/agent-protocol.ts';
import { CommandError } from '../command-error.ts';
import { printJsonLine, say } from '../output.ts';
import { playRun } from './play-run.ts';

/** Where the recorded time doesn't matter a run still looks like one, and is over soon. */
const LONGEST_PAUSE_MS = 200;

/** Speaks the agent protocol on this process's streams, in the worktree that it was started in. @returns the exit code */
export async function playOnStreams(folder: string, speed: number | undefined): Promise<number> {
  const input = createInterface({ input: process.stdin });
  const lines = input[Symbol.asyncIterator]();
  try {
    const { value, done } = await lines.next();
    return await playRun(readTask(done ? '' : value), {
      folder: path.resolve(folder),
      worktree: process.cwd(),
      answer: async () => {
        const line = await lines.next();
        return line.done ? undefined : JSON.parse(line.value);
      },
      say: printJsonLine,
      log: say,
      pause: (ms) => (speed === undefined ? Math.min(ms, LONGEST_PAUSE_MS) : ms / speed),
    });
  } finally {
    input.close();
  }
}

function readTask(line: string): AgentTask {
  try {
    const task = JSON.parse(line) as AgentTask;
    if (typeof task.attempt === 'number') return task;
  } catch {
    // Told below.
  }
  throw new CommandError('The first line of standard input is no task of the agent protocol.');
}
