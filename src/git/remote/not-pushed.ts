import { BatonError } from '../../domain/failures.ts';
import { GitError, hideCredentials } from '../git-error.ts';
import { outageAt } from '../outage.ts';

/** The end of what git said has the reason. */
const MOST_SAID = 800;

/** A lock that another git holds, or a folder that can't be written to: nobody was faster. */
const NOT_TO_WRITE = /Unable to create '/;
const LOST_RACE =
  /stale info|fetch first|non-fast-forward|cannot lock ref '[^']*': (?:is at|reference already exists|unable to resolve reference '[^']*'$)|failed to update ref|incorrect old value/m;

/** A branch can't stand below another one, wherever that is. */
const NAME_TAKEN = /exists; cannot create '/;

/** A rejection because the ref moved between looking and pushing, seen by git here or over there. */
export const isLostRace = (said: string): boolean =>
  LOST_RACE.test(said) && !NOT_TO_WRITE.test(said) && !NAME_TAKEN.test(said);

/** What a repository says that has a rule against the push: it will say so again. */
const BY_RULE =
  /hook declined|prohibited|denied|protected|in no ff mode|shallow update|funny refname|checked out/;

/**
 * Why a push that git says was refused came to nothing. What isn't a rule of the other side is taken for something that
 * passes (a read-only or full disk, a lock), since trying again costs little and a question costs a person's time.
 */
export const notPushed = ({
  where,
  what,
  said,
}: {
  readonly where: string;
  /** Branch or refs. */
  readonly what: string;
  /** Standard output and standard error. */
  readonly said: string;
}): BatonError => {
  const told = hideCredentials(said).trim().slice(-MOST_SAID);
  // The machine's "Permission denied" stands in remarks; a rule stands in the answer about the ref itself.
  const answers = [...said.matchAll(/\[remote rejected\].*/g)].join('\n');
  if (BY_RULE.test(answers) || NAME_TAKEN.test(said))
    return new BatonError('Repository', `${where} refused ${what}: ${told}`);
  return outageAt(where, new GitError(['push', what], 1, told));
};
