import { BatonError } from '../../domain/failures.ts';
import { GitError } from '../../git/git-error.ts';
import { CommandError } from '../command-error.ts';

/** One thing that `baton doctor` looked at. */
export interface Finding {
  readonly area: 'machine' | 'home' | 'repository' | 'server';
  /** A word for it, e.g. `git`, `disk`. */
  readonly what: string;
  /** `warn`: it may work, and is worth knowing. */
  readonly state: 'ok' | 'warn' | 'bad';
  /** What was found. */
  readonly text: string;
  /** Why it matters; of what is not well. */
  readonly why?: string;
  /** What to do; of what is not well. */
  readonly todo?: string;
  /** Mends it without a decision; what it did, for people. */
  readonly fix?: () => Promise<string>;
}

type About = Pick<Finding, 'area' | 'what'>;
type More = Omit<Finding, 'area' | 'what' | 'state' | 'text'>;

export const fine = (about: About, text: string): Finding => ({ ...about, state: 'ok', text });
export const worthKnowing = (about: About, text: string, more: More): Finding => ({
  ...about,
  state: 'warn',
  text,
  ...more,
});
export const broken = (about: About, text: string, more: More): Finding => ({
  ...about,
  state: 'bad',
  text,
  ...more,
});

/** A finding as data: whether it can be mended in place of how. */
export const plainFinding = ({
  fix,
  ...finding
}: Finding): Omit<Finding, 'fix'> & { readonly fixable: boolean } => ({
  ...finding,
  fixable: fix !== undefined,
});

/** What an error says of what was looked at; undefined if it is none of that, but a mistake of Baton's. */
export const toldBy = (error: unknown): string | undefined =>
  error instanceof CommandError || error instanceof BatonError || error instanceof GitError
    ? error.message
    : undefined;
