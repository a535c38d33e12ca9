import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TranscriptEntry } from '../../src/agents/transcript.ts';
import type { AgentEvent, AgentTask } from '../../src/domain/agent-protocol.ts';

/** One run of an agent, as Baton wrote down what was said in it. */
export interface SaidInRun {
  readonly at: string;
  readonly task: AgentTask;
  readonly events: readonly AgentEvent[];
  /** The session that the agent named. */
  readonly session: string | undefined;
}

type Line = TranscriptEntry & { readonly at: string };

/** The runs of a packet's agent, the first first, from the artifacts of a home. */
export async function runsOf(home: string, feature: string, packet: string): Promise<SaidInRun[]> {
  const folder = path.join(home, 'artifacts');
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const runs: SaidInRun[] = [];
  for (const file of files.filter((entry) => entry.isFile())) {
    const text = await readFile(path.join(file.parentPath, file.name), 'utf8');
    const run = text.includes('"kind":"task"') ? runIn(text) : undefined;
    if (run?.task.feature.id === feature && run.task.packet?.id === packet) runs.push(run);
  }
  return runs.sort((a, b) => a.at.localeCompare(b.at));
}

function runIn(text: string): SaidInRun | undefined {
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const first = lines.find(({ kind }) => kind === 'task');
  if (first?.kind !== 'task') return undefined;
  const events = lines.flatMap((line) => (line.kind === 'event' ? [line.event as AgentEvent] : []));
  const session = events.find(({ type }) => type === 'session');
  return {
    at: first.at,
    task: first.task as AgentTask,
    events,
    session: session?.type === 'session' ? session.id : undefined,
  };
}
