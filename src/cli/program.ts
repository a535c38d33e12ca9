import { Command, CommanderError } from 'commander';
import { CommandError, EXIT } from './command-error.ts';
import { registerDecide } from './decide.ts';
import { registerDemo } from './demo.ts';
import { registerDev, registerWorker } from './dev.ts';
import { registerHandoff } from './handoff.ts';
import { registerInbox } from './inbox.ts';
import { registerList } from './list.ts';
import { registerLogs } from './logs.ts';
import { say } from './output.ts';
import { registerPacket } from './packet.ts';
import { registerPlan } from './plan.ts';
import { registerReport } from './report.ts';
import { registerStart } from './start.ts';
import { registerStatus } from './status.ts';
import { registerSteering } from './steer.ts';
import { registerWatch } from './watch.ts';
import type { StartWorker } from './worker-process.ts';
import { registerWorktree } from './worktree.ts';

/** The `baton` command with all of its subcommands. */
export function makeProgram(startWorker: StartWorker, version: string): Command {
  const program = new Command('baton')
    .description('Hands a feature to a crew of coding agents and sees it through, on Temporal.')
    .version(version)
    .showHelpAfterError('(see: baton --help)')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'baton: ')) });
  registerDev(program, startWorker);
  registerWorker(program, startWorker);
  registerDemo(program, startWorker);
  registerPlan(program);
  registerStart(program);
  registerList(program);
  registerStatus(program);
  registerWatch(program);
  registerInbox(program);
  registerDecide(program);
  registerSteering(program);
  registerHandoff(program);
  registerReport(program);
  registerLogs(program);
  registerPacket(program);
  registerWorktree(program);
  // Subcommands inherit exitOverride and output only where they are made by `command()`, which all are.
  return program;
}

/** Runs the command line; every error becomes words on standard error and an exit code. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = exitCodeFor(error);
  }
}

function exitCodeFor(error: unknown): number {
  // Commander has said it already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.couldNotRun;
  if (error instanceof CommandError) {
    say(`baton: ${error.message}`);
    return error.exitCode;
  }
  say(`baton: ${error instanceof Error ? explained(error) : String(error)}`);
  if (process.env.BATON_DEBUG && error instanceof Error) say(error.stack ?? '');
  return EXIT.couldNotRun;
}

/** An error's message with those of its causes, outermost first, each once. */
function explained(error: Error): string {
  const said: string[] = [];
  for (let at: unknown = error; at instanceof Error && said.length < 5; at = at.cause)
    if (at.message !== '' && !said.some((before) => before.includes((at as Error).message)))
      said.push(at.message);
  return said.join(': ') || error.name;
}
