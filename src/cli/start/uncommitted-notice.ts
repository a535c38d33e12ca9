import { namesInLine } from '../../domain/visible.ts';
import { isLocal } from '../../git/remote/origin.ts';
import { uncommittedIn } from '../../git/uncommitted.ts';
import { repositoryAt } from '../../git/user-repository.ts';
import { say } from '../output.ts';

const MOST_NAMES = 5;

/** Says in one line which files of a checkout a feature will not see, since they are not committed. */
export async function noticeUncommitted(repo: string, base: string): Promise<void> {
  if (!isLocal(repo)) return;
  // It is a courtesy: what can't be told here is no reason not to start.
  const found = await repositoryAt(repo)
    .then((own) => (own === undefined ? undefined : uncommittedIn(own)))
    .catch(() => undefined);
  if (found === undefined || found.length === 0) return;
  const more = found.length > MOST_NAMES ? `, and ${found.length - MOST_NAMES} more` : '';
  say(
    `Not committed in ${repo}, so this feature, which starts from ${base}, does not see it: ` +
      `${namesInLine(found.slice(0, MOST_NAMES))}${more}.`,
  );
}
