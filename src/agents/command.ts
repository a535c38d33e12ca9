import { basename } from 'node:path';
import type { AgentEvent } from '../domain/agent-protocol.ts';
import type { TroubleKind } from '../domain/agent-trouble.ts';
import { type AgentOutput, agentOutput } from './agent-output.ts';
import { type AgentProcess, type AgentStreams, type ProcessLimits, runProcess } from './agent-process.ts';
import { troubleOf } from './classify-trouble.ts';
import type { Conversation } from './conversation.ts';
import { type Dress, undressed } from './event-dress.ts';
import { EventReader, type ReadEvent } from './event-reader.ts';
import { LastWords } from './last-words.ts';
import { readLines } from './line-splitter.ts';
import { looksLikeEvent } from './looks-like-event.ts';
import { retryAfterIn } from './retry-after.ts';
import type { AgentRunner, AgentRunRequest } from './runner.ts';

/** The beginning of a result that was too long to be read. */
const CUT_RESULT = /^\s*\{\s*"type"\s*:\s*"result"/;

/** Who says this is at work again, whatever was in the way. */
const GOES_ON: readonly AgentEvent['type'][] = ['progress', 'checkpoint', 'result'];

function outputOf(event: AgentEvent, name: string): AgentOutput {
  if (event.type === 'ping') return agentOutput.alive;
  if (event.type !== 'trouble') return agentOutput.event(event);
  const { kind, message, retryAfter } = event;
  const wish = typeof retryAfter === 'string' ? retryAfterIn(`retry in ${retryAfter}`) : undefined;
  const ms = typeof retryAfter === 'number' ? retryAfter * 1000 : (wish ?? retryAfterIn(message));
  return agentOutput.trouble(troubleOf(kind, name, message, ms));
}

const DRESS: Readonly<Record<Dress, string>> = {
  'byte order mark': 'a byte order mark before it',
  'control characters': 'colours or control characters around it',
  'prefix of a logger': "a logger's prefix before it",
  'progress bar': 'a progress bar before it',
  'several on a line': 'others on its line',
  'over several lines': 'being printed over several lines',
};

/** Runs any program that speaks the agent protocol (docs/agent-protocol.md) on its standard streams. */
export const createCommandRunner = (limits: ProcessLimits = {}): AgentRunner => ({
  name: 'command',
  run: (request, host) => runProcess(request, host, () => protocolAgent(request), limits),
});

export const commandRunner: AgentRunner = createCommandRunner();

function protocolAgent({ role, task }: AgentRunRequest): AgentProcess {
  const lastWords = new LastWords();
  const name = basename(role.command?.[0] ?? 'the agent');
  let conversation: Conversation | undefined;
  // What it said itself is nearer than what its log sounds like.
  const inTheWay = (only?: TroubleKind) =>
    conversation?.trouble === undefined && conversation?.given === undefined
      ? lastWords.trouble(name, only)
      : [];
  return {
    program: role.command ?? [],
    totalsOfSession: true,
    answer: (answer) => `${JSON.stringify(answer)}\n`,
    async talk(streams) {
      conversation = streams.conversation;
      streams.write(`${JSON.stringify(task)}\n`);
      const reader = new EventReader();
      const take = async (read: Iterable<ReadEvent>) => {
        for (const one of read) await taken(one, streams, lastWords, name);
      };
      await readLines(streams.output, async (line) => {
        streams.conversation.countLine();
        await take(reader.line(line));
      });
      await take(reader.end());
    },
    errorLine(text, line, { remarks }) {
      const { text: plain } = undressed(text);
      lastWords.push(plain);
      if (looksLikeEvent(plain)) remarks.add({ stream: 'stderr', line, text: ON_STDERR, read: false });
      return [];
    },
    // With exit code 0 it may have ended on purpose, and its log tell of somebody else's trouble.
    ended: ({ code }) => inTheWay(code ? undefined : 'rate-limit'),
    silent: () => inTheWay('rate-limit'),
  };
}

const ON_STDERR = 'it stands on standard error, which is log: write events on standard output';

async function taken(
  read: ReadEvent,
  streams: AgentStreams,
  lastWords: LastWords,
  name: string,
): Promise<void> {
  const { remarks } = streams.conversation;
  const { line } = read;
  const remark = (text: string) => remarks.add({ stream: 'stdout', line, text, read: false });
  if (read.kind === 'event') {
    for (const dress of read.dress)
      remarks.add({
        stream: 'stdout',
        line,
        text: `an event was read in spite of ${DRESS[dress]}`,
        read: true,
      });
    await streams.report(outputOf(read.event, name));
    if (!GOES_ON.includes(read.event.type)) return;
    lastWords.clear();
    if (streams.conversation.trouble !== undefined) await streams.report({ kind: 'trouble-passed' });
    const { given } = streams.conversation;
    if (read.event.type === 'result' && given?.kind === 'invalid')
      remark(`the result is refused: ${given.problems}`);
    return;
  }
  streams.log(read.text);
  lastWords.push(undressed(read.text).text);
  if (read.kind === 'bad-event') {
    remark(`it is not valid and was ignored: ${read.problems}`);
    if (read.type === 'result')
      await streams.report({ kind: 'unreadable', problems: read.problems, excerpt: read.text });
    return;
  }
  if (read.almost !== undefined) remark(read.almost);
  if (read.type !== undefined) remarks.otherType(read.type);
  if (read.cut) {
    const problems = 'that line was longer than 1 MiB: it is cut, and no event';
    // Else the run would go on waiting for a result that it was given.
    if (CUT_RESULT.test(read.text)) {
      remark(problems);
      await streams.report({ kind: 'unreadable', problems, excerpt: read.text });
    } else streams.note(problems);
  }
}
