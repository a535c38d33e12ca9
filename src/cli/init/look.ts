import { type Detected, detect } from '../../detect/detect.ts';
import { listedNames, projectFiles } from '../../detect/listing.ts';
import { andAbove, fromRoot, isOutside, rootProblem, toRoot } from '../../domain/root.ts';
import { type UsersContent, usersContent } from '../../git/content/users-content.ts';
import { CommandError } from '../command-error.ts';
import { findBaseWith, readAttributes } from '../start/base-config.ts';
import { type BaseGit, readListing } from '../start/base-modules.ts';
import { isLockFile } from './left-out.ts';

/** Larger files hold no settings of a project. */
const MOST_CHARACTERS = 1_000_000;
/** A monorepo with more packages is told from the topmost. */
const MOST_TEXTS = 400;
/** Processes of git at once: each reads one small file. */
const AT_ONCE = 8;
const GIT_FATAL = 128;

/** What the base commit of a repository looks like. */
export interface Looked {
  readonly repo: string;
  readonly base: string;
  readonly baseCommit: string;
  /** The folder of it that was named; `''`: its top. */
  readonly folder: string;
  /** Text of the `baton.yaml` in that folder; undefined if there is none. */
  readonly configText: string | undefined;
  readonly detected: Detected;
  /** How the person's git converts the files of that commit. */
  readonly users: UsersContent;
}

/**
 * Looks at a repository's base commit, or at a folder of it: at nothing that isn't committed. Lock files above a folder are
 * taken for its own, as the package managers do.
 */
export async function lookAt(origin: string, wantedBase: string | undefined): Promise<Looked> {
  const look = async (git: BaseGit, commit: string, folder: string) => {
    const { names: all, listing } = await readListing(git, commit);
    const problem = rootProblem(folder, listing);
    if (problem !== undefined) throw new CommandError(`A feature can't have that root: ${problem}.`);
    const placeOf = new Map(
      all.filter((file) => !isOutside(toRoot(folder, file))).map((file) => [toRoot(folder, file), file]),
    );
    for (const above of andAbove(folder).slice(1))
      for (const file of all)
        if (isLockFile(file) && fromRoot(above, baseName(file)) === file && !placeOf.has(baseName(file)))
          placeOf.set(baseName(file), file);
    const files = [...placeOf.keys()];
    const { builds, tests } = projectFiles(files);
    const wanted = [...builds, ...tests].slice(0, MOST_TEXTS);
    const texts = new Map<string, string>();
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const some = wanted.slice(from, from + AT_ONCE);
      const read = await Promise.all(
        some.map((name) => git(['show', `${commit}:${placeOf.get(name)}`], { allow: [GIT_FATAL] })),
      );
      for (const [at, name] of some.entries())
        if (read[at]?.exitCode === 0) texts.set(name, (read[at]?.stdout ?? '').slice(0, MOST_CHARACTERS));
    }
    const attributes = await readAttributes(git, commit, all);
    const unread = builds.slice(MOST_TEXTS);
    return { files, text: (path: string) => texts.get(path), attributes, unread, builds: builds.length };
  };
  const {
    files: { attributes, unread, builds, ...listing },
    place,
    folder,
    configText,
    ...found
  } = await findBaseWith(origin, { base: wantedBase }, look);
  const detected = detect(listing);
  return {
    ...found,
    folder,
    configText: place.folder === folder ? configText : undefined,
    detected: { ...detected, notes: [...detected.notes, ...unreadNotes(unread, builds)] },
    users: await usersContent(found.repo, attributes),
  };
}

/** That the texts of some tests weren't read changes nothing that anybody would see. */
const unreadNotes = (unread: readonly string[], builds: number): string[] =>
  unread.length === 0
    ? []
    : [
        `Only ${builds - unread.length} of ${builds} files that tell how projects are built were read, the topmost first: check what was found. Not read: ${listedNames(unread)}.`,
      ];

const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1);
