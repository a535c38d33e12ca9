/** A changed file that is to be committed. */
export interface FileToScreen {
  readonly path: string;
  /** As UTF-8, of a link where it leads. Undefined: it is too large to be looked into, so its name alone counts. */
  readonly content: string | undefined;
  /** What the commit before has there. */
  readonly before: () => Promise<string | undefined>;
}

/** A file that isn't committed, since it gives something away. */
export interface Withheld {
  /** As people and agents may read it. */
  readonly path: string;
  /** What is in it, for people and agents: never the value itself. */
  readonly what: string;
  /** Names the file with just this content: a person allows that, and no other. */
  readonly allowance: string;
}

/** Keeps secrets out of commits. */
export interface CommitScreen {
  /** A commit's message without them. */
  message(text: string): string;
  /** Why a file may not be committed, or undefined. */
  file(file: FileToScreen): Promise<Withheld | undefined>;
}

/** What is larger is looked at by its name only: a source is smaller, and its agent waits for the commit. */
export const LARGEST_SCREENED = 16 * 1024 * 1024;
