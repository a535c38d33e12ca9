import { BatonError } from '../../domain/failures.ts';
import { GitError } from '../git-error.ts';

/** What git says if there is no key, or the program that signs fails; a full disk is another matter. */
const ABOUT_SIGNING = /\b(?:gpg|ssh-keygen|sign|signing|signingkey|key)\b|cannot run /i;

/** Throws what kept a commit from being made, in words for people if that is its signature. */
export function throwSigningError(error: unknown): never {
  if (!(error instanceof GitError) || !ABOUT_SIGNING.test(error.stderr)) throw error;
  throw new BatonError(
    'Repository',
    `A commit could not be signed, as commits.sign of baton.yaml asks: ${error.stderr.trim().slice(-800)}\n` +
      'Set user.signingKey (and gpg.format) in the git settings of the user who runs the worker, with a key that ' +
      'needs no passphrase there, and try again; or start the feature anew without commits.sign.',
    { cause: error },
  );
}
