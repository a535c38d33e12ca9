import type { CommandResult, CommandToRun } from './command.ts';
import { starter } from './current-starter.ts';

/**
 * Runs a command to its end in a process group of its own and reports how it ended; a bad exit code is a
 * result, not an error. Nothing it started outlives it, wherever it moved to, unless `leaveBackground` says so.
 *
 * @throws BatonError `BadInput` if it can't be started at all (no such program or folder)
 */
export const runCommand = (options: CommandToRun): Promise<CommandResult> => starter().command(options);
