import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { builtCatalogue, listCommands } from '../../src/cli/catalogue.ts';
import { makeProgram } from '../../src/cli/program.ts';
import { completionScript, SHELLS } from '../../src/cli/render/completion.ts';

const startWorker = () => Promise.reject(new Error('no worker is needed'));
const loaded = await makeProgram(startWorker, '0');
// As the build keeps it.
const catalogue = JSON.parse(JSON.stringify(listCommands(loaded)));
const fromCatalogue = (wanted?: string) => makeProgram(startWorker, '0', wanted, catalogue);
const hasActions = (program: Command) =>
  program.commands
    .filter((command) => (command as { _actionHandler?: unknown })._actionHandler)
    .map((command) => command.name());

it('the help, and what completes commands, are the same from the list of a build, which loads no subcommand', async () => {
  const listed = await fromCatalogue();
  expect(hasActions(listed)).toEqual([]);
  expect(hasActions(await fromCatalogue('statu'))).toEqual([]);
  expect(listed.helpInformation()).toBe(loaded.helpInformation());
  for (const command of loaded.commands)
    expect(listed.commands.find((each) => each.name() === command.name())?.usage()).toBe(command.usage());
  const completing = await fromCatalogue('completion');
  expect(hasActions(completing)).toEqual(['completion']);
  for (const shell of SHELLS)
    expect(completionScript(completing, shell)).toBe(completionScript(loaded, shell));
});

it('a subcommand that is wanted is loaded, and for the help of one all are', async () => {
  expect(hasActions(await fromCatalogue('status'))).toEqual(['status']);
  const helping = await fromCatalogue('help');
  expect(helping.commands.map((command) => command.helpInformation())).toEqual(
    loaded.commands.map((command) => command.helpInformation()),
  );
});

it('a clone has no such list', () => {
  expect(builtCatalogue()).toBeUndefined();
});
