import { Command, CommanderError } from 'commander';
import { CommandError, EXIT } from './command-error.ts';
import { say } from './output.ts';
import { onTerminal } from './render/style.ts';

/** The `baton` command without its subcommands. */
export const emptyProgram = (version: string): Command =>
  // Subcommands inherit exitOverride and output only where they are made by `command()`, which all are.
  new Command('baton')
    .description('Hands a feature to a crew of coding agents and sees it through, on Temporal.')
    .version(version)
    .showHelpAfterError('(see: baton --help)')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(onTerminal(text.replace(/^error: /, 'baton: '))),
    });

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
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause)
    if (at.message !== '' && !messages.some((before) => before.includes((at as Error).message)))
      messages.push(at.message);
  return messages.join(': ') || error.name;
}
