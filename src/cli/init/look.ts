import { type Detected, detect } from '../../detect/detect.ts';
import { isProjectFile } from '../../detect/listing.ts';
import { type UsersContent, usersContent } from '../../git/content/users-content.ts';
import { splitNul } from '../../git/run-git.ts';
import { findBaseWith } from '../start/base-config.ts';

/** Larger files hold no settings of a project. */
const MOST_CHARACTERS = 1_000_000;
/** A monorepo with more packages is told from those that come first. */
const MOST_TEXTS = 400;
/** Processes of git at once: each reads one small file. */
const AT_ONCE = 8;
const GIT_FATAL = 128;
const ATTRIBUTES = /(?:^|\/)\.gitattributes$/;

/** What the base commit of a repository looks like. */
export interface Looked {
  readonly repo: string;
  readonly base: string;
  readonly baseCommit: string;
  /** Text of the `baton.yaml` there; undefined if there is none. */
  readonly configText: string | undefined;
  readonly detected: Detected;
  /** How the person's git converts the files of that commit. */
  readonly users: UsersContent;
}

/** Looks at a repository's base commit: at nothing that isn't committed. */
export async function lookAt(origin: string, wantedBase: string | undefined): Promise<Looked> {
  const { files: listing, ...found } = await findBaseWith(origin, wantedBase, async (git, commit) => {
    const listed = await git(['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit]);
    const files = splitNul(listed.stdout);
    const wanted = files.filter(isProjectFile).slice(0, MOST_TEXTS);
    const texts = new Map<string, string>();
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const some = wanted.slice(from, from + AT_ONCE);
      const read = await Promise.all(
        some.map((name) => git(['show', `${commit}:${name}`], { allow: [GIT_FATAL] })),
      );
      for (const [at, name] of some.entries())
        if (read[at]?.exitCode === 0) texts.set(name, (read[at]?.stdout ?? '').slice(0, MOST_CHARACTERS));
    }
    return { files, text: (path: string) => texts.get(path) };
  });
  const attributes = listing.files.flatMap((file) =>
    ATTRIBUTES.test(file) ? (listing.text(file) ?? []) : [],
  );
  return { ...found, detected: detect(listing), users: await usersContent(found.repo, attributes) };
}
