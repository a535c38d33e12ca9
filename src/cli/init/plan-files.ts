import { lstat, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CONFIG_FILE, parseConfig } from '../../config/parse-config.ts';
import { formatProblems } from '../../config/problem.ts';
import type { ConfigParts } from '../../detect/write-config.ts';
import { configText } from '../../detect/write-config.ts';
import { type Config, checkNamed, checkNames, reportPath } from '../../domain/config.ts';
import { fromRoot } from '../../domain/root.ts';
import { CODE, IN_TYPESCRIPT, OWN_PACKAGE } from '../../files/own-package.ts';
import { readIfRegular, readRegularText } from '../../files/regular-file.ts';
import { ignoredByPatterns } from '../../git/ignored.ts';
import { userRepository } from '../../git/user-repository.ts';
import { isLockFile } from './left-out.ts';

/** Where what set-up and checks leave is ignored. */
export const IGNORE_FILE = '.gitignore';
/** Published with the package: `npm run docs` makes it. */
const SCHEMA = path.join(IN_TYPESCRIPT ? OWN_PACKAGE : CODE, 'schemas/baton.schema.json');
/** Some twenty times of what it has. */
const LARGEST_SCHEMA = 1024 * 1024;

/** What `baton init` writes into a checkout. */
export interface PlannedFiles {
  readonly config: Config;
  readonly configText: string;
  /** Lines to add to `.gitignore`: what set-up and checks leave, as far as nothing ignores it yet. */
  readonly ignore: readonly string[];
}

/**
 * The text of the configuration and what it means in a folder of the repository.
 *
 * @throws if Baton would not accept it, which is a mistake of Baton's
 */
export function plannedConfig(
  parts: ConfigParts,
  folder: string,
): Pick<PlannedFiles, 'config' | 'configText'> {
  const text = configText(parts);
  const parsed = parseConfig(text, CONFIG_FILE, { folder });
  if (!parsed.ok)
    throw new Error(
      `the file that was made for this repository is wrong: ${formatProblems(parsed.problems)}`,
    );
  return { config: parsed.config, configText: text };
}

/** The lines of `.gitignore` that are missing. */
export async function ignoreLines(
  checkout: string,
  folder: string,
  config: Config,
  makes: readonly string[],
  leftBehind: readonly string[] = [],
): Promise<string[]> {
  const reports = [
    ...checkNames(config).map((name) => checkNamed(config, name)?.report),
    ...Object.values(config.gates).map(({ report }) => report),
  ].flatMap((report) => (report === undefined ? [] : unfolded(reportPath(report))));
  const wanted = [...new Set([...makes, ...reports, ...leftBehind])].filter(
    (line) => !/^\/|\.\./.test(line) && !isLockFile(line),
  );
  // A name without a folder before it stands for that name at every level.
  const covered = (line: string) =>
    wanted.some(
      (other) =>
        other.endsWith('/') &&
        line !== other &&
        (line.startsWith(other) || (other.indexOf('/') === other.length - 1 && line.endsWith(`/${other}`))),
    );
  const lines = wanted.filter((line) => !covered(line));
  const ignored = await ignoredAmong(checkout, folder, lines);
  return lines.filter((line) => !ignored.has(line));
}

/** `.gitignore` knows no braces. */
const unfolded = (glob: string): string[] => {
  const [, before = '', inside, after = ''] = /^([^{]*)\{([^{}]*)\}(.*)$/.exec(glob) ?? [];
  return inside === undefined
    ? [glob]
    : inside.split(',').flatMap((each) => unfolded(`${before}${each}${after}`));
};

/** Those of some lines that the checkout's own patterns make superfluous. */
async function ignoredAmong(
  checkout: string,
  folder: string,
  lines: readonly string[],
): Promise<Set<string>> {
  // A name that a glob stands for is ignored if the glob's own line is, or what it would match.
  const asked = lines.map((line) => fromRoot(folder, line.replaceAll('**', 'a').replaceAll('*', 'a')));
  const found = await ignoredByPatterns(await userRepository(checkout), asked);
  return new Set(lines.filter((_, at) => found.has(asked[at] ?? '')));
}

/** Writes the files into a checkout. @returns their names; a link in the place of one is left alone */
export async function writePlanned(
  checkout: string,
  { configText: text, ignore }: PlannedFiles,
): Promise<string[]> {
  const written: string[] = [];
  const write = async (name: string, content: string) => {
    const file = path.join(checkout, name);
    const there = await lstat(file).catch(() => undefined);
    if (there !== undefined && !there.isFile()) return;
    await writeFile(file, content);
    written.push(name);
  };
  await write(CONFIG_FILE, text);
  if (ignore.length > 0) {
    const before = (await readIfRegular(path.join(checkout, IGNORE_FILE)))?.toString('utf8') ?? '';
    const joint = before === '' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
    await write(
      IGNORE_FILE,
      `${before}${joint}# What set-up and checks of baton.yaml leave behind\n${ignore.join('\n')}\n`,
    );
  }
  return written;
}

/** Writes the JSON Schema that the first line of `baton.yaml` names, for editors. @returns its name, if it was written */
export async function writeSchema(checkout: string, name: string): Promise<string[]> {
  const file = path.join(checkout, name);
  const there = await lstat(path.dirname(file)).catch(() => undefined);
  if (there !== undefined && !there.isDirectory()) return [];
  await mkdir(path.dirname(file), { recursive: true });
  const own = await lstat(file).catch(() => undefined);
  if (own !== undefined && !own.isFile()) return [];
  await writeFile(file, await readRegularText(SCHEMA, { most: LARGEST_SCHEMA, links: 'followed' }));
  return [name];
}
