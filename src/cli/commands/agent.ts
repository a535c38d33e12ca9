import { type Command, InvalidArgumentError } from 'commander';
import { durationSchema, LONGEST_LIMIT_DAYS } from '../../domain/duration.ts';
import { environmentNameProblem } from '../../processes/environment.ts';
import { checkAgent } from '../agent-check/check-agent.ts';
import { EXIT } from '../command-error.ts';
import { print, printJson, say, styleFor } from '../output.ts';
import { agentCheckLines } from '../render/agent-check.ts';

/** Longer than a model thinks over so small a task. */
const STALL_MS = 2 * 60_000;
/** For one of the runs. */
const TIMEOUT_MS = 10 * 60_000;

interface Flags {
  readonly env?: readonly string[];
  readonly stall?: number;
  readonly timeout?: number;
  readonly json?: boolean;
}

/** `baton agent check`: plays a task with an agent of the protocol, and says what it does wrong. */
export const registerAgent = (program: Command): void => {
  const agent = program.command('agent').description('agents of the agent protocol');
  agent
    .command('check')
    .description(
      'play a task, a question, a checkpoint and a resume with an agent, in a scratch repository, and say what it does wrong; ' +
        'an agent that calls a model pays for it',
    )
    .argument('<command...>', 'program and arguments, after `--`; files are named from here')
    .option('--env <name>', 'a variable that it gets, as `env` in baton.yaml; may be repeated', names)
    .option('--stall <duration>', 'longest silence (default: 2m)', duration)
    .option('--timeout <duration>', 'longest run (default: 10m)', duration)
    .option('--json', 'one JSON document')
    .action(async (command: string[], { env = [], stall, timeout, json = false }: Flags) => {
      const interruption = new AbortController();
      const interrupt = () => interruption.abort();
      process.once('SIGINT', interrupt);
      process.once('SIGTERM', interrupt);
      try {
        const check = await checkAgent({
          command,
          env,
          stallMs: stall ?? STALL_MS,
          timeoutMs: timeout ?? TIMEOUT_MS,
          signal: interruption.signal,
          onStep: (step) => {
            if (!json) say(`playing: ${step} …`);
          },
        });
        if (json) printJson(check);
        else print(agentCheckLines(check, styleFor(process.stdout)).join('\n'));
        process.exitCode = interruption.signal.aborted
          ? EXIT.interrupted
          : check.ok
            ? EXIT.ok
            : EXIT.foundWanting;
      } finally {
        process.off('SIGINT', interrupt);
        process.off('SIGTERM', interrupt);
      }
    });
};

function duration(text: string): number {
  const parsed = durationSchema.safeParse(text);
  const most = LONGEST_LIMIT_DAYS * 86_400_000;
  if (!parsed.success || parsed.data === 0 || parsed.data > most)
    throw new InvalidArgumentError(
      `It is a duration such as 30s, 5m or 1h, longer than nothing and at most ${LONGEST_LIMIT_DAYS}d.`,
    );
  return parsed.data;
}

function names(name: string, before: readonly string[] = []): readonly string[] {
  const problem = environmentNameProblem(name);
  if (problem !== undefined) throw new InvalidArgumentError(problem);
  return [...before, name];
}
