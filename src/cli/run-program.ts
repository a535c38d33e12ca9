import { Command, CommanderError } from 'commander';
import { saysFull } from '../files/full-disk.ts';
import { homeOf } from '../homes/home-dir.ts';
import { homeProblem } from '../homes/home-dir-problem.ts';
import { roomProblem } from '../homes/room.ts';
import { temporaryRoot } from '../processes/temporary.ts';
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
    .hook('preAction', (_, command) => checkHome(command))
    .configureOutput({
      outputError: (text, write) => write(onTerminal(text.replace(/^error: /, 'baton: '))),
    });

const hasHome = (command: Command): boolean => command.options.some(({ long }) => long === '--home');

/** Looks at the home of a command that has one, before anything else: what would come of it says less. */
async function checkHome(command: Command): Promise<void> {
  // The doctor tells it as what it found.
  if (!hasHome(command) || command.name() === 'doctor') return;
  const problem = await homeProblem(homeOf(command.opts()), 'toRead');
  if (problem !== undefined) throw new CommandError(problem);
}

/** Runs the command line; every error becomes words on standard error and an exit code. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  let acting: Command | undefined;
  program.hook('preAction', (_, command) => {
    acting = command;
  });
  try {
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = await exitCodeFor(error, acting);
  }
}

async function exitCodeFor(error: unknown, acting: Command | undefined): Promise<number> {
  // Commander has said it already; help and version are no errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.couldNotRun;
  if (error instanceof CommandError) {
    say(`baton: ${error.message}`);
    return error.exitCode;
  }
  const words = error instanceof Error ? explained(error) : String(error);
  say(`baton: ${saysFull(words) ? await fullDiskWords(words, acting) : words}`);
  if (process.env.BATON_DEBUG && error instanceof Error) say(error.stack ?? '');
  return EXIT.couldNotRun;
}

/** What writes to a full disk names it or not: Baton writes to the home, and to temporary folders. */
async function fullDiskWords(words: string, acting: Command | undefined): Promise<string> {
  const home = acting !== undefined && hasHome(acting) ? homeOf(acting.opts()) : undefined;
  const folders = [...(home === undefined ? [] : [home]), temporaryRoot()];
  const problems = await Promise.all(folders.map((folder) => roomProblem(folder)));
  const full = folders.filter((_, at) => problems[at] !== undefined);
  const named = full.length === 0 ? 'a disk' : `the disk of ${full.join(' and of ')}`;
  const ofHome = acting?.opts().home === undefined ? '' : ` --home ${home}`;
  const clean = home !== undefined && full.includes(home) ? `; baton clean${ofHome} lists what may go` : '';
  return `No room on ${named}: ${words}.\nMake room there, and try again${clean}.`;
}

/** An error's message with those of its causes, outermost first, each once. */
function explained(error: Error): string {
  const messages: string[] = [];
  for (let at: unknown = error; at instanceof Error && messages.length < 5; at = at.cause)
    if (at.message !== '' && !messages.some((before) => before.includes((at as Error).message)))
      messages.push(at.message);
  return messages.join(': ') || error.name;
}
