import { agentOutput } from './agent-output.ts';
import { type AgentProcess, type ProcessLimits, runProcess } from './agent-process.ts';
import { readEventLine } from './event-line.ts';
import { readLines } from './line-splitter.ts';
import type { AgentRunner, AgentRunRequest } from './runner.ts';

/** The beginning of a result that was too long to be read. */
const CUT_RESULT = /^\s*\{\s*"type"\s*:\s*"result"/;

/** Runs any program that speaks the agent protocol (docs/agent-protocol.md) on its standard streams. */
export const createCommandRunner = (limits: ProcessLimits = {}): AgentRunner => ({
  name: 'command',
  run: (request, host) => runProcess(request, host, () => protocolAgent(request), limits),
});

export const commandRunner: AgentRunner = createCommandRunner();

const protocolAgent = ({ role, task }: AgentRunRequest): AgentProcess => ({
  program: role.command ?? [],
  answer: (answer) => `${JSON.stringify(answer)}\n`,
  async talk(streams) {
    streams.write(`${JSON.stringify(task)}\n`);
    await readLines(streams.output, async ({ text, cut }) => {
      streams.conversation.countLine();
      const read = cut ? ({ kind: 'log' } as const) : readEventLine(text);
      if (read.kind === 'event') return streams.report(agentOutput.event(read.event));
      streams.log(text);
      if (cut) {
        const problems = 'that line was longer than 1 MiB: it is cut, and no event';
        streams.note(problems);
        // Else the run would go on waiting for a result that it was given.
        if (CUT_RESULT.test(text)) await streams.report({ kind: 'unreadable', problems, excerpt: text });
      }
      if (read.kind === 'bad-event') {
        streams.note(`that event is not valid and was ignored:\n${read.problems}`);
        if (read.type === 'result')
          await streams.report({ kind: 'unreadable', problems: read.problems, excerpt: text });
      }
    });
  },
});
