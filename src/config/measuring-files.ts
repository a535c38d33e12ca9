/** What measures the work of a repository: protected without being listed in baton.yaml. */
import type { Config } from '../domain/config.ts';
import { checkNamed, checkNames } from '../domain/config.ts';
import { CommandFiles } from './measuring/command-files.ts';
import { configCommands } from './measuring/config-commands.ts';
import { MEASURING_GLOBS, type MeasuringGlob, matcherOf } from './measuring/globs.ts';

export type { MeasuringGlob } from './measuring/globs.ts';

/** A tracked file that measures the work. */
export interface MeasuringPath {
  readonly path: string;
  /** For people, e.g. `named by checks.test`. */
  readonly why: string;
}

/** Everything that measures the work in one repository. */
export interface MeasuringFiles {
  readonly paths: readonly MeasuringPath[];
  readonly globs: readonly MeasuringGlob[];
  /** Names of the scripts of package.json that commands call; see `measuringChange`. */
  readonly scripts: readonly string[];
}

export interface MeasuringInput {
  readonly config: Config;
  /** All tracked paths at the base commit. */
  readonly files: readonly string[];
  /** Path of a package.json -> its scripts. */
  readonly packageScripts: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Commands that criteria of packets name. */
  readonly evidence?: readonly string[];
}

/** The files that the commands of baton.yaml name and start, the scripts they call, and what is always protected. */
export function measuringFiles({
  config,
  files,
  packageScripts,
  evidence = [],
}: MeasuringInput): MeasuringFiles {
  const tests = checkNames(config).flatMap((name) => checkNamed(config, name)?.files ?? []);
  const found = new CommandFiles({ tracked: new Set(files), isTest: matcherOf(tests), packageScripts });
  // What the set-up installs from is a list of dependencies, and packets add to these.
  const isInput = matcherOf(config.checks.setup?.inputs ?? []);
  for (const { key, command } of configCommands(config)) found.read(command, key);
  for (const command of evidence) found.read(command, 'the evidence of a criterion');
  return {
    paths: [...found.paths]
      .filter(([path, why]) => !(why.includes('checks.setup') && isInput(path)))
      .map(([path, why]) => ({ path, why })),
    globs: MEASURING_GLOBS,
    scripts: [...found.scripts],
  };
}

/** The tracked files that are protected, by name and by glob, in the order of their paths. */
export function measuringPaths({ paths, globs }: MeasuringFiles, files: readonly string[]): MeasuringPath[] {
  const whys = new Map(paths.map(({ path, why }) => [path, why]));
  const isAny = matcherOf(globs.map(({ glob }) => glob));
  const matchers = globs.map(({ glob, why }) => ({ why, matches: matcherOf([glob]) }));
  for (const file of files) {
    if (whys.has(file) || !isAny(file)) continue;
    const why = matchers.find(({ matches }) => matches(file))?.why;
    if (why !== undefined) whys.set(file, why);
  }
  return [...whys].map(([path, why]) => ({ path, why })).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Whether a tracked file is a package.json whose scripts commands may call. */
export const isPackageFile = (path: string): boolean =>
  /(?:^|\/)package\.json$/.test(path) && !/(?:^|\/)node_modules\//.test(path);

/** The scripts in the text of a package.json; none if it can't be read. */
export function scriptsIn(text: string): Record<string, string> {
  try {
    const { scripts } = JSON.parse(text.replace(/^\uFEFF/, '')) ?? {};
    const entries = Object.entries<unknown>(typeof scripts === 'object' && scripts !== null ? scripts : {});
    return Object.fromEntries(
      entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}
