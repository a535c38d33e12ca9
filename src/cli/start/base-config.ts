import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { isPackageFile, type MeasuringInput, scriptsIn } from '../../config/measuring-files.ts';
import { CONFIG_FILE, parseConfig } from '../../config/parse-config.ts';
import { formatProblems } from '../../config/problem.ts';
import type { ConfigPlace } from '../../config/root.ts';
import type { Config } from '../../domain/config.ts';
import { firstLine } from '../../domain/error-text.ts';
import {
  andAbove,
  fromRoot,
  isOutside,
  plainRoot,
  rootNameProblem,
  rootProblem,
  toRoot,
} from '../../domain/root.ts';
import { readIfRegular } from '../../files/regular-file.ts';
import { type UsersContent, usersContent } from '../../git/content/users-content.ts';
import { GitError, hideCredentials } from '../../git/git-error.ts';
import { formatAt } from '../../git/remote/format-at.ts';
import { branchesAt, defaultBase, isLocal, normaliseOrigin, originProblem } from '../../git/remote/origin.ts';
import { incompleteProblem } from '../../git/remote/whole.ts';
import { runGit } from '../../git/run-git.ts';
import { withSealedView } from '../../git/sealed-view.ts';
import { repositoryOf, userRepository } from '../../git/user-repository.ts';
import { temporaryFolder } from '../../processes/temporary.ts';
import { CommandError } from '../command-error.ts';
import { commitCommand } from '../commit-command.ts';
import { type BaseGit, GIT_FATAL, modulesProblem, readListing } from './base-modules.ts';

const NO_SUCH_FILE = /does not exist in|exists on disk, but not in/;

/** Where a feature starts, checked. */
export interface BaseConfig {
  /** Absolute path or URL. */
  readonly repo: string;
  readonly base: string;
  readonly baseCommit: string;
  readonly config: Config;
  /** Of all files at the base commit. */
  readonly names: readonly string[];
}

/** What is asked for. */
export interface WantedBase {
  /** Default: the repository's own branch. */
  readonly base?: string | undefined;
  /** Folder of the repository. Default: the folder that was named, or as the nearest baton.yaml says. */
  readonly root?: string | undefined;
}

/** The base commit's files, as `measuringFiles` takes them. */
export type BaseFiles = Pick<MeasuringInput, 'files' | 'packageScripts'>;

/** A base that is there, with the text of its baton.yaml, where it has one. */
export interface FoundBase extends Omit<BaseConfig, 'config' | 'names'> {
  readonly configText: string | undefined;
  /** The nearest baton.yaml at or above the folder that was named, by its path in the repository. */
  readonly configFile: string;
  /** Folder of the repository that was named; `''`: its top. */
  readonly folder: string;
  /** Where that baton.yaml lies, and the root that was asked for. */
  readonly place: ConfigPlace;
  /** The commit in words. */
  readonly where: string;
}

/**
 * Checks repository and base branch and reads baton.yaml from the base commit; never from files of a checkout.
 * @throws CommandError that says what is wrong there.
 */
export async function readBaseConfig(origin: string, wanted: WantedBase): Promise<BaseConfig> {
  const { config, files: _, ...found } = await readBase(origin, wanted, async () => undefined);
  return { ...found, config };
}

/** As `readBaseConfig`, with the names of the root's files and the scripts of each package.json there. */
export async function readBaseWithFiles(
  origin: string,
  wanted: WantedBase,
): Promise<BaseConfig & { readonly files: BaseFiles }> {
  const found = await readBase(origin, wanted, readFiles);
  return { ...found, files: filesIn(found.config.root ?? '', found.files) };
}

const filesIn = (root: string, { files, packageScripts }: BaseFiles): BaseFiles => {
  const inside = (file: string) => !isOutside(toRoot(root, file));
  const scripts = [...packageScripts].filter(([file]) => inside(file));
  return {
    files: files.filter(inside).map((file) => toRoot(root, file)),
    packageScripts: new Map(scripts.map(([file, each]) => [toRoot(root, file), each])),
  };
};

/** As `readBaseConfig`, with how the person's git converts the files of the base commit. */
export async function readBaseToStart(
  origin: string,
  wanted: WantedBase,
): Promise<BaseConfig & { readonly users: UsersContent }> {
  const { files: attributes, ...found } = await readBase(origin, wanted, readAttributes);
  return { ...found, users: await usersContent(found.repo, attributes) };
}

/** The text of each `.gitattributes`. */
export async function readAttributes(
  git: BaseGit,
  commit: string,
  names: readonly string[],
): Promise<string[]> {
  const texts: string[] = [];
  for (const file of names) {
    if (file !== '.gitattributes' && !file.endsWith('/.gitattributes')) continue;
    texts.push((await git(['show', `${commit}:${file}`], { allow: [GIT_FATAL] })).stdout);
  }
  return texts;
}

async function readBase<T>(
  origin: string,
  wanted: WantedBase,
  look: (git: BaseGit, commit: string, names: readonly string[]) => Promise<T>,
): Promise<BaseConfig & { readonly files: T }> {
  const lookAll = async (git: BaseGit, commit: string) => {
    const listed = await readListing(git, commit);
    return { listed, files: await look(git, commit, listed.names) };
  };
  const {
    configText,
    configFile,
    where,
    folder,
    place,
    files: looked,
    ...found
  } = await findBaseWith(origin, wanted, lookAll, incompleteProblem);
  const { listing } = looked.listed;
  const rootless = place.root === undefined ? undefined : rootProblem(place.root, listing);
  if (rootless !== undefined) throw new CommandError(`The root can't be used: ${rootless}.`);
  if (configText === undefined) throw new CommandError(await withoutConfig(found, folder, where));
  const config = usableConfig(
    { text: configText, file: configFile, place: { ...place, listing } },
    found.base,
    where,
  );
  const problem =
    config.submodules === 'none' ? undefined : await modulesProblem(found.repo, looked.listed.modules);
  if (problem !== undefined) throw new CommandError(`${problem}.`);
  return { ...found, config, names: looked.listed.names, files: looked.files };
}

/** What is said where the base commit has no baton.yaml: one that is only in the checkout is told as that. */
async function withoutConfig(
  { repo, base }: Pick<FoundBase, 'repo' | 'base'>,
  folder: string,
  where: string,
): Promise<string> {
  let here: string | undefined;
  for (const at of isLocal(repo) ? andAbove(folder) : []) {
    const file = fromRoot(at, CONFIG_FILE);
    here ??= (await readIfRegular(path.join(repo, file)).catch(() => undefined)) && file;
  }
  return here === undefined
    ? `There is no ${CONFIG_FILE} at the root of ${where}${folder === '' ? '' : `, in ${folder} or above it`}.\n` +
        `Baton reads it from the base commit: make one with baton init, commit it on ${base}, and start again. ` +
        'docs/configuration.md has an example.'
    : `${here} is in ${repo}, and not committed on ${base}.\n` +
        `Baton reads it from the base commit: ${commitCommand(repo, here)}, on ${base}, and start again.`;
}

/** As `readBaseConfig`, where baton.yaml may be missing and isn't looked into. */
export async function findBase(origin: string, wantedBase: string | undefined): Promise<FoundBase> {
  const { files: _, ...found } = await findBaseWith(origin, { base: wantedBase }, async () => undefined);
  return found;
}

/** As `findBase`, and what `look` sees where the base commit's objects are. */
export async function findBaseWith<T>(
  named: string,
  wanted: WantedBase,
  look: (git: BaseGit, commit: string, folder: string) => Promise<T>,
  alsoWrong: (origin: string) => Promise<string | undefined> = async () => undefined,
): Promise<FoundBase & { readonly files: T }> {
  const { origin, folder } = await folderOf(named, wanted.root);
  const base = wanted.base ?? (await defaultBranch(origin));
  const problem = (await originProblem(origin, base)) ?? (await alsoWrong(origin));
  if (problem !== undefined) throw new CommandError(`${problem}.`);
  const repo = normaliseOrigin(origin);
  return await withObjects(repo, base, async (git, ref) => {
    const baseCommit = (await git(['rev-parse', '--verify', `${ref}^{commit}`])).stdout.trim();
    const where = `${hideCredentials(repo)}, branch ${base} (commit ${baseCommit.slice(0, 12)})`;
    const config = await nearestConfig(git, baseCommit, folder, where);
    const place = {
      folder: config.folder,
      ...(wanted.root !== undefined && { root: folder }),
    };
    const { text: configText, file: configFile } = config;
    const about = { repo, base, baseCommit, configText, configFile, folder, place, where };
    return { ...about, files: await look(git, baseCommit, folder) };
  });
}

/** The repository that a folder lies in, and the folder in it; of a URL the folder that was named. */
async function folderOf(
  named: string,
  wantedRoot: string | undefined,
): Promise<{ readonly origin: string; readonly folder: string }> {
  const problem = wantedRoot === undefined ? undefined : rootNameProblem(wantedRoot);
  if (problem !== undefined) throw new CommandError(`--root: ${problem}.`);
  const wanted = wantedRoot === undefined ? undefined : plainRoot(wantedRoot);
  if (!isLocal(named)) return { origin: named, folder: wanted ?? '' };
  const at = normaliseOrigin(named);
  // What is wrong with the folder is told where its repository is looked at.
  const isFolder = await stat(at).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const repo = isFolder ? await repositoryOf(at) : undefined;
  if (repo === undefined || repo.bare || repo.folder === at) return { origin: named, folder: wanted ?? '' };
  const below = path.relative(repo.folder, at).split(path.sep).join('/');
  return { origin: repo.folder, folder: wanted ?? below };
}

/** The baton.yaml of a folder, or of the nearest above it that has one. */
export async function nearestConfig(git: BaseGit, commit: string, from: string, where: string) {
  for (const folder of andAbove(from)) {
    const name = fromRoot(folder, CONFIG_FILE);
    const file = await git(['show', `${commit}:${name}`], { allow: [GIT_FATAL] });
    if (file.exitCode === 0) return { text: file.stdout, file: name, folder };
    if (!NO_SUCH_FILE.test(file.stderr))
      throw new CommandError(
        `${name} can't be read in ${where}: ${file.stderr.trim()}\n` +
          'Baton fetches nothing that a partial clone lacks: check the base out there, which fetches its files.',
      );
  }
  return { text: undefined, file: fromRoot(from, CONFIG_FILE), folder: from };
}

/** Processes of git at once: each reads one small file. */
const READS_AT_ONCE = 8;

async function readFiles(git: BaseGit, commit: string, files: readonly string[]): Promise<BaseFiles> {
  const packages = files.filter(isPackageFile);
  const packageScripts = new Map<string, Record<string, string>>();
  for (let from = 0; from < packages.length; from += READS_AT_ONCE) {
    const some = packages.slice(from, from + READS_AT_ONCE);
    // A submodule may have such a name: it is no file of this repository.
    const texts = await Promise.all(
      some.map((name) => git(['show', `${commit}:${name}`], { allow: [GIT_FATAL] })),
    );
    for (const [index, name] of some.entries())
      packageScripts.set(name, scriptsIn(texts[index]?.stdout ?? ''));
  }
  return { files, packageScripts };
}

/** The text as configuration. @throws CommandError with all that is wrong in it, by line. */
export function usableConfig(
  { text, file, place }: { readonly text: string; readonly file: string; readonly place: ConfigPlace },
  base: string,
  where: string,
): Config {
  const parsed = parseConfig(text, file, place);
  if (parsed.ok) return parsed.config;
  throw new CommandError(
    `${file} can't be used, as it is in ${where}:\n${formatProblems(parsed.problems)}\n` +
      `Correct it, commit it on ${base}, and start again.`,
  );
}

/** The branch the repository's HEAD names; what is wrong with a repository that has none is told by its check. */
async function defaultBranch(origin: string): Promise<string> {
  const named =
    isLocal(origin) || !origin.startsWith('-') ? await defaultBase(origin).catch(() => undefined) : undefined;
  if (named !== undefined) return named;
  const problem = await originProblem(origin, 'main');
  if (problem === undefined) return 'main';
  throw new CommandError(`${problem}.`);
}

/** Runs `work` with git where the base commit's objects are: a view of the repository, or a temporary shallow fetch. */
async function withObjects<T>(
  repo: string,
  base: string,
  work: (git: BaseGit, ref: string) => Promise<T>,
): Promise<T> {
  if (isLocal(repo))
    return await withSealedView(await userRepository(repo), (view) => work(view.run, `refs/heads/${base}`));
  const cwd = await temporaryFolder('base');
  try {
    await runGit(['init', '--quiet', '--bare', `--object-format=${await formatAt(repo)}`, '.'], { cwd });
    await runGit(
      ['fetch', '--quiet', '--depth=1', '--no-tags', '--', repo, `+refs/heads/${base}:refs/heads/base`],
      {
        cwd,
        user: true,
        network: true,
      },
    );
    return await work((args, run) => runGit(args, { cwd, ...run }), 'refs/heads/base');
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new CommandError(`The base commit can't be read: ${firstLine(error)}`, undefined, { cause: error });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

/** The branches that the origin has. */
export const branchesOf = async (repo: string): Promise<ReadonlySet<string>> =>
  new Set(await branchesAt(repo));
