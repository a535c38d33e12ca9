import { type Command, InvalidArgumentError } from 'commander';
import { CommandError } from '../command-error.ts';

/** `baton play`: an agent that does what recorded runs did. Started for every run, so it brings little. */
export const registerPlay = (program: Command): void => {
  program
    .command('play')
    .description('an agent for crew.<phase>.command that plays recorded runs: nothing is paid for')
    .argument('<folder>', 'what `baton record` wrote')
    .option(
      '--speed <factor>',
      'keep the recorded pauses, so many times shorter (default: no pause over 200 ms)',
      factor,
    )
    .action(async (folder: string, { speed }: { readonly speed?: number }) => {
      if (process.stdin.isTTY)
        throw new CommandError(
          `This is an agent, which Baton starts and gives a task. In baton.yaml: ` +
            `crew: { implement: { runner: command, command: [baton, play, ${folder}] } }`,
        );
      const { playOnStreams } = await import('../play/play-on-streams.ts');
      process.exitCode = await playOnStreams(folder, speed);
    });
};

function factor(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('It is a number above 0.');
  return value;
}
