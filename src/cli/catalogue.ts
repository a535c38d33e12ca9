import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Argument, type Command, Option } from 'commander';
import { CODE } from '../files/own-package.ts';

/** A command as its help and a shell's completion tell it, without what it does. */
export interface ListedCommand {
  readonly name: string;
  readonly description: string;
  /** As in a usage line: `<feature>`, `[packet]`. */
  readonly arguments: readonly string[];
  readonly options: readonly {
    readonly flags: string;
    readonly description: string;
    readonly hidden: boolean;
  }[];
  readonly commands: readonly ListedCommand[];
}

/** The subcommands of a command. */
export const listCommands = (program: Command): ListedCommand[] =>
  program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    arguments: command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? `<${name}>` : `[${name}]`;
    }),
    options: command.options.map(({ flags, description, hidden }) => ({ flags, description, hidden })),
    commands: listCommands(command),
  }));

/** Gives a command these subcommands, which do nothing. */
export function addListed(program: Command, listed: readonly ListedCommand[]): void {
  for (const { name, description, arguments: given, options, commands } of listed) {
    const command = program.command(name).description(description);
    for (const each of given) command.addArgument(new Argument(each));
    for (const { flags, description: what, hidden } of options)
      command.addOption(new Option(flags, what).hideHelp(hidden));
    addListed(command, commands);
  }
}

/** Where `npm run build` puts the list of all subcommands. */
export const CATALOGUE: string = path.join(CODE, 'catalogue.json');

/** All subcommands, as the build listed them; undefined in a clone, where they are loaded. */
export const builtCatalogue = (): readonly ListedCommand[] | undefined =>
  existsSync(CATALOGUE) ? (JSON.parse(readFileSync(CATALOGUE, 'utf8')) as ListedCommand[]) : undefined;
