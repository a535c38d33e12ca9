import { randomUUID } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentRunHost, AgentRunRequest } from '../../src/agents/runner.ts';
import type { AgentEvent, AgentTask, CheckpointAnswer } from '../../src/domain/agent-protocol.ts';
import { basicEnv, temporaryFolder } from '../processes/helpers.ts';
import { jsonLines } from '../support/json-lines.ts';

export const doneResult = { status: 'done', summary: 'all done' };

/** What any agent may be given. */
export const sampleTask: AgentTask = {
  protocol: 1,
  feature: { id: 'prefs', request: 'Users can save preferences' },
  role: 'tdd-typescript',
  instructions: 'Work test-first.',
  phase: 'implement',
  packet: null,
  given: [],
  handoff: null,
  attempt: 1,
  resume: null,
  feedback: [],
  checks: ['test'],
  resultSchema: {},
};

/** A request to run `script` (JavaScript with `say`, `nextLine`, `result` at hand) as the agent. */
export function requestFor(
  script: string,
  more: Partial<Omit<AgentRunRequest, 'role'>> & { command?: string[]; secretNames?: string[] } = {},
): AgentRunRequest {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'agent.mjs'), `${PRELUDE}\n${script}\n`);
  const { command = [process.execPath, 'agent.mjs'], secretNames = [], ...rest } = more;
  return {
    task: sampleTask,
    role: { runner: 'command', command, stall: 60_000, timeout: 60_000, env: secretNames },
    cwd,
    home: temporaryFolder(),
    env: basicEnv(),
    runId: randomUUID(),
    stallMs: 20_000,
    timeoutMs: 30_000,
    signal: new AbortController().signal,
    transcriptFile: join(temporaryFolder(), 'transcript.jsonl'),
    spent: {},
    ...rest,
  };
}

const PRELUDE = `
import { createInterface } from 'node:readline';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const nextLine = async () => JSON.parse((await lines.next()).value ?? 'null');
const say = (event) => process.stdout.write(JSON.stringify(event) + '\\n');
const result = (value = ${JSON.stringify(doneResult)}) => say({ type: 'result', result: value });
const forever = () => setInterval(() => {}, 1000);
`;

export const answer: CheckpointAnswer = { type: 'checkpoint', commit: 'c0ffee', checks: [] };

/** A host that notes the order of everything it is told. */
export function recordingHost(more: Partial<AgentRunHost> = {}) {
  const calls: string[] = [];
  const events: AgentEvent[] = [];
  const host: AgentRunHost = {
    started: ({ pid }) => void calls.push(`started ${pid > 0}`),
    session: ({ id }) => void calls.push(`session ${id}`),
    result: () => undefined,
    event: (event) => {
      calls.push(`event ${event.type}`);
      events.push(event);
    },
    checkpoint: async ({ message, run }) => {
      calls.push(`checkpoint ${message} [${run}]`);
      return answer;
    },
    ...more,
  };
  return { host, calls, events };
}

export const transcriptOf = async (request: AgentRunRequest) =>
  jsonLines<{ at: string; kind: string; text?: string; event?: AgentEvent }>(
    await readFile(request.transcriptFile, 'utf8'),
  );

/** An executable file. */
export function executable(folder: string, name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  chmodSync(file, 0o755);
  return file;
}
