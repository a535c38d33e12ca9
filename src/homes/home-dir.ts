import { chmod } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { makeUsableFolder } from './home-dir-problem.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The home where none is named: `BATON_HOME`, else `~/.baton`. */
export const defaultHome = (env: Environment = process.env): string =>
  path.resolve(env.BATON_HOME || path.join(env.HOME || homedir(), '.baton'));

/** The demo's home: kept from demo to demo, so that the Web UI shows earlier runs. */
export const demoHome = (env: Environment = process.env): string => path.join(defaultHome(env), 'demo');

/** A `--home` as given, or the default. */
export const homeOf = (options: { readonly home?: string | undefined }): string =>
  options.home === undefined ? defaultHome() : path.resolve(options.home);

/**
 * Makes the folder of a home, or takes other users' rights from one that is there: with them goes the way to
 * everything in it, whatever the modes of that.
 * @throws BatonError `BadInput` if there can be none
 */
export const makeHomeDir = async (home: string): Promise<void> => {
  await makeUsableFolder(home, 0o700);
  await chmod(home, 0o700);
};

/** The dev server's database in a home. */
export const databaseOf = (home: string): string => path.join(home, 'temporal.db');
