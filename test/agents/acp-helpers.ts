import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAcpRunner } from '../../src/agents/acp.ts';
import type { AgentRunRequest } from '../../src/agents/runner.ts';
import type { AgentConfig } from '../../src/domain/crew-config.ts';
import { jsonLines } from '../support/json-lines.ts';
import { doneResult, recordingHost, requestFor } from './helpers.ts';

export const runner = createAcpRunner({ resultGraceMs: 2000, endGraceMs: 500 });
export const AGENT = join(import.meta.dirname, '../support/acp-agent.mjs');

/** What the scripted agent does; see its file. */
interface Script {
  readonly steps: readonly Readonly<Record<string, unknown>>[];
  readonly [option: string]: unknown;
}

type More = Partial<Omit<AgentRunRequest, 'role'>> & { readonly role?: Partial<AgentConfig> };

/** A request to run the scripted agent on the runner `acp`. */
export function acpRequest(script: Script, { role = {}, ...more }: More = {}): AgentRunRequest {
  const request = requestFor('', more);
  const command = [process.execPath, AGENT, JSON.stringify(script)];
  return {
    ...request,
    role: { runner: 'acp', command, stall: 60_000, timeout: 60_000, env: [], ...role } as AgentConfig,
  };
}

export const run = (request: AgentRunRequest, host = recordingHost().host) => runner.run(request, host);
export const done = { result: doneResult };

/** What Baton asked and answered the agent, oldest first. */
export const heard = ({ home }: Pick<AgentRunRequest, 'home'>): Record<string, unknown>[] =>
  jsonLines(readFileSync(join(home, 'acp-agent.jsonl'), 'utf8'));

/** The same agent's next run, in its session of before. */
export async function resumed(first: Script, second: Script, answer: string | null = 'Blue.') {
  const before = acpRequest(first);
  const { sessionId = 'none' } = await run(before);
  const { cwd, home, task } = before;
  const more = { cwd, home, task: { ...task, resume: { sessionId, answer } } };
  return { sessionId, request: acpRequest(second, more) };
}
