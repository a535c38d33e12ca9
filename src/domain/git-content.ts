/** A filter of the person's git: programs that turn a file into what is committed, and back. */
export interface ContentFilter {
  /** As `.gitattributes` names it: `lfs`. */
  readonly name: string;
  /** A shell command, from a file's content to what is committed; `%f` stands for its path. */
  readonly clean?: string;
  /** The way back. */
  readonly smudge?: string;
  /** One command that does both for many files, in git's own protocol; wins over the other two. */
  readonly process?: string;
  /** Whether a file that can't be filtered is an error. Default: it stays as it is. */
  readonly required?: boolean;
}

/**
 * How the person's git converts files between commits and folders. Read when a feature is started, and kept in its
 * history, where no agent can change it.
 */
export interface GitContent {
  /** `core.autocrlf`. Default: false. */
  readonly autocrlf?: 'true' | 'input';
  /** `core.eol`. Default: the machine's. */
  readonly eol?: 'lf' | 'crlf';
  /** Those that the repository's attributes name and the person's git is set up with. */
  readonly filters?: readonly ContentFilter[];
}

/** The filter of Git LFS, whose objects travel beside the commits. */
export const LFS = 'lfs';

export const usesLfs = (content: GitContent | undefined): boolean =>
  content?.filters?.some(({ name }) => name === LFS) ?? false;
